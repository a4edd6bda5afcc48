import fc from 'fast-check';
import { interpretJob } from '#testing';
import { evaluateInClear, neededColumns, planCost, type ColumnDeclaration, type PlanRequest, planJob, programByName, type Table } from '../index.js';

interface Side {
  readonly keys: readonly string[];
  readonly columns: Readonly<Record<string, readonly number[]>>;
}
interface Statistics {
  readonly count: number;
  readonly left: Readonly<Record<string, { readonly mean: number | null; readonly variance: number | null }>>;
  readonly right: Statistics['left'];
  readonly covariance: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
  readonly correlation: Statistics['covariance'];
  readonly why?: string;
}

const declared: Readonly<Record<string, ColumnDeclaration>> = {
  id: { type: 'key' }, x: { type: 'number', min: -1000, max: 3000 }, y: { type: 'number', min: 0, max: 1 }, age: { type: 'integer', min: 0, max: 120 },
};
const tableOf = ({ keys, columns }: Side): Table => ({ rows: keys.length, columns: { id: keys, ...Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)])) } });

function jobOf(left: Side, right: Side, change: Partial<PlanRequest> = {}, maxRows: readonly number[] = [64, 64]) {
  const request: PlanRequest = {
    program: 'Joined Statistics', parameters: { key: 'id', left: 'x', right: 'y,age' }, parties: ['A', 'B'], receivers: ['A'], minimumGroup: 0,
    datasets: ['A', 'B'].map((node, i) => ({ name: 'People', node, tags: [], maxRows: maxRows[i]!, columns: declared })),
    inputs: [{ node: 'A', dataset: 'People', role: 'left' }, { node: 'B', dataset: 'People', role: 'right' }], ...change,
  };
  const tables = { A: tableOf(left), B: tableOf(right) };
  const of = (node: string): Table => tables[node as 'A' | 'B'];
  const plan = planJob(request);
  return { plan, secure: () => interpretJob(plan, of) as unknown as Statistics, clear: () => evaluateInClear(plan, of) as unknown as Statistics };
}

const matchOf = (left: Side, right: Side): (readonly [number, number])[] => left.keys.flatMap((key, i) => (right.keys.includes(key) ? [[i, right.keys.indexOf(key)] as const] : []));
const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const comoment = (x: readonly number[], y: readonly number[]): number => x.reduce((sum, each, i) => sum + (each - meanOf(x)) * (y[i]! - meanOf(y)), 0);
/** Six significant digits. */
const near = (actual: number | null, exact: number, scale = Math.abs(exact)): void => expect(Math.abs(actual! - exact)).toBeLessThanOrEqual(5e-7 * scale + 1e-12);

const side = (first: number, count: number, salt: number): Side => ({
  keys: Array.from({ length: count }, (_, i) => `person ${first + i}`),
  columns: {
    x: Array.from({ length: count }, (_, i) => ((first + i) * 37 + salt) % 400 + 0.25), y: Array.from({ length: count }, (_, i) => (((first + i) * 11 + salt) % 97) / 97), age: Array.from({ length: count }, (_, i) => ((first + i) * 7 + salt) % 90),
  },
});

const anySide = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.double({ min: -1000, max: 3000, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(120)), { maxLength: 50, selector: ([key]) => key })
  .map((rows): Side => ({ keys: rows.map(([key]) => String(key)), columns: { x: rows.map(([, x]) => x), y: rows.map(([, , y]) => y), age: rows.map(([, , , age]) => age) } }));

test('the size of the match is counted', () => {
  fc.assert(fc.property(anySide, anySide, (left, right) => {
    const { secure, clear } = jobOf(left, right, { program: 'Join Count', parameters: { key: 'id' } });
    expect(secure()).toEqual({ count: matchOf(left, right).length });
    expect(clear()).toEqual(secure());
  }), { numRuns: 10 });
});

test('statistics over the match have six digits, as the clear has them', () => {
  fc.assert(fc.property(anySide, anySide, (left, right) => {
    const { secure, clear } = jobOf(left, right);
    const pairs = matchOf(left, right);
    const column = (name: string, of: 0 | 1): number[] => pairs.map((pair) => [left, right][of]!.columns[name]![pair[of]]!);
    const [x, y, age] = [column('x', 0), column('y', 1), column('age', 1)];
    for (const result of [secure(), clear()]) {
      expect(result.count).toBe(pairs.length);
      if (pairs.length === 0) {
        expect(result).toMatchObject({ left: { x: { mean: null, variance: null } }, right: { y: { mean: null, variance: null }, age: { mean: null, variance: null } }, why: 'too few rows' });
        continue;
      }
      near(result.left.x!.mean!, meanOf(x), 1000);
      near(result.right.y!.mean!, meanOf(y), 1);
      near(result.right.age!.mean!, meanOf(age), 100);
      if (pairs.length < 2) {
        expect(result).toMatchObject({ left: { x: { variance: null } }, right: { y: { variance: null }, age: { variance: null } }, covariance: { x: { y: null, age: null } }, correlation: { x: { y: null, age: null } }, why: 'too few rows' });
        continue;
      }
      for (const [found, values] of [[result.left.x!.variance, x], [result.right.y!.variance, y], [result.right.age!.variance, age]] as const) if (found !== null) near(found!, comoment(values, values) / (values.length - 1));
      near(result.covariance.x!.y!, comoment(x, y) / (x.length - 1), Math.max(1, Math.sqrt(comoment(x, x) * comoment(y, y)) / (x.length - 1)));
      if (result.correlation.x!.age !== null) near(result.correlation.x!.age!, comoment(x, age) / Math.sqrt(comoment(x, x) * comoment(age, age)), 1);
    }
  }), { numRuns: 8, seed: 3 });
});

test('where the size of the match is hidden, the same is opened but that', () => {
  fc.assert(fc.property(anySide, anySide, (left, right) => {
    const [open, hidden] = ['Joined Statistics', 'Hidden Match Statistics'].map((program) => jobOf(left, right, { program }));
    const { count: _, ...rest } = open!.secure() as unknown as Record<string, unknown>;
    expect(hidden!.secure()).toEqual(rest);
    expect(hidden!.plan.outputs.map(({ name }) => name)).not.toContain('count');
    expect(hidden!.plan.outputs.length).toBe(open!.plan.outputs.length);
    const { count: __, ...clear } = open!.clear() as unknown as Record<string, unknown>;
    expect(hidden!.clear()).toEqual(clear);
  }), { numRuns: 6, seed: 5 });
});

test('keys are compared without white space around them and in one normal form, as text', () => {
  const columns = { x: [1, 2, 3, 4], y: [0, 0, 0, 0], age: [1, 2, 3, 4] };
  const left = { keys: [' a', 'caf\u00e9', '007', 'B'], columns };
  const right = { keys: ['a ', 'cafe\u0301', '7', 'b'], columns };
  expect(jobOf(left, right, { program: 'Join Count', parameters: { key: 'id' } }).secure()).toEqual({ count: 2 });
});

test('a population is divided by its number', () => {
  const [left, right] = [side(0, 30, 1), side(10, 30, 2)];
  const variance = (of: string): number => jobOf(left, right, { parameters: { key: 'id', left: 'x', right: 'y', of } }).secure().left.x!.variance!;
  near(variance('population'), (variance('sample') * 19) / 20);
});

test('a minimum group is kept', () => {
  const [left, right] = [side(0, 30, 1), side(20, 30, 2)];
  for (const program of ['Join Count', 'Joined Statistics', 'Hidden Match Statistics']) {
    const parameters: PlanRequest['parameters'] = program === 'Join Count' ? { key: 'id' } : { key: 'id', left: 'x', right: 'y' };
    expect(() => jobOf(left, right, { program, parameters, minimumGroup: 11 }).secure()).toThrow('minimum_group');
    expect(() => jobOf(left, right, { program, parameters, minimumGroup: 11 }).clear()).toThrow(expect.objectContaining({ code: 'CS0627' }));
    expect(jobOf(left, right, { program, parameters, minimumGroup: 10 }).secure().count).toBe(program === 'Hidden Match Statistics' ? undefined : 10);
    expect(() => jobOf(left, right, { program, parameters, minimumGroup: 33 }, [32, 64])).toThrow(expect.objectContaining({ code: 'CS0627' }));
  }
});

test('two rows of one key are refused, and no key is named', () => {
  const twice = { ...side(0, 3, 1), keys: ['secret', 'b', ' secret'] };
  expect(() => jobOf(twice, side(0, 3, 1)).clear()).toThrow(expect.objectContaining({ code: 'CS0640', message: 'rows 1 and 3 of `People` have the same key in column `id`' }));
});

test.each<[string, string, Partial<PlanRequest>, number]>([
  ['a column that is no key', 'CS0613', { program: 'Join Count', parameters: { key: 'x' } }, 64],
  ['a key that is summed up', 'CS0613', { parameters: { key: 'id', left: 'id', right: 'y' } }, 64],
  ['a key that counts', 'CS0613', { program: 'Histogram', parameters: { column: 'id' }, inputs: [{ node: 'A', dataset: 'People', role: 'rows' }] }, 64],
  ['a column that is not there', 'CS0612', { parameters: { key: 'id', left: 'x', right: 'z' } }, 64],
  ['a column twice', 'CS0604', { parameters: { key: 'id', left: 'x,x', right: 'y' } }, 64],
  ['one table', 'CS0607', { inputs: [{ node: 'A', dataset: 'People', role: 'left' }] }, 64],
  ['two left tables', 'CS0608', { inputs: [{ node: 'A', dataset: 'People', role: 'left' }, { node: 'B', dataset: 'People', role: 'left' }] }, 64],
  ['replicated shares', 'CS0642', { parties: ['A', 'B', 'C'], suite: 'replicated-z64' }, 64],
  ['more rows than are joined', 'CS0642', {}, 2 ** 23],
])('refuses %s', (_, code, change, maxRows) => {
  expect(() => jobOf(side(0, 3, 1), side(0, 3, 1), change, [maxRows, maxRows])).toThrow(expect.objectContaining({ code }));
});

test('one party has not both tables', () => {
  const datasets = ['P', 'Q'].map((name) => ({ name, node: 'A', tags: [], maxRows: 8, columns: declared }));
  const inputs = [{ node: 'A', dataset: 'P', role: 'left' }, { node: 'A', dataset: 'Q', role: 'right' }];
  expect(() => jobOf(side(0, 3, 1), side(0, 3, 1), { datasets, inputs })).toThrow(expect.objectContaining({ code: 'CS0642' }));
});

test('parties read their keys and columns, and a third one nothing', () => {
  const { plan } = jobOf(side(0, 3, 1), side(0, 3, 1), { parties: ['A', 'B', 'C'] });
  expect([0, 1, 2].map((party) => [...neededColumns(plan, party)])).toEqual([[['People', ['id', 'x']]], [['People', ['id', 'y', 'age']]], []]);
  // Integers of few digits need one limb.
  expect(plan.join!.columns.map(({ name, as }) => `${name} ${as}`)).toEqual([
    'join.left.0.0 own', 'join.left.0.1 own', 'join.left.0.total total', 'join.left.0.0.product total',
    'join.right.0.0 rows', 'join.right.0.1 rows', 'join.right.1.0 rows', 'join.right.0.0.product total', 'join.right.0.1.product total', 'join.right.1.1.product total',
  ]);
  expect(planCost(plan).matrixTriples.slice(0, 2)).toEqual([{ rows: 5, inner: 768, columns: 1 }, { rows: 2, inner: 768, columns: 3 }]);
  expect(programByName('Joined Statistics')!.opens).toContain('nothing else');
});
