import { dealt, declared, withColumn } from '#testing';
import { type PlanRequest, type SuiteName, type Table, planJob, trainInPlain } from '../index.js';
import { requestOver, runIdeally } from './testing/ideal-run.js';

const rows = 60;
let state = 11;
const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
const people = withColumn({
  rows, columns: { age: Float64Array.from({ length: rows }, () => 20 + Math.round(50 * random())), income: Float64Array.from({ length: rows }, () => 1000 + 9000 * random()) },
}, 'bad', () => (random() < 0.4 ? 1 : 0));
const column = (table: Table, name: string): Float64Array => table.columns[name] as Float64Array;
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('with %s', (suite) => {
  test('a model of one node scores the rows of another', () => {
    const model: Table = { rows: 1, columns: { intercept: Float64Array.of(-1.5), age: Float64Array.of(0.08), income: Float64Array.of(-0.0004) } };
    const plan = planJob({
      program: 'Logistic Score', parameters: {}, parties: ['Lab', 'Bank', 'Help'], receivers: ['Bank'], minimumGroup: 0, suite,
      datasets: [
        { name: 'Model', node: 'Lab', tags: [], maxRows: 1, columns: { intercept: { type: 'number', min: -10, max: 10 }, age: { type: 'number', min: -1, max: 1 }, income: { type: 'number', min: -0.01, max: 0.01 } } },
        declared(people, 'Bank', 'People', 64),
      ],
      inputs: [{ node: 'Lab', dataset: 'Model', role: 'model' }, { node: 'Bank', dataset: 'People', role: 'rows' }], rows: [{ node: 'Bank', dataset: 'People', rows }],
    });
    const { probabilities } = runIdeally<{ probabilities: readonly number[] }>(plan, [model, people]);
    expect(probabilities).toHaveLength(rows);
    probabilities.forEach((found, i) => expect(Math.abs(found - logistic(-1.5 + 0.08 * column(people, 'age')[i]! - 0.0004 * column(people, 'income')[i]!))).toBeLessThan(7e-4));
  });

  test('a joint model that nobody sees scores the rows of a node', () => {
    const tables = dealt(people, 3, (row) => Math.floor(row / 20));
    const descriptors = ['A', 'B', 'C'].map((node) => declared(people, node, 'People', 32));
    const request: PlanRequest = {
      ...requestOver('Train and Score', tables, descriptors, { label: 'bad', features: 'age, income', steps: 6, rate: '1', holdout: 0 }, { suite }),
      inputs: ['A', 'B', 'C'].map((node) => ({ node, dataset: 'People', role: node === 'C' ? 'score' : 'rows' })),
    };
    const { probabilities } = runIdeally<{ probabilities: readonly number[] }>(planJob(request), tables);
    const of = (table: Table): number[][] => Array.from({ length: table.rows }, (_, row) => [column(table, 'age')[row]!, column(table, 'income')[row]!]);
    const { weights, mean, deviation } = trainInPlain([...of(tables[0]!), ...of(tables[1]!)], [...column(tables[0]!, 'bad'), ...column(tables[1]!, 'bad')], { steps: 6, rate: 1, penalty: 0.001 });
    of(tables[2]!).forEach((row, i) => expect(Math.abs(probabilities[i]! - logistic(row.reduce((sum, x, j) => sum + ((x - mean[j]!) / deviation[j]!) * weights[j]!, weights[2]!)))).toBeLessThan(0.002));
  });
});

test('a model whose scores may be huge is refused before anything is shared', () => {
  expect(() => planJob({
    program: 'Logistic Score', parameters: {}, parties: ['Lab', 'Bank'], receivers: ['Bank'], minimumGroup: 0,
    datasets: [{ name: 'Model', node: 'Lab', tags: [], maxRows: 1, columns: { intercept: { type: 'number', min: 0, max: 1 }, income: { type: 'number', min: -1e6, max: 1e6 } } }, declared(people, 'Bank', 'People', 64)],
    inputs: [{ node: 'Lab', dataset: 'Model', role: 'model' }, { node: 'Bank', dataset: 'People', role: 'rows' }],
  })).toThrow(expect.objectContaining({ code: 'CS0620' }));
});
