import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LabReport } from '../apps/cli/src/lab/report.js';
import { CommandFolder } from './support/run-countersign.js';

/** Tables joined in a real consortium: a bank's customers and a shop's, by a customer number that neither shows. */

const folder = new CommandFolder('join');

interface Person {
  readonly id: string;
  readonly value: number;
}
const people = (first: number, count: number, salt: number): Person[] =>
  Array.from({ length: count }, (_, i) => ({ id: `C-${String(first + i).padStart(5, '0')}`, value: (((first + i) * 7919 + salt * 31) % 1000) + (first + i) / 8 }));
const bank = people(0, 300, 1);
const shop = people(120, 250, 5).reverse();
const csv = (rows: readonly Person[], column: string): string => [`customer,${column}`, ...rows.map(({ id, value }) => `${id},${value}`), ''].join('\n');

const lab = (file: string) => folder.run(['lab', 'run', file, '--json']);

beforeAll(() => {
  writeFileSync(join(folder.path, 'bank.csv'), csv(bank, 'income'));
  writeFileSync(join(folder.path, 'shop.csv'), csv(shop, 'spent'));
  writeFileSync(join(folder.path, 'twice.csv'), csv([...shop.slice(0, 5), shop[2]!], 'spent'));
  writeFileSync(join(folder.path, 'all.policy'), 'Allow anyone to compute.\nEvery result of Joined Statistics must cover at least 150 records.\n');
});
afterAll(() => folder.remove());

const dataset = (name: string, file: string, column: string): string => `      ${name}: { from: ${file}, columns: { customer: { type: key }, ${column}: { type: number, min: 0, max: 2000 } } }`;
const request = (id: string, program: string, parameters: string, more = ''): string =>
  `  - request: { id: ${id}, as: Bank, program: ${program}, inputs: [{ node: Bank, dataset: Customers, role: left }, { node: Shop, dataset: Buyers, role: right }], parameters: { ${parameters} }, receivers: [Bank]${more} }`;

/** A bank's customers and a shop's buyers. */
const writeLab = (name: string, buyers: string, steps: string, policy = 'all.policy'): void => writeFileSync(join(folder.path, name), `title: A bank and a shop
nodes:
  Bank:
    region: EU
    datasets:
${dataset('Customers', 'bank.csv', 'income')}
  Shop:
    region: EU
    datasets:
${dataset('Buyers', buyers, 'spent')}
policy: ${policy}
steps:
${steps}
`);

it('the size of the match and statistics over it are those of plaintext', async () => {
  writeLab('lab.yaml', 'shop.csv', `${request('size', 'Join Count', 'key: customer')}
    expect: authorised
  - wait: { job: size }
    expect: released
${request('both', 'Joined Statistics', 'key: customer, left: income, right: spent')}
    expect: authorised
  - wait: { job: both }
    expect: released
${request('wrong', 'Join Count', 'key: income')}
    expect_error: CS0613`);
  const { exit, out, err } = await lab('lab.yaml');
  expect({ exit, err: exit === 0 ? '' : err }).toEqual({ exit: 0, err: '' });
  const { jobs } = JSON.parse(out) as LabReport;
  const pairs = bank.flatMap(({ id, value }) => shop.filter((each) => each.id === id).map((each) => [value, each.value] as const));
  const mean = (side: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[side], 0) / pairs.length;
  const covariance = pairs.reduce((sum, [x, y]) => sum + (x - mean(0)) * (y - mean(1)), 0) / (pairs.length - 1);
  expect(pairs.length).toBe(180);
  expect(jobs.size).toMatchObject({ state: 'released', result: { count: 180 } });
  expect(jobs.both).toMatchObject({
    state: 'released',
    result: { count: 180, left: { income: { mean: expect.closeTo(mean(0), 3) } }, right: { spent: { mean: expect.closeTo(mean(1), 3) } }, covariance: { income: { spent: expect.closeTo(covariance, 0) } } },
  });
});

it('the size of the match is opened only where the policy allows a program that opens it', async () => {
  const sentences = ['No one may run Join Count.', 'No one may run Joined Statistics.'];
  writeFileSync(join(folder.path, 'no-size.policy'), ['Allow anyone to compute.', ...sentences, ''].join('\n'));
  const columns = 'key: customer, left: income, right: spent';
  writeLab('no-size.yaml', 'shop.csv', `${request('size', 'Join Count', 'key: customer')}
    expect: denied
${request('both', 'Joined Statistics', columns)}
    expect: denied
${request('hidden', 'Hidden Match Statistics', columns)}
    expect: authorised
  - wait: { job: hidden }
    expect: released`, 'no-size.policy');
  const { exit, out, err } = await lab('no-size.yaml');
  expect({ exit, err: exit === 0 ? '' : err }).toEqual({ exit: 0, err: '' });
  const { jobs } = JSON.parse(out) as LabReport;
  for (const [i, job] of [jobs.size, jobs.both].entries()) {
    expect(job).toMatchObject({ state: 'denied', receipts: 0, decision: { outcome: 'deny', signaturesHelp: false, rules: expect.arrayContaining([expect.objectContaining({ sentence: sentences[i] })]) } });
    expect(job.result).toBeUndefined();
  }
  const incomes = bank.filter(({ id }) => shop.some((each) => each.id === id)).map(({ value }) => value);
  expect(jobs.hidden.result).toMatchObject({ left: { income: { mean: expect.closeTo(incomes.reduce((a, b) => a + b, 0) / incomes.length, 3) } } });
  expect(jobs.hidden.result).not.toHaveProperty('count');
});

it('a table with two rows of one key is not registered', async () => {
  writeLab('twice.yaml', 'twice.csv', `${request('size', 'Join Count', 'key: customer')}
    expect: authorised`);
  const { exit, err } = await lab('twice.yaml');
  expect(exit).not.toBe(0);
  expect(err).toContain('CS0640');
  expect(err).not.toContain(shop[2]!.id);
});
