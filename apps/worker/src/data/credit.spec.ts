import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeResult, neededColumns, planJob, type ColumnDeclaration, type DatasetDescriptor, type Plan, type PlanRequest, type ProgramResult, type Table } from '#program';
import { interpretPlan } from '#testing';
import { describeDataset, ReaderProcesses, readTable } from './index.js';

const folder = fileURLToPath(new URL('../../../../examples/credit/', import.meta.url));
const number = (max: number): ColumnDeclaration => ({ type: 'number', min: 0, max });
const integer = (max: number): ColumnDeclaration => ({ type: 'integer', min: 0, max });
const weight = (max: number): ColumnDeclaration => ({ type: 'number', min: -max, max });
const features = { annual_inc: number(2e6), funded_amnt: integer(1e5), int_rate: number(40), revol_util: number(200), total_bal_il: integer(2e6), delinq_2yrs: integer(100), inq_last_6mths: integer(50), open_il_12m: integer(50) };
const loans = { ...features, Class: { type: 'category', values: ['good', 'bad'] } as const };
const weights = Object.fromEntries([...Object.keys(features), 'intercept'].map((name) => [name, weight(name === 'intercept' ? 10 : /inc|amnt|bal/.test(name) ? 1e-4 : 1)]));

describe('the credit example', () => {
  const processes = new ReaderProcesses();
  const sources = new Map<string, { from: string; columns: Record<string, ColumnDeclaration> }>([
    ...['Bank A', 'Bank B', 'Bank C'].map((node) => [`${node}/Loans`, { from: `data/${node.toLowerCase().replace(' ', '-')}.csv`, columns: loans }] as const),
    ['Bank A/Weights', { from: 'data/bank-a-weights.csv', columns: weights }],
  ]);
  let datasets: DatasetDescriptor[];
  beforeAll(async () => {
    datasets = [];
    for (const [key, { from, columns }] of sources) {
      const [node, name] = key.split('/');
      const { maxRows } = await describeDataset({ dataset: name, source: { from }, baseDir: folder, columns, processes });
      datasets.push({ node, name, tags: [], columns, maxRows });
    }
  });
  afterAll(() => processes.close());

  async function run(plan: Plan): Promise<ProgramResult> {
    const tables = new Map<string, Table>();
    for (const [party, node] of plan.parties.entries()) {
      for (const [dataset, needed] of neededColumns(plan, party)) {
        const { from, columns } = sources.get(`${node}/${dataset}`)!;
        tables.set(`${node}/${dataset}`, await readTable({ dataset, source: { from }, baseDir: folder, columns, needed, maxRows: 4096, processes }));
      }
    }
    return decodeResult(plan, interpretPlan(plan, (node, dataset) => tables.get(`${node}/${dataset}`)!));
  }
  const reference = JSON.parse(readFileSync(`${folder}plaintext.json`, 'utf8')) as { income: object; incomeByClass: object; scores: number[] };
  const everyone = ['Bank A', 'Bank B', 'Bank C'];
  const request = (change: Partial<PlanRequest>): Plan =>
    planJob({ program: '', parameters: {}, inputs: everyone.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), parties: everyone, receivers: ['Bank A'], datasets, minimumGroup: 1, ...change });

  /** Every number equal to nine digits, all else the same. */
  function expectEqual(actual: unknown, expected: unknown): void {
    if (typeof expected === 'number') expect(Math.abs((actual as number) / expected - 1)).toBeLessThan(1e-9);
    else for (const [key, value] of Object.entries(expected as object)) expectEqual((actual as Record<string, unknown>)[key], value);
  }

  it('has row bounds of powers of two', () => {
    expect(datasets.map((d) => d.maxRows)).toEqual([4096, 4096, 4096, 1]);
  });
  it('gives the mean and deviation of all incomes, and the means by class', async () => {
    expectEqual(await run(request({ program: 'Standard Deviation', parameters: { column: 'annual_inc' } })), reference.income);
    expectEqual(await run(request({ program: 'Group Mean', parameters: { column: 'annual_inc', by: 'Class' }, minimumGroup: 25 })), reference.incomeByClass);
  });
  it('gives the scores of the rows of Bank B by the weights of Bank A, in row order', async () => {
    const plan = request({
      program: 'Linear Score', parties: ['Bank A', 'Bank B'], rows: [{ node: 'Bank B', dataset: 'Loans', rows: reference.scores.length }],
      inputs: [{ node: 'Bank A', dataset: 'Weights', role: 'model' }, { node: 'Bank B', dataset: 'Loans', role: 'rows' }],
    });
    const { scores } = (await run(plan)) as { scores: number[] };
    const errorBound = Number(plan.outputs[0].errorBound);
    reference.scores.forEach((score, i) => expect(Math.abs(scores[i] - score)).toBeLessThan(errorBound));
    reference.scores.forEach((score, i) => expect(Math.abs(scores[i] / score - 1)).toBeLessThan(1e-8));
    expect(errorBound).toBeLessThan(1e-8);
  });
});
