import { createHash } from 'node:crypto';
import { type PlanRequest, planJob, PROGRAMS } from '../index.js';

const numbers = { x: { type: 'number', min: -10, max: 500 }, n: { type: 'integer', min: 0, max: 120 }, g: { type: 'category', values: ['b', 'a'] }, h: { type: 'category', values: ['u', 'v', 'w'] }, bad: { type: 'integer', min: 0, max: 1 } } as const;
const weights = { x: { type: 'number', min: -1e-3, max: 1e-3 }, n: { type: 'number', min: -1, max: 1 }, intercept: { type: 'number', min: -10, max: 10 } } as const;
const nodes = ['A', 'B', 'C'];
const base: Omit<PlanRequest, 'program' | 'parameters'> = {
  parties: nodes, receivers: ['A'], minimumGroup: 3, inputs: nodes.map((node) => ({ node, dataset: 'Rows', role: 'rows' })),
  datasets: [
    ...nodes.map((node, i) => ({ name: 'Rows', node, tags: [], maxRows: 32, columns: { ...numbers, x: { ...numbers.x, max: 500 + i } } })),
    { name: 'Model', node: 'A', tags: [], maxRows: 1, columns: weights }, { name: 'Keyed', node: 'A', tags: [], maxRows: 32, columns: { id: { type: 'key' }, x: numbers.x } }, { name: 'Keyed', node: 'B', tags: [], maxRows: 32, columns: { id: { type: 'key' }, n: numbers.n } },
    { name: 'Left', node: 'A', tags: [], maxRows: 32, columns: { x: numbers.x, bad: numbers.bad } }, { name: 'Right', node: 'B', tags: [], maxRows: 32, columns: { n: numbers.n, g: numbers.g } },
  ],
};
const laplace = { privacy: { mechanism: 'discrete-laplace', epsilon: '1' } } as const;
const pair = (first: string, second: string, datasets: readonly [string, string]) => ({ inputs: [{ node: 'A', dataset: datasets[0], role: first }, { node: 'B', dataset: datasets[1], role: second }] });
const scored = { ...pair('model', 'rows', ['Model', 'Rows']), minimumGroup: 0 };
const joined = pair('left', 'right', ['Keyed', 'Keyed']);
const REQUESTS: readonly (readonly [string, PlanRequest['parameters'], Partial<PlanRequest>?])[] = [
  ['Count', {}], ['Count', { where: 'n >= 5' }, laplace], ['Sum', { column: 'x' }], ['Sum', { column: 'n' }, { suite: 'shamir-p61' }], ['Mean', { column: 'x' }, laplace], ['Standard Deviation', { column: 'x' }], ['Standard Deviation', { column: 'n' }, laplace],
  ['Histogram', { column: 'g' }], ['Histogram', { column: 'g' }, laplace], ['Binned Histogram', { column: 'x', edges: '0,10.5,600' }], ['Group Mean', { column: 'x', by: 'g', where: 'h = u' }], ['Group Mean', { column: 'n', by: 'h' }, laplace],
  ['Median', { column: 'n' }], ['Median', { column: 'x' }], ['Quantiles', { column: 'x', at: '0.1,0.9', where: 'g = a' }], ['Linear Score', {}, scored], ['Logistic Score', {}, scored],
  ['Linear Regression by Columns', { target: 'x', features: 'n,g' }, pair('target', 'columns', ['Left', 'Right'])], ['Logistic Regression by Columns', { label: 'bad', features: 'x,n', steps: 2 }, pair('labels', 'columns', ['Left', 'Right'])],
  ['Join Count', { key: 'id' }, joined], ['Joined Statistics', { key: 'id', left: 'x', right: 'n' }, joined], ['Hidden Match Statistics', { key: 'id', left: 'x', right: 'n' }, joined],
];

/** What is shared, computed and opened where nobody asks for a check: bit for bit what it was before there was one. */
it('plans without a check on shares are as they were without that parameter', () => {
  const digests = REQUESTS.map(([program, parameters, change]) => {
    const { program: _, ...body } = planJob({ ...base, program, parameters, ...change });
    return `${program} ${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 16)}`;
  });
  expect(digests).toMatchInlineSnapshot(`
[
  "Count e6a8e1ee36fc2cfb",
  "Count a2e7dd493c9025ea",
  "Sum 1695ddd2d6c5e23c",
  "Sum ca0609ccdc2a7de4",
  "Mean e569a9a2945961b1",
  "Standard Deviation ff9227d8944e5f4e",
  "Standard Deviation b05f4921288f29a1",
  "Histogram bb2dd61c8c0fffeb",
  "Histogram 95bb7a9ab471bd43",
  "Binned Histogram d0ff35c88edce7d4",
  "Group Mean 50cd9b679d5e8377",
  "Group Mean 73e826e9e346d75f",
  "Median a1d2a2748b81b7af",
  "Median 8740f5bfc73177ec",
  "Quantiles b8b363ed81b86613",
  "Linear Score bf4928ebe20dc922",
  "Logistic Score 2ff86fee20875827",
  "Linear Regression by Columns 0852805f387acfcc",
  "Logistic Regression by Columns a86dfdd24b5eb80a",
  "Join Count e3907f7aec322c95",
  "Joined Statistics f205307dce6319f1",
  "Hidden Match Statistics e1677d837486e7a1",
]
`);
});

it('nobody but an owner looks at rows where nothing else is asked for', () => {
  for (const { parameters } of PROGRAMS) for (const each of parameters) if (each.name === 'check') expect(each.default).toBe('owner');
});
