import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LabReport } from '../apps/cli/src/lab/report.js';
import { CommandFolder } from './support/run-countersign.js';

/** What a job may rest on, from the policy to the receipts: control plane, PostgreSQL, a worker process for each node, links that are sealed. */

const folder = new CommandFolder('assumptions');
const names = ['Ashby', 'Birch'] as const;
const rowsOf = (name: string): [number, number][] => Array.from({ length: 40 }, (_, row) => [((row * 7919 + name.length * 977) % 1000) / 4, (row * 31 + name.charCodeAt(0)) % 100]);
const columns = '{ income: { type: number, min: 0, max: 250 }, age: { type: integer, min: 0, max: 100 } }';

const stockSessions = process.env.COUNTERSIGN_STOCK_SESSIONS;
beforeAll(() => {
  // What one job leaves in stock would be drawn on by the next (`stock.e2e-spec.ts`).
  process.env.COUNTERSIGN_STOCK_SESSIONS = '0';
  for (const name of names) writeFileSync(join(folder.path, `${name.toLowerCase()}.csv`), ['income,age', ...rowsOf(name).map((row) => row.join(',')), ''].join('\n'));
  writeFileSync(join(folder.path, 'strict.policy'), `Allow anyone to compute.
Every computation on Loans must not rest on LPN.
Every computation on Claims must rest on Module-LWE only.
`);
});
afterAll(() => {
  if (stockSessions === undefined) delete process.env.COUNTERSIGN_STOCK_SESSIONS;
  else process.env.COUNTERSIGN_STOCK_SESSIONS = stockSessions;
  folder.remove();
});

const request = (id: string, dataset: string, more = ''): string =>
  `  - request: { id: ${id}, as: Ashby, program: Correlation, dataset: ${dataset}, nodes: [Ashby, Birch], parameters: { columns: [income, age] }, receivers: [Ashby]${more} }`;
/** On data of which the policy says nothing, of which no job may rest on LPN, and of which none may rest on more than Module-LWE. */
const jobs = {
  free: ['Sales', '', { source: 'ferret-b10', restsOn: ['module-lwe', 'lpn'] }],
  loans: ['Loans', ', assumptions: no-lpn', { source: 'softspoken', restsOn: ['module-lwe'] }],
  claims: ['Claims', ', assumptions: module-lwe-only', { source: 'softspoken', restsOn: ['module-lwe'] }],
} as const;

it('a job makes its correlations from what it may rest on, as its receipts say, and is denied where the policy asks for less', async () => {
  writeFileSync(join(folder.path, 'lab.yaml'), `title: Two shops
nodes:
${names.map((name) => `  ${name}:\n    region: EU\n    datasets:\n${['Sales', 'Loans', 'Claims'].map((dataset) => `      ${dataset}: { from: ${name.toLowerCase()}.csv, columns: ${columns} }`).join('\n')}`).join('\n')}
policy: strict.policy
steps:
${Object.entries(jobs).map(([id, [dataset, more]]) => `${request(id, dataset, more)}\n    expect: authorised\n  - wait: { job: ${id} }\n    expect: released`).join('\n')}
${request('unsaid', 'Loans')}
    expect: denied
${request('lax', 'Claims', ', assumptions: no-lpn')}
    expect: denied
`);
  const { exit, out, err } = await folder.run(['lab', 'run', 'lab.yaml', '--json']);
  expect({ exit, err: exit === 0 ? '' : err }).toEqual({ exit: 0, err: '' });
  const report = JSON.parse(out) as LabReport;
  expect(report.log).toMatchObject({ verified: true });
  for (const [id, [, , correlations]] of Object.entries(jobs)) expect({ ...report.jobs[id], id }).toMatchObject({ id, state: 'released', correlations });
  expect(report.jobs.loans.bytes.total).toBeGreaterThan(report.jobs.free.bytes.total);
  // Bit for bit the same, whatever they rest on.
  expect([report.jobs.loans.result, report.jobs.claims.result]).toEqual([report.jobs.free.result, report.jobs.free.result]);
  expect(report.jobs.unsaid.decision).toMatchObject({
    rules: [{ sentence: 'Every computation on Loans must not rest on LPN.', why: expect.stringContaining('`assumptions: no-lpn`') as unknown }], nearest: 'the same with an LPN-free protocol',
  });
  expect(report.jobs.lax.decision).toMatchObject({
    rules: [{ why: expect.stringContaining('`assumptions: module-lwe-only`') as unknown }], nearest: 'the same, resting on Module-LWE only',
  });
});
