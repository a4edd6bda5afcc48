import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LabReport } from '../apps/cli/src/lab/report.js';
import { CommandFolder } from './support/run-countersign.js';

/** Every suite in a real consortium: control plane, PostgreSQL, a worker process for each node, links that are sealed. */

const folder = new CommandFolder('suites');
const names = ['Ashby', 'Birch', 'Cedar', 'Dale'] as const;
const rowsOf = (name: string): number[] => Array.from({ length: 40 + 3 * names.indexOf(name as 'Ashby') }, (_, row) => ((row * 7919 + name.length * 31 + names.indexOf(name as 'Ashby') * 977) % 10_000) / 8);

const lab = (file: string) => folder.run(['lab', 'run', file, '--json']);

beforeAll(() => {
  for (const name of names) writeFileSync(join(folder.path, `${name.toLowerCase()}.csv`), ['amount', ...rowsOf(name), ''].join('\n'));
  writeFileSync(join(folder.path, 'all.policy'), 'Allow anyone to compute.\nEvery result of Mean must cover at least 20 records.\n');
});
afterAll(() => folder.remove());

const three = 'dataset: Sales, nodes: [Ashby, Birch, Cedar]';
const four = 'dataset: Sales, nodes: [Ashby, Birch, Cedar, Dale]';
const mean = (id: string, inputs: string, receivers: string, more: string): string =>
  `  - request: { id: ${id}, as: Ashby, program: Mean, ${inputs}, parameters: { column: amount }, receivers: [${receivers}]${more} }`;
/** Who computes, who receives, what is asked for, and the suite that this comes to. */
const jobs = {
  additive: [three, 'Ashby', '', 'additive-z64'],
  honest: [three, 'Ashby, Cedar', ', majority: honest', 'replicated-z64'],
  // Dale has no part in the computation: it gets shares that are sealed to it.
  outside: [three, 'Dale', ', suite: replicated-z64', 'replicated-z64'],
  shamir: [three, 'Birch, Dale', ', suite: shamir-p61', 'shamir-p61'],
  four: [four, 'Ashby', ', majority: honest', 'shamir-p61'],
} as const;

it('all suites give the mean that plaintext gives, to parties and to receivers that are none', async () => {
  writeFileSync(join(folder.path, 'lab.yaml'), `title: Four shops
nodes:
${names.map((name) => `  ${name}:\n    region: EU\n    datasets:\n      Sales: { from: ${name.toLowerCase()}.csv, tags: [sales], columns: { amount: { type: number, min: 0, max: 2000 } } }`).join('\n')}
policy: all.policy
steps:
${Object.entries(jobs).map(([id, [inputs, receivers, more]]) => `${mean(id, inputs, receivers, more)}\n    expect: authorised\n  - wait: { job: ${id} }\n    expect: released`).join('\n')}
${mean('proud', three, 'Ashby', ', suite: shamir-p61, majority: dishonest')}
    expect_error: CS0634
${mean('crowd', four, 'Ashby', ', suite: replicated-z64')}
    expect_error: CS0634
`);
  const { exit, out, err } = await lab('lab.yaml');
  expect({ exit, err: exit === 0 ? '' : err }).toEqual({ exit: 0, err: '' });
  const report = JSON.parse(out) as LabReport;
  expect(report.log).toMatchObject({ verified: true });
  for (const [id, [inputs, , , suite]] of Object.entries(jobs)) {
    const rows = names.filter((name) => inputs.includes(name)).flatMap(rowsOf);
    expect({ ...report.jobs[id], id }).toMatchObject({
      id, state: 'released', suite, result: { count: rows.length, mean: expect.closeTo(rows.reduce((sum, row) => sum + row, 0) / rows.length, 6) },
    });
  }
});
