import { type Phase, type Plan, type Table, decodeResult, evaluateInClear, evaluateJoin, planJob, trafficOf } from '#program';
import { type RecordedLink, allHeld, memoryLinks, recordedLink, runParties } from '#testing';
import { phaseOfFrame } from './testing/predicted.js';

const columns = { id: { type: 'key' }, x: { type: 'number', min: 10, max: 20 }, y: { type: 'integer', min: 0, max: 100 } } as const;
const tables: Readonly<Record<string, Table>> = {
  A: { rows: 5, columns: { id: ['a', 'b', 'c', 'd', 'e'], x: Float64Array.of(10, 13, 15.5, 20, 19) } },
  B: { rows: 4, columns: { id: ['d', 'c', 'z', 'a'], y: Float64Array.of(0, 50, 7, 100) } },
};
const planned = (program: string, check: 'owner' | 'shares'): Plan => planJob({
  program, parameters: { key: 'id', left: 'x', right: 'y', check }, parties: ['A', 'B'], receivers: ['A'], minimumGroup: 0,
  datasets: ['A', 'B'].map((node) => ({ name: 'People', node, tags: [], maxRows: 8, columns })), inputs: [{ node: 'A', dataset: 'People', role: 'left' }, { node: 'B', dataset: 'People', role: 'right' }],
});
const session = (plan: Plan, of: typeof tables, links: Parameters<typeof runParties>[2]['links']): ReturnType<typeof runParties> =>
  runParties(plan, {}, { offline: 'ideal', links, of: (party) => ({ join: evaluateJoin(plan, party, () => of[['A', 'B'][party]!]!) }) });
const recorded = (): (RecordedLink | undefined)[][] => memoryLinks(2).map((row) => row.map((link) => link && recordedLink(link)));

describe.each(['Joined Statistics', 'Hidden Match Statistics'])('%s of figures that are checked on shares', (program) => {
  const plan = planned(program, 'shares');
  test('is what it is of what owners add up, with the messages that were predicted', async () => {
    const links = recorded();
    const held = allHeld(await session(plan, tables, links));
    const [opened] = await Promise.all(held.map((each) => each.open([0])));
    const { bytes, rounds } = trafficOf(plan);
    // What the dealer gives is not sent.
    const total = ({ setUp: _, correlations: __, ...of }: Readonly<Record<Phase, number>>): number => Object.values(of).reduce((a, b) => a + b, 0);
    for (const [from, to] of [[0, 1], [1, 0]] as const) expect(links[from]![to]!.written.reduce((sum, frame) => sum + frame.length, 0)).toBe(total(bytes[from]![to]!));
    expect(Math.max(...held.map(({ stats }) => stats.rounds))).toBe(total(rounds));
    const numbersOf = (result: unknown): (number | null)[] => (typeof result === 'object' && result !== null ? Object.values(result).flatMap(numbersOf) : [result as number | null]);
    const [found, exact] = [decodeResult(plan, new Map(opened!)), evaluateInClear(planned(program, 'owner'), (node) => tables[node]!)].map(numbersOf);
    expect(found).toHaveLength(exact!.length);
    exact!.forEach((value, i) => expect(Math.abs(found![i]! - value!)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value!))));
  });

  test.each<['A' | 'B', Table]>([
    ['A', { rows: 5, columns: { ...tables.A!.columns, x: Float64Array.of(20.01, 13, 15.5, 20, 19) } }], ['A', { rows: 5, columns: { ...tables.A!.columns, x: Float64Array.of(10, -900, 15.5, 20, 19) } }],
    ['B', { rows: 4, columns: { ...tables.B!.columns, y: Float64Array.of(0, 101, 7, 100) } }], ['B', { rows: 4, columns: { ...tables.B!.columns, y: Float64Array.of(-1, 50, 7, 100) } }],
  ])('stops where a row of %s is not what it declares, and nothing is opened', async (node, table) => {
    const links = recorded();
    for (const result of await session(plan, { ...tables, [node]: table }, links)) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0660', step: 'require_within', blame: node === 'A' ? 0 : 1 } });
    expect(links.flat().flatMap((link) => (link?.written ?? []).map(phaseOfFrame))).not.toContain('opening');
  });
});
