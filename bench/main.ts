/**
 * Runs the benchmarks named on the command line (all by default), prints one table and writes `bench/results/<name>.json`, and of all that lie there the figures that have a goal.
 * A row with a peer was measured in the same run as its peer, so its ratio is meaningful; absolute figures vary by machine. A row with a goal has its own ratio to that.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { writeGoals } from './goals-table.js';
import { resultsFolder as results } from './results-folder.js';
import { type BenchRow, format } from './row.js';

const BENCHES: Readonly<Record<string, () => Promise<{ run(): Promise<readonly BenchRow[]> }>>> = {
  policy: () => import('./policy.js'),
  pqc: () => import('./pqc.js'),
  kernels: () => import('./kernels.js'),
  timing: () => import('./timing.js'),
  mpc: () => import('./mpc.js'),
  engine: () => import('./engine.js'),
  lattice: () => import('./lattice.js'),
  links: () => import('./links.js'),
  jobs: () => import('./jobs.js'),
  training: () => import('./training.js'),
  'training-stock': () => import('./training-stock.js'),
  join: () => import('./join.js'),
  inference: () => import('./inference.js'),
  replicated: () => import('./replicated.js'),
  shamir: () => import('./shamir.js'),
  stock: () => import('./stock.js'),
  tax: () => import('./tax.js'),
  growth: () => import('./growth.js'),
  parties: () => import('./parties.js'),
  peers: () => import('./peers.js'),
  memory: () => import('./memory.js'),
  threads: () => import('./threads.js'),
  networks: () => import('./networks.js'),
  statistics: () => import('./statistics.js'),
  owned: () => import('./owned.js'),
};

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !(name in BENCHES));
  if (unknown !== undefined) {
    console.error(`error[CS0920]: unknown benchmark \`${unknown}\`\n help: choose from ${Object.keys(BENCHES).join(', ')}`);
    process.exit(3);
  }
  mkdirSync(results, { recursive: true });
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    // What else the machine did: with two cores, a load near 0 before is a quiet one.
    const loadBefore = Number(loadavg()[0]!.toFixed(2));
    const rows = await (await BENCHES[name]()).run();
    for (const row of rows) {
      const beside = (row.peer === undefined ? '' : `  ${row.ratio?.toFixed(2)} x ${row.peer}`) + (row.goal === undefined ? '' : `  ${row.ofGoal?.toFixed(2)} x the goal of ${format(row.goal)}`);
      console.log(`${name.padEnd(8)} ${row.name.padEnd(58)} ${format(row.value).padStart(14)} ${row.unit}${beside}`);
    }
    const machine = { cpu: cpus()[0]?.model, cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), os: `${platform()} ${arch()}`, node: process.version, loadBefore };
    writeFileSync(join(results, `${name}.json`), `${JSON.stringify({ command: `npx countersign bench ${name}`, at: new Date().toISOString(), machine, rows }, null, 2)}\n`);
    writeGoals(results);
  }
}

await main(process.argv.slice(2));
