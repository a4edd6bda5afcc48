/** `bench/results/README.md`: every figure that has a goal, from the results that lie there, whenever each was measured. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchRow, format } from './row.js';

interface Results {
  readonly command: string;
  readonly at: string;
  readonly machine: { readonly loadBefore?: number };
  readonly rows: readonly BenchRow[];
}

const header = `# Figures with a goal

Written by \`npx countersign bench\` from the files beside it. The last column is the figure against its goal: from 1 on it is met. "Load" is the average of the minute
before, of two cores, in which the benchmark before it counts too: above 6 the machine did something else. [How they are measured](../../docs/reference/benchmarks.md).

| figure | measured | goal | met by | command, day, load |
|---|---|---|---|---|
`;

const rowOf = ({ command, at, machine: { loadBefore } }: Results, { name, value, unit, goal, ofGoal }: BenchRow): string =>
  `| ${name} | ${format(value)} ${unit} | ${format(goal!)} | ${ofGoal!.toFixed(2)} × | \`${command.replace('npx countersign ', '')}\`, ${at.slice(0, 10)}, ${loadBefore ?? 'unknown'} |`;

export function writeGoals(folder: string): void {
  const all = readdirSync(folder).filter((name) => name.endsWith('.json')).sort().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Results);
  const lines = all.flatMap((results) => results.rows.filter(({ goal }) => goal !== undefined).map((row) => rowOf(results, row)));
  writeFileSync(join(folder, 'README.md'), `${header}${lines.join('\n')}\n`);
}
