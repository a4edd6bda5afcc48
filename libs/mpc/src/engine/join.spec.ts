import fc from 'fast-check';
import { type PlanJoin, type PlanStep, joinBins, trafficOf } from '#program/plans';
import { allHeld, memoryLinks, planOf, recordedLink, runParties, tamperedLink, tampers } from '#testing';
import { labelOf } from '../channel/index.js';
import { digestsOf } from '../join/testing/pair.js';
import { type SessionOptions } from './session.js';

interface Table {
  readonly keys: readonly string[];
  readonly columns: readonly (readonly bigint[])[];
}

const range = { min: String(-(2 ** 40)), max: String(2 ** 40) };
const ownRows = ({ keys, columns }: Table): SessionOptions['join'] => ({ digests: digestsOf(keys), columns: columns.map((column) => BigUint64Array.from(column, (x) => BigInt.asUintN(64, x))) });

/** Opens the size of the match and the sum of every column over it. */
function planFor(left: Table, right: Table, { parties = 2, maxRows = [64, 64] as readonly number[], as = 'rows' as 'rows' | 'total' } = {}) {
  const names = [...left.columns.map((_, i) => `left ${i}`), ...right.columns.map((_, i) => `right ${i}`)];
  const join: PlanJoin = {
    left: { party: 0, dataset: 'A', key: 'id', maxRows: maxRows[0]! }, right: { party: 1, dataset: 'B', key: 'id', maxRows: maxRows[1]! }, match: 'match',
    columns: names.map((name, i) => ({ name, side: i < left.columns.length ? 'left' : 'right', as, column: { column: 'x', offset: '0', exponent: 0 }, fractionBits: 0, range })),
  };
  const steps: PlanStep[] = ['match', ...names].map((value) => (as === 'total' && value !== 'match' ? { op: 'add', out: `Σ ${value}`, terms: [value] } : { op: 'sum', out: `Σ ${value}`, value, axis: 0 }));
  return { ...planOf(parties, {}, steps, Object.fromEntries(steps.map((step) => [(step as { out: string }).out, 1]))), join };
}

/** The opened sums: the size of the match first. */
async function run(left: Table, right: Table, setting: Parameters<typeof planFor>[2] & { readonly offline?: 'ideal' | 'real' } = {}): Promise<bigint[]> {
  const plan = planFor(left, right, setting);
  const held = allHeld(await runParties(plan, {}, { offline: setting.offline ?? 'ideal', of: (party) => ({ join: [ownRows(left), ownRows(right)][party] }) }));
  const [opened] = await Promise.all(held.map((each) => each.open([0])));
  return plan.outputs.map(({ name }) => BigInt.asIntN(64, opened!.get(name)![0]!));
}

function clear(left: Table, right: Table): bigint[] {
  const pairs = left.keys.flatMap((key, i) => (right.keys.includes(key) ? [[i, right.keys.indexOf(key)] as const] : []));
  const total = (column: readonly bigint[], side: 0 | 1): bigint => pairs.reduce((sum, pair) => sum + column[pair[side]]!, 0n);
  return [BigInt(pairs.length), ...left.columns.map((column) => total(column, 0)), ...right.columns.map((column) => total(column, 1))];
}

const tableOf = (first: number, count: number, columns: number): Table =>
  ({ keys: Array.from({ length: count }, (_, i) => `key ${first + i}`), columns: Array.from({ length: columns }, (_, c) => Array.from({ length: count }, (__, i) => BigInt((i + 1) * (c + 3)) - 40n)) });

test.each<[string, Table, Table, Parameters<typeof run>[2]]>([
  ['tables that overlap', tableOf(0, 30, 1), tableOf(10, 40, 2), {}],
  ['tables that do not', tableOf(0, 30, 1), tableOf(100, 40, 1), {}],
  ['equal tables', tableOf(0, 64, 2), tableOf(0, 64, 0), {}],
  ['empty tables', tableOf(0, 0, 1), tableOf(0, 0, 1), {}],
  ['tables without columns', tableOf(0, 5, 0), tableOf(4, 5, 0), { offline: 'real' }],
  ['tables of two of three parties', tableOf(0, 30, 1), tableOf(10, 40, 2), { parties: 3 }],
  ['tables of two of three parties, with real triples', tableOf(0, 9, 1), tableOf(3, 9, 1), { parties: 3, offline: 'real' }],
  ['totals of tables', tableOf(0, 30, 2), tableOf(10, 40, 3), { as: 'total' }],
  ['totals of tables of two of three parties, with real triples', tableOf(0, 9, 1), tableOf(3, 9, 1), { parties: 3, as: 'total', offline: 'real' }],
  ['tables of more rows, with real triples', tableOf(0, 700, 1), tableOf(300, 900, 1), { maxRows: [1024, 1024], offline: 'real' }],
])('%s are joined', async (_, left, right, setting) => {
  expect(await run(left, right, setting)).toEqual(clear(left, right));
});

test('any two tables are joined as in clear, whatever the order of their rows', async () => {
  const table = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n })), { maxLength: 40, selector: ([key]) => key })
    .map((rows): Table => ({ keys: rows.map(([key]) => String(key)), columns: [rows.map(([, x]) => x)] }));
  await fc.assert(fc.asyncProperty(table, table, async (left, right) => {
    expect(await run(left, right)).toEqual(clear(left, right));
  }), { numRuns: 10 });
});

test('left values are there in all left rows, for products with right ones where rows match', async () => {
  const [left, right] = [tableOf(0, 30, 1), tableOf(10, 40, 1)];
  const { join, ...plan } = planFor(left, right);
  const steps: PlanStep[] = [
    { op: 'sum', out: 'Σ match', value: 'match', axis: 0 }, { op: 'sum', out: 'Σ left 0', value: 'left 0', axis: 0 },
    { op: 'multiply', out: 'both', left: 'left 0', right: 'right 0' }, { op: 'sum', out: 'Σ right 0', value: 'both', axis: 0 },
  ];
  const own: PlanJoin = { ...join, columns: join.columns.map((column) => ({ ...column, as: column.side === 'left' ? 'own' : 'rows', range: { min: '-1000', max: '1000' } })) };
  const held = allHeld(await runParties({ ...plan, steps, join: own }, {}, { offline: 'ideal', of: (party) => ({ join: [ownRows(left), ownRows(right)][party] }) }));
  const [opened] = await Promise.all(held.map((each) => each.open([0])));
  const products = left.keys.reduce((sum, key, i) => sum + (right.keys.includes(key) ? left.columns[0]![i]! * right.columns[0]![right.keys.indexOf(key)]! : 0n), 0n);
  expect(plan.outputs.map(({ name }) => BigInt.asIntN(64, opened!.get(name)![0]!))).toEqual([20n, left.columns[0]!.reduce((a, b) => a + b), products]);
});

test('bytes and rounds are those predicted, by party and phase', async () => {
  const [left, right] = [tableOf(0, 20, 1), tableOf(5, 20, 2)];
  for (const parties of [2, 3]) {
    const plan = planFor(left, right, { parties });
    const links = memoryLinks(parties).map((row) => row.map((link) => link && recordedLink(link)));
    const held = allHeld(await runParties(plan, {}, { offline: 'real', links, of: (party) => ({ join: [ownRows(left), ownRows(right)][party] }) }));
    await Promise.all(held.map((each) => each.open([0])));
    const { bytes, rounds } = trafficOf(plan);
    const total = (of: Readonly<Record<string, number>>): number => Object.values(of).reduce((a, b) => a + b, 0);
    links.forEach((row, from) => row.forEach((link, to) => {
      if (link) expect([from, to, link.written.reduce((sum, frame) => sum + frame.length, 0)]).toEqual([from, to, total(bytes[from]![to]!)]);
    }));
    expect(Math.max(...held.map(({ stats }) => stats.rounds))).toBe(total(rounds));
    expect([bytes[0]![1]!.join > 0, rounds.join]).toEqual([true, 4]);
  }
});

describe('a session refuses, before anything is sent,', () => {
  const [left, right] = [tableOf(0, 3, 1), tableOf(0, 3, 1)];
  const twice = { ...left, keys: ['a', 'b', 'a'] };
  test.each<[string, SessionOptions['join'] | undefined, string]>([
    ['no table', undefined, 'has no table'],
    ['two rows of one key', ownRows(twice), 'the same key'],
    ['more rows than declared', ownRows(tableOf(0, 65, 1)), 'more rows than declared'],
    ['a digest that is cut off', { ...ownRows(left)!, digests: ownRows(left)!.digests.subarray(1) }, 'more rows than declared'],
    ['other columns', ownRows(tableOf(0, 3, 2)), 'other columns'],
    ['a shorter column', { ...ownRows(left)!, columns: [new BigUint64Array(2)] }, 'another number of rows'],
  ])('%s', async (_, join, message) => {
    const [result] = await runParties(planFor(left, right), {}, { offline: 'ideal', of: (party) => ({ join: party === 0 ? join : ownRows(right) }) });
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0710', message: expect.stringContaining(message) } });
  });

  test('a table of a party that joins none', async () => {
    const results = await runParties(planFor(left, right, { parties: 3 }), {}, { offline: 'ideal', of: () => ({ join: ownRows(left) }) });
    expect(results[2]).toMatchObject({ status: 'rejected', reason: { code: 'CS0710', message: 'party 2 joins no table' } });
  });
});

test.each([['rb-okvs/1', 'slots', 1], ['kkrt/1', 'corrections', 0]] as const)('altered `%s %s` ends the session before anything is opened', async (protocol, message, from) => {
  const tag = labelOf(protocol, message).tag;
  const [left, right] = [tableOf(0, 3, 1), tableOf(0, 3, 1)];
  const plan = planFor(left, right);
  const setting = { offline: 'ideal', of: (party: number) => ({ join: [ownRows(left), ownRows(right)][party] }) } as const;
  const links = memoryLinks(2);
  const recorded = recordedLink(links[from]![1 - from]!);
  links[from]![1 - from] = recorded;
  allHeld(await runParties(plan, {}, { ...setting, links }));
  const which = recorded.written.findIndex((frame) => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true) === tag);
  const others = memoryLinks(2);
  others[from]![1 - from] = tamperedLink(others[from]![1 - from]!, which, tampers.altered);
  for (const result of await runParties(plan, {}, { ...setting, links: others })) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0708' } });
});

test('a plan that joins is for additive shares, two tables of two parties, and no more bins than there can be', async () => {
  const [left, right] = [tableOf(0, 3, 1), tableOf(0, 3, 1)];
  const plan = planFor(left, right, { parties: 3 });
  expect(joinBins(64)).toBe(768);
  for (const [changed, code] of [
    [{ ...plan, suite: 'replicated-z64' as const }, 'CS0642'],
    [{ ...plan, join: { ...plan.join, right: { ...plan.join.right, party: 0 } } }, 'CS0629'],
    [{ ...plan, join: { ...plan.join, right: { ...plan.join.right, party: 7 } } }, 'CS0629'],
    [{ ...plan, join: { ...plan.join, left: { ...plan.join.left, maxRows: 0 } } }, 'CS0629'],
    [{ ...plan, join: { ...plan.join, columns: plan.join.columns.map((column) => ({ ...column, as: 'own' as const })) } }, 'CS0629'],
    [{ ...plan, join: { ...plan.join, right: { ...plan.join.right, maxRows: 2 ** 23 } } }, 'CS0642'],
  ] as const) {
    const results = await runParties(changed, {}, { offline: 'ideal', of: (party) => ({ join: [ownRows(left), ownRows(right)][party] }) });
    expect(results[0]).toMatchObject({ status: 'rejected', reason: { code } });
  }
});
