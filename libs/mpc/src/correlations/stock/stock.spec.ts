import { type PlanStep, planCost } from '#program';
import { type Assumptions, type Demand, type Problem } from '#program/plans';
import { type RecordedLink, allHeld, idealCorrelations, memoryLinks, planOf, recordedLink, runParties, tamperedLink, tampers } from '#testing';
import { ProtocolAbort, labelOf, wireBytes } from '../../channel/index.js';
import { type SessionOptions } from '../../engine/index.js';
import { type Drawn, type Stock, paddedBytes } from './index.js';

const vectors = {
  a: { party: 0, values: [7n, 2n ** 63n, 1n] },
  b: { party: 1, values: [3n, 2n ** 64n - 1n, 4n] },
  n: { party: 1, values: [12n] },
};
const steps: PlanStep[] = [
  { op: 'multiply', out: 'c', left: 'a', right: 'b' },
  { op: 'combine', out: 'd', columns: ['a'], weights: ['n'] },
  { op: 'combine', out: 'e', columns: ['a', 'b'], weights: ['n', 'n'] },
  { op: 'require_at_least', value: 'n', bound: 10 },
  { op: 'relu', out: 'r', value: 'a' },
];
const outputs = { c: 3, d: 3, e: 3, r: 3 };
const planFor = (parties: number) => planOf(parties, vectors, steps, outputs);
const low = (value: bigint): bigint => BigInt.asUintN(64, value);
const [a, b] = [vectors.a.values, vectors.b.values];
const expected = { c: a.map((each, i) => low(each * b[i]!)), d: a.map((each) => low(12n * each)), e: a.map((each, i) => low(12n * (each + b[i]!))), r: [7n, 0n, 1n] };

type Kind = 'triples' | 'andWords' | 'daBits' | 'matrixTriples';
const everything: readonly Kind[] = ['triples', 'andWords', 'daBits', 'matrixTriples'];

/** A stock that holds exactly what is demanded of these kinds, made by the ideal dealer; `calls` in their order. */
class FullStock implements Stock {
  readonly calls: string[] = [];
  offers: readonly Uint8Array[] = [];

  constructor(private readonly party: number, private readonly parties: number, readonly kinds: readonly Kind[] = everything, readonly offer: Uint8Array = Uint8Array.of(1, party), private readonly seed = 3, private readonly restsOn: readonly Problem[] = ['module-lwe']) {}

  async take(offers: readonly Uint8Array[], demand: Demand): Promise<Drawn> {
    this.calls.push('take');
    this.offers = offers;
    const made = await idealCorrelations(new Uint8Array(32).fill(this.seed), this.party, this.parties, demand);
    const has = (kind: Kind): boolean => this.kinds.includes(kind);
    return {
      agreed: new Uint8Array(32).fill(this.seed), restsOn: this.restsOn,
      ...(has('triples') && { triples: made.arithmetic.triples }), ...(has('andWords') && { andWords: made.boolean.triples }), ...(has('daBits') && { daBits: made.daBits.bits }),
      matrixTriples: has('matrixTriples') ? [...made.matrices].reverse() : [],
    };
  }

  release(): void {
    this.calls.push('release');
  }
}

async function run(stocks: readonly (Stock | undefined)[], of: (party: number) => Partial<SessionOptions> = () => ({}), assumptions?: Exclude<Assumptions, 'any'>) {
  const parties = stocks.length;
  const links = memoryLinks(parties);
  const recorded = links.map((row) => row.map((link, peer): RecordedLink | undefined => (link ? (row[peer] = recordedLink(link)) as RecordedLink : undefined)));
  const results = await runParties({ ...planFor(parties), ...(assumptions && { assumptions }) }, vectors, { offline: 'real', links, of: (party) => ({ ...(stocks[party] && { stock: stocks[party] }), ...of(party) }) });
  const sent = (...name: readonly [string, string]): number[] => recorded[0]!.flatMap((link) => (link?.written ?? []).filter((frame) => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true) === labelOf(...name).tag)).map(({ length }) => length);
  return { results, sent };
}

const stocksOf = (parties: number, kinds?: readonly Kind[]): FullStock[] => Array.from({ length: parties }, (_, party) => new FullStock(party, parties, kinds));

async function opened(results: Awaited<ReturnType<typeof run>>['results']): Promise<Record<string, bigint[]>> {
  const [values] = await Promise.all(allHeld(results).map((each) => each.open([0])));
  return Object.fromEntries([...values!].map(([name, words]) => [name, [...words]]));
}

describe.each([2, 3])('%i parties', (parties) => {
  const cost = planCost(planFor(parties));

  test('that have all in stock make nothing, and compute the same', async () => {
    const stocks = stocksOf(parties);
    const { results, sent } = await run(stocks);
    const [{ stats }] = allHeld(results) as [ReturnType<typeof allHeld>[number]];
    expect(await opened(results)).toEqual(expected);
    expect(stats.correlations).toMatchObject({
      bytesPerPair: 0, reason: 'all of them were in stock',
      drawn: { triples: cost.triples, andWords: cost.andWords, daBits: cost.daBits, matrixTriples: cost.matrixTriples.length },
    });
    expect(sent('masny-rindal-k-pke-768/1', 'keys')).toEqual([]);
    // By the header: a hello as ever, an offer and a hash.
    expect(sent('session-hello/5', 'hello')).toEqual(Array.from({ length: parties - 1 }, () => wireBytes(32)));
    expect(sent('stock/1', 'offer')).toEqual(Array.from({ length: parties - 1 }, () => wireBytes(1024)));
    expect(sent('stock/1', 'taken')).toEqual(Array.from({ length: parties - 1 }, () => wireBytes(32)));
    for (const { calls, offers } of stocks) expect([calls, offers.map((each) => [...each.subarray(0, 3), each.length])]).toEqual([['take'], stocks.map((_, party) => [1, party, 0x20, 1024])]);
  });

  test.each(everything.map((kind) => [kind]))('that lack %s make them, and draw the others', async (lacking) => {
    const { results } = await run(stocksOf(parties, everything.filter((kind) => kind !== lacking)));
    const [{ stats }] = allHeld(results) as [ReturnType<typeof allHeld>[number]];
    expect(stats.correlations.drawn![lacking]).toBe(0);
    const needed = lacking === 'matrixTriples' ? cost.matrixTriples.length : cost[lacking];
    expect(stats.correlations.bytesPerPair > 0).toBe(needed > 0);
    expect(await opened(results)).toEqual(expected);
  });

  test('of whom one has nothing exchange no offers, and make all', async () => {
    const stocks = stocksOf(parties).with(1, new FullStock(1, parties, [], new Uint8Array(0)));
    const { results, sent } = await run(stocks);
    expect(sent('stock/1', 'offer')).toEqual([]);
    expect(sent('stock/1', 'taken')).toEqual([]);
    expect(await opened(results)).toEqual(expected);
    for (const { calls } of stocks) expect(calls).toEqual(['release']);
  });
});

test('a party that took others is found out before a share of an input leaves', async () => {
  const stocks = [new FullStock(0, 2), new FullStock(1, 2, everything, Uint8Array.of(1, 1), 4)];
  const { results, sent } = await run(stocks);
  for (const [party, result] of results.entries()) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0701', blame: 1 - party, step: 'taken' } });
  expect(sent('additive-z64/2', 'input')).toEqual([]);
});

test('a party whose stock fails stops all before a share of an input leaves, and what the others took is gone', async () => {
  const failing = new FullStock(1, 2);
  failing.take = async () => Promise.reject(Object.assign(new Error('the file is damaged'), { code: 'CS0762' }));
  const other = new FullStock(0, 2);
  const { results, sent } = await run([other, failing]);
  expect(results).toMatchObject([{ status: 'rejected', reason: { code: 'CS0702', blame: 1 } }, { status: 'rejected', reason: { code: 'CS0762' } }]);
  expect(sent('additive-z64/2', 'input')).toEqual([]);
});

test('records that are not all that was demanded are refused', async () => {
  const short = new FullStock(0, 2);
  const take = short.take.bind(short);
  let given: Drawn | undefined;
  short.take = async (offers, demand) => (given = { ...(await take(offers, demand)), triples: { a: new BigUint64Array(2), b: new BigUint64Array(2), c: new BigUint64Array(2) } });
  const { results } = await run([short, new FullStock(1, 2)]);
  expect(results[0]).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('something else than was demanded') as string } });
  expect([...given!.andWords!.a, ...given!.matrixTriples[0]!.c].every((word) => word === 0n)).toBe(true);
});

test.each<[Exclude<Assumptions, 'any'>, Problem]>([['no-lpn', 'lpn'], ['module-lwe-only', 'rlwe'], ['module-lwe-only', 'lpn']])('a session within `%s` uses no record that rests on %s, whatever its worker gives it', async (assumptions, problem) => {
  const stocks = [0, 1].map((party) => new FullStock(party, 2, everything, undefined, 3, ['module-lwe', problem]));
  let given: Drawn | undefined;
  const take = stocks[0]!.take.bind(stocks[0]);
  stocks[0]!.take = async (offers, demand) => (given = await take(offers, demand));
  const { results, sent } = await run(stocks, undefined, assumptions);
  expect(results[0]).toMatchObject({ status: 'rejected', reason: { message: 'the stock gave what rests on more than the session may' } });
  expect(sent('stock/1', 'taken')).toEqual([]);
  expect([...given!.triples!.a, ...given!.matrixTriples[0]!.c].every((word) => word === 0n)).toBe(true);
});

test('what was drawn is told with what it rests on, beside what was made', async () => {
  const stocks = [0, 1].map((party) => new FullStock(party, 2, everything.filter((kind) => kind !== 'andWords'), undefined, 3, ['module-lwe', 'rlwe']));
  const { results } = await run(stocks, undefined, 'no-lpn');
  expect(await opened(results)).toEqual(expected);
  for (const { stats } of allHeld(results)) expect(stats.correlations).toMatchObject({ name: 'softspoken', restsOn: ['module-lwe', 'rlwe'] });
});

test('parties of which only one draws on stock do not compute', async () => {
  const { results } = await run([new FullStock(0, 2), undefined]);
  for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0701', step: 'hello' } });
});

test.each([[1, 1024], [1024, 1024], [1025, 8192], [8193, 65_536], [65_536, 65_536]])('an offer of %i bytes takes %i, whatever the peer sends', async (length, bytes) => {
  const { results, sent } = await run([new FullStock(0, 2, everything, new Uint8Array(length).fill(65)), new FullStock(1, 2)]);
  expect(await opened(results)).toEqual(expected);
  expect(sent('stock/1', 'offer')).toEqual([wireBytes(bytes)]);
});

test('parties that ask for a source let the offer go: what is in stock may rest on more', async () => {
  const stocks = stocksOf(2);
  const { results, sent } = await run(stocks, () => ({ correlations: 'softspoken' }));
  expect(await opened(results)).toEqual(expected);
  expect(sent('masny-rindal-k-pke-768/1', 'keys')).not.toEqual([]);
  expect(stocks.map(({ calls }) => calls)).toEqual([['release'], ['release']]);
});

test('a suite that consumes nothing, and a plan that multiplies nothing, let the offer go', async () => {
  const stocks = [new FullStock(0, 3), new FullStock(1, 3), new FullStock(2, 3)];
  for (const plan of [planOf(3, vectors, steps.slice(0, 1), { c: 3 }, 'replicated-z64'), planOf(3, vectors, [{ op: 'add', out: 's', terms: ['a', 'b'] }], { s: 3 })]) {
    for (const held of allHeld(await runParties(plan, vectors, { offline: 'real', of: (party) => ({ stock: stocks[party] }) }))) held.discard();
  }
  for (const { calls } of stocks) expect(calls).toEqual(['release', 'release']);
});

/** Party 1's first frame of a step goes through `tamper`; a party that stops closes its links, and a lasting silence does. */
describe.each([['offer', /^CS070[1-8]$/], ['taken', /^CS070[1-8]$/]] as const)('`stock/1 %s`', (step, codes) => {
  test.each(Object.keys(tampers) as (keyof typeof tampers)[])('%s, ends the session with a typed abort before a share of an input is opened', async (kind) => {
    const stocks = stocksOf(2);
    const links = memoryLinks(2);
    const link = links[1]![0]!;
    const disturbing = tamperedLink(link, 0, tampers[kind]);
    const { tag } = labelOf('stock/1', step);
    let isDone = false;
    const deadline = new AbortController();
    links[1]![0] = {
      ...link,
      write(frame) {
        if (isDone || new DataView(frame.buffer, frame.byteOffset).getUint32(8, true) !== tag) return link.write(frame);
        isDone = true;
        // What a silent peer costs is the caller's deadline.
        if (kind === 'withheld') setTimeout(() => deadline.abort(), 200);
        return disturbing.write(frame);
      },
    };
    const results = await runParties(planFor(2), vectors, { offline: 'real', links, of: (party) => ({ stock: stocks[party], signal: deadline.signal }) });
    expect(isDone).toBe(true);
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: expect.stringMatching(codes) as string } });
    const [{ reason }] = results as PromiseRejectedResult[];
    expect(reason).toBeInstanceOf(ProtocolAbort);
    expect({ altered: /^CS070[18]$/, truncated: /^CS0703$/, lengthened: /^CS0703$/, withheld: /^CS070[24]$/, repeated: /^CS070[48]$/, 'header altered': /^CS0703$/, 'cut off': /^CS0702$/ }[kind].test((reason as ProtocolAbort).code)).toBe(true);
  });
});

test('an offer above 64 KiB is none', () => {
  expect(paddedBytes(new Uint8Array(65_536))).toBe(65_536);
  expect(() => paddedBytes(new Uint8Array(65_537))).toThrow('the offer is too long');
});
