/** What a user waits for: a fresh start, a later start, a Mean over three banks from `authorised` to `released`, and each demo from the command to its last line, on real processes. */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { atMost, median, type BenchRow } from './row.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const ROWS = 3_000;
const JOBS = 14;
/** The first ones also load code and open connections. */
const WARM_UP = 4;
const DEMOS = ['credit', 'hospital', 'demand', 'digits'];
const BANKS = ['Bank A', 'Bank B', 'Bank C'];

/** Seconds from starting the embedded database and control plane until it answers. */
async function startUp(home: string): Promise<number> {
  const started = performance.now();
  const child = fork(join(root, 'dist/apps/control-plane/src/embedded.js'), ['--with-parent'], {
    env: { ...process.env, COUNTERSIGN_HOME: home, COUNTERSIGN_HTTP_PORT: '0', COUNTERSIGN_GATEWAY_PORT: '0' }, stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [],
  });
  const [ready] = (await once(child, 'message')) as [{ httpPort: number }];
  const reply = await fetch(`http://127.0.0.1:${ready.httpPort}/health/ready`);
  if (!reply.ok) throw new Error(`the control plane is not healthy: ${reply.status}`);
  const seconds = (performance.now() - started) / 1000;
  child.kill('SIGTERM');
  await once(child, 'exit');
  return seconds;
}

function labFiles(folder: string): string {
  for (const at of BANKS.keys()) {
    const rows = Array.from({ length: ROWS }, (_, row) => `${20_000 + ((row * 7_919 + at * 104_729) % 180_000)}`);
    writeFileSync(join(folder, `${at}.csv`), `income\n${rows.join('\n')}\n`);
  }
  const nodes = BANKS.map((bank, at) => `  ${bank}:\n    region: EU\n    datasets:\n      Loans: { from: ${at}.csv, columns: { income: { type: number, min: 0, max: 1000000 } } }`);
  const ask = (id: string, more: string): string =>
    `  - request: { id: ${id}, as: Bank A, program: Mean, dataset: Loans, nodes: [${BANKS.join(', ')}], parameters: { column: income }, receivers: [Bank A]${more} }\n  - wait: { job: ${id} }\n    expect: released`;
  // In turns, so that both see the same machine.
  const steps = Array.from({ length: JOBS }, (_, job) => [ask(`exact${job}`, ''), ask(`private${job}`, ', privacy: { epsilon: 0.5 }')]).flat();
  writeFileSync(join(folder, 'bench.policy'), 'Bank A may run Mean on Loans.\n');
  const file = join(folder, 'lab.yaml');
  writeFileSync(file, `title: Mean over three banks\nnodes:\n${nodes.join('\n')}\npolicy: bench.policy\nsteps:\n${steps.join('\n')}\n`);
  return file;
}

interface Report {
  readonly jobs: Readonly<Record<string, { readonly state: string; readonly seconds: { readonly total: number; readonly online: number }; readonly bytes: { readonly total: number } }>>;
}

type Jobs = readonly Report['jobs'][string][];

/** In a home of its own, where reports stay too. */
async function command<T>(folder: string, ...args: readonly string[]): Promise<T> {
  const child = spawn(process.execPath, [join(root, 'bin/countersign.mjs'), ...args, '--json', '--quiet'], {
    stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, COUNTERSIGN_HOME: join(folder, 'home') },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`\`countersign ${args.join(' ')}\` ended with exit code ${code}`);
  return JSON.parse(text) as T;
}

async function demos(folder: string): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const name of DEMOS) {
    const { seconds } = await command<{ readonly seconds: number }>(folder, 'demo', name);
    rows.push(atMost(120, { name: `demo ${name}, consortium, keys and checks included`, value: seconds, unit: 's' }));
  }
  return rows;
}

async function meanJobs(folder: string): Promise<{ exact: Jobs; noisy: Jobs }> {
  const { jobs } = await command<Report>(folder, 'lab', 'run', labFiles(folder));
  const of = (kind: string): Jobs => Object.entries(jobs).flatMap(([id, job]) => (id.startsWith(kind) ? [job] : [])).slice(WARM_UP);
  return { exact: of('exact'), noisy: of('private') };
}

export async function run(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  chmodSync(folder, 0o711);
  try {
    const first = await startUp(join(folder, 'home'));
    const later = await startUp(join(folder, 'home'));
    const { exact: jobs, noisy } = await meanJobs(folder);
    const seconds = (of: Jobs): number => median(of.map(({ seconds: { total } }) => total));
    return [
      { name: 'up to healthy, first start (initdb, migrations, keys)', value: first, unit: 's' },
      { name: 'up to healthy, later start', value: later, unit: 's' },
      { name: `Mean over three banks, authorised to released, warm, median of ${jobs.length}`, value: seconds(jobs), unit: 's' },
      { name: 'the same, slowest', value: Math.max(...jobs.map(({ seconds: { total } }) => total)), unit: 's' },
      { name: 'the same, bytes between the banks', value: jobs[0].bytes.total, unit: 'B' },
      { name: 'the same with differential privacy, epsilon 0.5, median', value: seconds(noisy), unit: 's', peer: 'without', ratio: seconds(jobs) / seconds(noisy) },
      { name: 'the same with differential privacy, bytes between the banks', value: noisy[0].bytes.total, unit: 'B' },
      ...(await demos(folder)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
