import { PROGRAMS, type Plan, type PlanJoin, type SuiteName, type Table, evaluateLocal, planDigest, planJob, suiteValueBits } from '#program';
import { type RecordedLink, type RowsJobOptions, allHeld, memoryLinks, planOf, recordedLink, rowsJob, runParties } from '#testing';
import { digestsOf } from '../join/testing/pair.js';
import { type SessionOptions } from './session.js';

/** The length of every frame on every link, in order, and what is sent at all. */
async function sizesOf(plan: Plan, vectors: Parameters<typeof runParties>[1], of?: (party: number) => Partial<SessionOptions>): Promise<number[][]> {
  const links = memoryLinks(plan.parties.length).map((row) => row.map((link) => link && recordedLink(link)));
  await Promise.all(allHeld(await runParties(plan, vectors, { offline: 'ideal', links, ...(of && { of }) })).map((each) => each.open([0])));
  return links.flat().map((link: RecordedLink | undefined) => (link?.written ?? []).map((frame) => frame.length));
}

const declared = { x: { type: 'number', min: 0, max: 500 }, age: { type: 'integer', min: 0, max: 120 }, g: { type: 'category', values: ['a', 'b'] }, h: { type: 'category', values: ['u', 'v'] } } as const;
const rowsFor = (count: number): RowsJobOptions['rows'] => ({
  x: Array.from({ length: count }, (_, i) => (i * 37) % 500), age: Array.from({ length: count }, (_, i) => (i * 7) % 120),
  g: Array.from({ length: count }, (_, i) => (i % 3 === 0 ? 'a' : 'b')), h: Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 'u' : 'v')),
});

/** A request of every program on rows that says it hides how many there are. */
const parametersOf: Readonly<Record<string, RowsJobOptions['parameters']>> = {
  Count: {}, Sum: { column: 'x' }, Mean: { column: 'x' }, 'Standard Deviation': { column: 'x' }, Histogram: { column: 'g' }, 'Group Mean': { column: 'x', by: 'g' }, 'Binned Histogram': { column: 'x', edges: '0, 100, 500' },
  Variance: { column: 'x' }, Covariance: { columns: 'x,age' }, Correlation: { columns: 'x,age' }, Median: { column: 'x' }, Quantiles: { column: 'age', at: '0.1, 0.9' }, 'Two-Way Table': { row: 'g', column: 'h' },
  'T-Test': { column: 'x', by: 'g', first: 'a', second: 'b' }, 'Chi-Square': { row: 'g', column: 'h' },
};
const hidden = PROGRAMS.filter(({ rowCounts, roles }) => rowCounts === 'hidden' && roles.every(({ name }) => name === 'rows')).map(({ name }) => name);

test('every program on rows that says it hides how many there are is looked at here', () => {
  expect(Object.keys(parametersOf).sort()).toEqual([...hidden].sort());
});

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('with %s', (suite) => {
  test.each(hidden.flatMap((program) => (['owner', 'shares'] as const).map((check) => [program, check] as const)))('%s, checked by %s, sends as much, in as many messages, of no rows and of as many as are declared', async (program, check) => {
    const seen = await Promise.all([0, suite === 'additive-z64' ? 32 : 48].map(async (count) => {
      const { request, tableOf } = rowsJob({ program, parameters: { ...parametersOf[program]!, check }, declared, rows: rowsFor(count), suite, nodes: suite === 'additive-z64' ? 2 : 3, maxRows: 16 });
      const plan = planJob(request);
      const table = (party: number): Table => tableOf(plan.parties[party]!);
      const vectors = Object.fromEntries(plan.inputs.flatMap((input) => ('dataset' in input ? [[input.name, { party: input.party, values: [...evaluateLocal(input, table(input.party), suiteValueBits(suite))] }]] : [])));
      return { digest: planDigest(plan), sizes: await sizesOf(plan, vectors) };
    }));
    expect(seen[1]).toEqual(seen[0]);
  });
});

test('a join sends as much of no rows as of as many as are declared, whether they match or not', async () => {
  const join: PlanJoin = {
    left: { party: 0, dataset: 'A', key: 'id', maxRows: 32 }, right: { party: 1, dataset: 'B', key: 'id', maxRows: 32 }, match: 'match',
    columns: [{ name: 'v', side: 'right', as: 'rows', column: { column: 'v', offset: '0', exponent: 0 }, fractionBits: 0, range: { min: '-1000', max: '1000' } }],
  };
  const plan = { ...planOf(2, {}, [{ op: 'sum', out: 'n', value: 'match', axis: 0 }, { op: 'sum', out: 'total', value: 'v', axis: 0 }], { n: 1, total: 1 }), join };
  const keys = (first: number, count: number): string[] => Array.from({ length: count }, (_, i) => `key ${first + i}`);
  const seen = await Promise.all(([[0, 0, 0], [32, 32, 0], [32, 32, 100], [5, 20, 3]] as const).map(([left, right, from]) => sizesOf(plan, {}, (party) => ({
    join: party === 0 ? { digests: digestsOf(keys(0, left)), columns: [] } : { digests: digestsOf(keys(from, right)), columns: [new BigUint64Array(right)] },
  }))));
  for (const each of seen) expect(each).toEqual(seen[0]);
});
