import fc from 'fast-check';
import { interpretInstructions, interpretJob } from '#testing';
import { type ColumnDeclaration, evaluateInClear, evaluateJoin, joinBinsInClear, lower, type Plan, planJob, type PlanRequest, programByName, type Table } from '../index.js';
import { broken, isNear } from './testing/broken.js';

const declared: Readonly<Record<string, ColumnDeclaration>> = {
  id: { type: 'key' }, x: { type: 'number', min: -1000, max: 3000 }, y: { type: 'number', min: 0, max: 1 }, age: { type: 'integer', min: 0, max: 120 },
};
const side = (first: number, count: number): Table => ({
  rows: count,
  columns: {
    id: Array.from({ length: count }, (_, i) => `person ${first + i}`), x: Float64Array.from({ length: count }, (_, i) => ((first + i) * 37) % 400 + 0.25),
    y: Float64Array.from({ length: count }, (_, i) => (((first + i) * 11) % 97) / 97), age: Float64Array.from({ length: count }, (_, i) => ((first + i) * 7) % 90),
  },
});
const planned = (program: string, check: 'owner' | 'shares', parameters: PlanRequest['parameters'] = {}, change: Partial<PlanRequest> = {}): Plan => planJob({
  program, parameters: { key: 'id', left: 'x,age', right: 'y,age', ...parameters, check }, parties: ['A', 'B'], receivers: ['A'], minimumGroup: 0,
  datasets: ['A', 'B'].map((node) => ({ name: 'People', node, tags: [], maxRows: 64, columns: declared })),
  inputs: [{ node: 'A', dataset: 'People', role: 'left' }, { node: 'B', dataset: 'People', role: 'right' }], ...change,
});
const tables = { A: side(0, 30), B: side(10, 40) };
const tableOf = (node: string): Table => tables[node as 'A' | 'B'];
/** The first row of A has no match, the first of B has one. */
const PROGRAMS = ['Joined Statistics', 'Hidden Match Statistics'] as const;

describe.each(PROGRAMS)('%s of figures that are checked on shares', (program) => {
  it('is what it is of what owners add up', () => {
    const exact = evaluateInClear(planned(program, 'owner'), tableOf);
    const plan = planned(program, 'shares');
    isNear(evaluateInClear(plan, tableOf), exact, 1e-6);
  });

  it.each<['A' | 'B', Record<string, number>]>([['A', { x: 3000.5 }], ['A', { x: -1e6 }], ['A', { age: 121 }], ['B', { y: 1.001 }], ['B', { age: -1 }], ['B', { y: -40 }]])('names %s, whose values are %j', (node, cells) => {
    const plan = planned(program, 'shares');
    const of = broken(tableOf, node, cells);
    expect(() => evaluateInClear(plan, of)).toThrow(expect.objectContaining({ code: 'CS0660', message: expect.stringContaining(`\`${node}\``) }));
    expect(() => evaluateJoin(plan, node === 'A' ? 0 : 1, (dataset) => of(node, dataset))).not.toThrow();
  });

  it('takes no sum and no product from an owner', () => {
    const plan = planned(program, 'shares');
    expect(plan.join!.columns.map(({ as, times, onShares }) => [as === 'total', times, onShares])).toEqual(plan.join!.columns.map(() => [false, undefined, true]));
    expect([plan.inputs, lower(plan).own.steps]).toEqual([[], []]);
    expect(plan.steps.flatMap((step) => (step.op === 'require_within' ? [step.party] : []))).toEqual([0, 0, 0, 0, 1, 1, 1]);
  });

  it('keeps a minimum group', () => {
    const plan = planned(program, 'shares', {}, { minimumGroup: 21 });
    expect(() => evaluateInClear(plan, tableOf)).toThrow(expect.objectContaining({ code: 'CS0627' }));
    expect(() => evaluateInClear(planned(program, 'shares', {}, { minimumGroup: 20 }), tableOf)).not.toThrow();
  });
});

it('stops on shares too, whoever it is', () => {
  const plan = planned('Joined Statistics', 'shares', { left: 'x', right: 'age' });
  expect(() => interpretJob(plan, broken(tableOf, 'A', { x: 3000.5 }))).toThrow('declaration of 0');
  expect(() => interpretJob(plan, broken(tableOf, 'B', { age: 121 }))).toThrow('declaration of 1');
});

/** Of what is checked nothing but the count is opened. */
function countAlone(parameters: PlanRequest['parameters']): Plan {
  const plan = planned('Joined Statistics', 'shares', parameters);
  return { ...plan, outputs: plan.outputs.slice(0, 1) };
}

describe.each([['left', 'x', 2], ['left', 'age', 1], ['right', 'y', 2], ['right', 'age', 1]] as const)('a figure of the %s, %s', (side, column, limbs) => {
  const plan = countAlone({ left: side === 'left' ? column : 'x', right: side === 'right' ? column : 'age' });
  const own = plan.join!.columns.filter((each) => each.side === side && 'exponent' in each.column);
  const elements = new Map([...joinBinsInClear(plan, tableOf)].map(([name, values]) => {
    const { fractionBits } = plan.join!.columns.find((each) => each.name === name) ?? { fractionBits: 0 };
    return [name, Array.from(values, (value) => BigInt(Math.round(value * 2 ** fractionBits)))] as const;
  }));
  it('of which any limb has more at the top of a word is seen, though what a finer scale makes of it has not', () => {
    expect(own).toHaveLength(limbs);
    const [{ fractionBits }] = own as [typeof own[number]];
    const apart = BigInt(fractionBits + 1);
    const run = (name: string, added: bigint) => (): unknown => interpretInstructions(plan, new Map(elements).set(name, elements.get(name)!.with(0, BigInt.asIntN(64, elements.get(name)![0]! + added))));
    expect(run(own[0]!.name, 0n)).not.toThrow();
    for (const [i, { name }] of own.entries()) expect(run(name, (i === 0 ? 1n : -3n) << (64n - apart))).toThrow(`declaration of ${side === 'left' ? 0 : 1}`);
  });
});

it('sees by plain data that an integer is far beyond its range', () => {
  const plan = countAlone({ left: 'age', right: 'age' });
  for (const power of [19, 20, 25]) expect(() => interpretJob(plan, broken(tableOf, 'A', { age: 5 + 2 ** power }))).toThrow('declaration of 0');
});

describe('what no row of a table gives, whoever made it', () => {
  const plan = planned('Joined Statistics', 'shares', { left: 'x', right: 'y' });
  const bitsOf = new Map(plan.join!.columns.map(({ name, fractionBits }) => [name, fractionBits]));
  const elements = new Map([...joinBinsInClear(plan, tableOf)].map(([name, values]): [string, bigint[]] => [name, Array.from(values, (value) => BigInt(Math.round(value * 2 ** (bitsOf.get(name) ?? 0))))]));
  /** The first bin, in which rows match. */
  const run = (changes: Readonly<Record<string, (element: bigint) => bigint>>): void => {
    const forged = new Map([...elements].map(([name, values]) => [name, name in changes ? values.with(0, changes[name]!(values[0]!)) : values]));
    interpretInstructions(plan, forged);
  };
  const half = 1n << BigInt(bitsOf.get('join.left.0.0')! + 1);
  it.each<[string, number, Record<string, (element: bigint) => bigint>]>([
    ['a left row that is there twice', 0, { 'join.left.present': () => 2n, 'join.left.0.0': () => 0n, 'join.left.0.1': () => 0n }],
    ['a left number whose rest is more than its first limb leaves', 0, { 'join.left.0.0': (element) => element - 1n, 'join.left.0.1': (element) => element + half }],
    ['a right one', 1, { 'join.right.0.0': (element) => element - 1n, 'join.right.0.1': (element) => element + half }],
  ])('stops: %s', (_, party, changes) => {
    expect(() => run(changes)).toThrow(`declaration of ${party}`);
  });
});

it('tells by a right value just where it is of a row that matches, as nothing else of that table is on shares', () => {
  const plan = planned('Joined Statistics', 'shares');
  const last = (cells: Record<string, number>) => (node: string): Table => {
    const { rows, columns } = tableOf(node);
    if (node !== 'B') return tableOf(node);
    return { rows, columns: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, name in cells ? (values as Float64Array).with(rows - 1, cells[name]!) : values] as const)) };
  };
  // person 49 is on the right alone.
  expect(evaluateInClear(plan, last({ y: 2 }))).toEqual(evaluateInClear(plan, tableOf));
});

it('is bit by bit what it is in clear', () => {
  const plan = planned('Joined Statistics', 'shares', { left: 'x', right: 'y,age' });
  isNear(interpretJob(plan, tableOf), evaluateInClear(planned('Joined Statistics', 'owner', { left: 'x', right: 'y,age' }), tableOf), 1e-6);
});

it('is so of any tables', () => {
  const anySide = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.double({ min: -1000, max: 3000, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(120)), { maxLength: 30, selector: ([key]) => key })
    .map((rows): Table => ({ rows: rows.length, columns: { id: rows.map(([key]) => String(key)), x: Float64Array.from(rows, ([, x]) => x), y: Float64Array.from(rows, ([, , y]) => y), age: Float64Array.from(rows, ([, , , age]) => age) } }));
  fc.assert(fc.property(anySide, anySide, (left, right) => {
    const of = (node: string): Table => (node === 'A' ? left : right);
    const parameters = { left: 'x', right: 'age' };
    const [checked, own] = [evaluateInClear(planned('Joined Statistics', 'shares', parameters), of), evaluateInClear(planned('Joined Statistics', 'owner', parameters), of)] as unknown as { count: number; covariance: Record<string, Record<string, number | null>> }[];
    expect(checked!.count).toBe(own!.count);
    const [a, b] = [checked!.covariance.x!.age!, own!.covariance.x!.age!];
    expect(a === null).toBe(b === null);
    // Beside the spreads that the columns may have.
    expect(Math.abs((a ?? 0) - (b ?? 0))).toBeLessThan(1e-6 * 4000 * 120);
  }), { numRuns: 25 });
});

it('has nothing to check of keys alone, which are never shared', () => {
  expect(programByName('Join Count')!.parameters.map(({ name }) => name)).toEqual(['key']);
  expect(() => planned('Join Count', 'shares')).toThrow(expect.objectContaining({ code: 'CS0602' }));
});
