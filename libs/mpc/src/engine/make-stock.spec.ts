import { type Assumptions, type MatrixShape } from '#program';
import { type RecordedLink, allHeld, memoryLinks, planOf, recordedLink, runParties, tamperedLink, tampers } from '#testing';
import { labelOf } from '../channel/index.js';
import { type Correlations, type Demand } from '../correlations/index.js';
import { type HeldOutputs, type StockMaker, type StockPart } from './index.js';

const low = (value: bigint): bigint => BigInt.asUintN(64, value);
const plus = (a: bigint, b: bigint): bigint => low(a + b);
const xor = (a: bigint, b: bigint): bigint => a ^ b;
const vectors = { a: { party: 0, values: [1n, 2n] }, b: { party: 1, values: [3n, 4n] } };
const shape: MatrixShape = { rows: 3, inner: 2, columns: 2 };
const demand: Demand = { triples: 5, andWords: 3, daBits: 0, matrixTriples: [shape, shape] };
const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);

/** What a party stored of each part, copied before it is wiped. */
interface Stored {
  readonly id: string;
  readonly source: string;
  readonly vectors: Readonly<Record<string, BigUint64Array>>;
  readonly live: Correlations;
}

class Maker implements StockMaker {
  readonly stored: Stored[] = [];
  wishes: readonly Uint8Array[] = [];

  constructor(readonly wish: Uint8Array, private readonly parts: readonly Demand[], private readonly assumptions: Assumptions = 'any') {}

  async plan(wishes: readonly Uint8Array[]): Promise<readonly StockPart[]> {
    this.wishes = wishes;
    return this.parts.map((part) => ({ demand: part, assumptions: this.assumptions }));
  }

  async store({ id, correlations, choice }: Parameters<StockMaker['store']>[0]): Promise<void> {
    const { arithmetic, boolean, daBits, matrices } = correlations;
    this.stored.push({
      id: Buffer.from(id).toString('hex'), source: choice.source.kind + (choice.lattices.triples ? ' and lattices' : ''), live: correlations,
      vectors: Object.fromEntries(Object.entries({
        a: arithmetic.triples.a, b: arithmetic.triples.b, c: arithmetic.triples.c, u: boolean.triples.a, v: boolean.triples.b, w: boolean.triples.c,
        word: daBits.bits.word, bit: BigUint64Array.from(daBits.bits.bit, BigInt), ...(matrices[1] && { A: matrices[1].a, B: matrices[1].b, C: matrices[1].c }),
      }).map(([name, words]) => [name, words.slice()])),
    });
  }
}

/** A session of these parties with its outputs opened, and what each link carries from then on. */
async function opened(parties: number): Promise<{ held: HeldOutputs[]; sent: () => Uint8Array[][]; links: ReturnType<typeof memoryLinks> }> {
  const links = memoryLinks(parties);
  const recorded = links.flatMap((row) => row.flatMap((link, peer): RecordedLink[] => (link ? [(row[peer] = recordedLink(link)) as RecordedLink] : [])));
  const held = allHeld(await runParties(planOf(parties, vectors, [{ op: 'multiply', out: 'c', left: 'a', right: 'b' }], { c: 2 }), vectors, { offline: 'real', links }));
  await Promise.all(held.map((each) => each.open([0])));
  const before = recorded.map(({ written }) => written.length);
  return { held, sent: () => recorded.map(({ written }, i) => written.slice(before[i])), links };
}

const total = (makers: readonly Maker[], part: number, name: string, add: typeof plus): bigint[] =>
  [...makers.map(({ stored }) => stored[part]!.vectors[name]!).reduce((sum, share) => sum.map((word, i) => add(word, share[i]!)))];

function expectCorrelated(makers: readonly Maker[], part: number): void {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => total(makers, part, name, plus));
  expect(c).toEqual(a!.map((word, i) => low(word * b![i]!)));
  const [u, v, w] = ['u', 'v', 'w'].map((name) => total(makers, part, name, xor));
  expect(w).toEqual(u!.map((word, i) => word & v![i]!));
  expect(total(makers, part, 'word', plus)).toEqual(total(makers, part, 'bit', xor));
  const [A, B, C] = ['A', 'B', 'C'].map((name) => total(makers, part, name, plus));
  expect(C).toEqual(Array.from({ length: 6 }, (_, i) => low(A![2 * (i >> 1)]! * B![i & 1]! + A![2 * (i >> 1) + 1]! * B![2 + (i & 1)]!)));
}

test.each([2, 3, 5])('%i parties make part after part after their session, each correlated and under an id of its own', async (parties) => {
  const { held } = await opened(parties);
  const parts = [{ ...demand, daBits: 70 }, demand];
  const makers = held.map((_, party) => new Maker(Uint8Array.of(7, party), parts));
  await Promise.all(held.map((each, party) => each.makeStock(makers[party]!)));
  for (const maker of makers) {
    expect(maker.wishes.map((each) => [...each])).toEqual(makers.map((_, party) => [7, party]));
    expect(maker.stored.map(({ id }) => id)).toEqual(makers[0]!.stored.map(({ id }) => id));
    // Nothing of it is left in the process.
    for (const { live } of maker.stored) expect([...live.arithmetic.triples.a, ...live.boolean.triples.c, ...live.daBits.bits.word, live.matrices.length].some((word) => word !== 0n && word !== 0)).toBe(false);
  }
  expect(new Set(makers[0]!.stored.map(({ id }) => id)).size).toBe(2);
  for (const part of [0, 1]) expectCorrelated(makers, part);
  // Of one part and the other nothing is the same.
  const shares = makers[0]!.stored.flatMap(({ vectors: { a, b } }) => [...a!, ...b!]);
  expect(new Set(shares).size).toBe(shares.length);
});

test('one that makes nothing now is one with an empty wish, and nothing but lengths is sent', async () => {
  const { held, sent } = await opened(3);
  const makers = held.map((_, party) => new Maker(Uint8Array.from(party === 1 ? [] : [1]), [demand]));
  await Promise.all(held.map((each, party) => each.makeStock(makers[party]!)));
  expect(makers.flatMap(({ stored, wishes }) => [...stored, ...wishes])).toEqual([]);
  for (const frames of sent()) expect(frames.map((frame) => [tagOf(frame), frame.length])).toEqual([[labelOf('stock-filling/2', 'fill').tag, 24]]);
});

test('parties that would make different parts make none', async () => {
  const { held, sent } = await opened(2);
  const makers = [new Maker(Uint8Array.of(1), [demand]), new Maker(Uint8Array.of(1), [{ ...demand, triples: 6 }])];
  const results = await Promise.allSettled(held.map((each, party) => each.makeStock(makers[party]!)));
  expect(results).toMatchObject([0, 1].map((party) => ({ status: 'rejected', reason: { code: 'CS0701', blame: 1 - party, step: 'parts' } })));
  expect(sent().flat().some((frame) => tagOf(frame) === labelOf('masny-rindal-k-pke-768/1', 'keys').tag)).toBe(false);
});

test.each<[Assumptions, Partial<Demand>, string]>([
  ['any', { triples: 20_000 }, 'softspoken and lattices'], ['any', { andWords: 2_000 }, 'ferret'],
  ['no-lpn', { triples: 20_000 }, 'softspoken and lattices'], ['no-lpn', { andWords: 2_000 }, 'softspoken'],
  ['module-lwe-only', { triples: 20_000 }, 'softspoken'], ['module-lwe-only', { andWords: 2_000 }, 'softspoken'],
])('within `%s` %p is made by %s', async (assumptions, wanted, source) => {
  const { held } = await opened(2);
  const makers = held.map(() => new Maker(Uint8Array.of(1), [{ triples: 0, andWords: 0, daBits: 0, matrixTriples: [], ...wanted }], assumptions));
  await Promise.all(held.map((each, party) => each.makeStock(makers[party]!)));
  expect(makers.map(({ stored }) => stored.map((each) => each.source))).toEqual([[source], [source]]);
});

test('parties that would make a part within different profiles make none', async () => {
  const { held } = await opened(2);
  const makers = [new Maker(Uint8Array.of(1), [demand]), new Maker(Uint8Array.of(1), [demand], 'no-lpn')];
  const results = await Promise.allSettled(held.map((each, party) => each.makeStock(makers[party]!)));
  expect(results).toMatchObject([0, 1].map((party) => ({ status: 'rejected', reason: { code: 'CS0701', blame: 1 - party, step: 'parts' } })));
});

test('a part on which a message was altered is stored by nobody', async () => {
  const links = memoryLinks(2);
  let from = Infinity;
  const link = links[0]![1]!;
  let frames = 0;
  const tag = labelOf('bit-products/1', 'payload').tag;
  links[0]![1] = {
    ...link,
    write(frame) {
      if (++frames <= from || tagOf(frame) !== tag) return link.write(frame);
      from = Infinity;
      return link.write(frame.with(25, frame[25]! ^ 1));
    },
  };
  const held = allHeld(await runParties(planOf(2, vectors, [{ op: 'multiply', out: 'c', left: 'a', right: 'b' }], { c: 2 }), vectors, { offline: 'real', links }));
  await Promise.all(held.map((each) => each.open([0])));
  from = frames;
  const makers = held.map(() => new Maker(Uint8Array.of(1), [demand]));
  const results = await Promise.allSettled(held.map((each, party) => each.makeStock(makers[party]!)));
  expect(results.map((result) => (result.status === 'rejected' ? (result.reason as { code: string }).code : 'made'))).toEqual(['CS0708', 'CS0708']);
  expect(makers.flatMap(({ stored }) => stored)).toEqual([]);
});

test('a party whose stock fails ends it for all, and what it held is wiped', async () => {
  const { held, links } = await opened(2);
  const makers = held.map(() => new Maker(Uint8Array.of(1), [demand, demand]));
  let live: Correlations | undefined;
  makers[1]!.store = async ({ correlations }) => {
    live = correlations;
    throw new Error('the disk is full');
  };
  const results = await Promise.allSettled(held.map((each, party) => each.makeStock(makers[party]!).catch((error: unknown) => {
    links[party]![1 - party]!.close();
    throw error;
  })));
  expect(results).toMatchObject([{ status: 'rejected', reason: { code: 'CS0702' } }, { status: 'rejected', reason: { message: 'the disk is full' } }]);
  expect([...live!.arithmetic.triples.a].every((word) => word === 0n)).toBe(true);
  expect(makers[0]!.stored.length).toBe(1);
});

test('stock is made only when the outputs are opened', async () => {
  const held = allHeld(await runParties(planOf(2, vectors, [], { a: 2 }), vectors, { offline: 'real' }));
  await expect(held[0]!.makeStock(new Maker(Uint8Array.of(1), []))).rejects.toThrow('when the outputs are opened');
  held.forEach((each) => each.discard());
});

describe.each(['fill', 'wish', 'parts'])('`stock-filling/2 %s`', (step) => {
  test.each(Object.keys(tampers) as (keyof typeof tampers)[])('%s, ends the filling with a typed abort, and nothing is stored', async (kind) => {
    const links = memoryLinks(2);
    const link = links[1]![0]!;
    const disturbing = tamperedLink(link, 0, tampers[kind]);
    const { tag } = labelOf('stock-filling/2', step);
    let isDone = false;
    const close = (): void => links.forEach((row) => row.forEach((each) => each?.close()));
    links[1]![0] = {
      ...link,
      write(frame) {
        if (isDone || tagOf(frame) !== tag) return link.write(frame);
        isDone = true;
        // What a silent peer costs is the caller's deadline.
        if (kind === 'withheld') setTimeout(close, 200);
        return disturbing.write(frame);
      },
    };
    const held = allHeld(await runParties(planOf(2, vectors, [{ op: 'multiply', out: 'c', left: 'a', right: 'b' }], { c: 2 }), vectors, { offline: 'real', links }));
    await Promise.all(held.map((each) => each.open([0])));
    // A wish that was altered is another one, and so are the parts that follow from it.
    const makers = held.map(() => new Maker(Uint8Array.of(1, 2), [demand]));
    for (const maker of makers) {
      const plan = maker.plan.bind(maker);
      maker.plan = async (wishes) => (await plan(wishes)).map((part) => ({ ...part, demand: { ...part.demand, triples: wishes.reduce((sum, wish) => sum + wish[0]!, 0) } }));
    }
    const results = await Promise.allSettled(held.map((each, party) => each.makeStock(makers[party]!).catch((error: unknown) => {
      close();
      throw error;
    })));
    expect(isDone).toBe(true);
    // Who sent it twice hears a claim that is right before the other meets what it did not expect: as its header says, what only one has stored is found out by the next offers.
    const mayBeDone = step === 'parts' && kind === 'repeated' ? 1 : undefined;
    for (const [party, result] of results.entries()) if (party !== mayBeDone) expect(result).toMatchObject({ status: 'rejected', reason: { code: expect.stringMatching(/^CS070[1-8]$/) as string } });
    const [{ reason }] = results as PromiseRejectedResult[];
    const wanted = { altered: /^CS070[1358]$/, truncated: /^CS0703$/, lengthened: /^CS0703$/, withheld: /^CS070[24]$/, repeated: /^CS070[48]$/, 'header altered': /^CS0703$/, 'cut off': /^CS0702$/ }[kind];
    expect((reason as { code: string }).code).toMatch(wanted);
    expect(makers.flatMap(({ stored }, party) => (party === mayBeDone ? [] : stored))).toEqual([]);
  });
});

test('a wish that is announced as longer than wishes are is refused before it is read', async () => {
  const { held } = await opened(2);
  const makers = [new Maker(Uint8Array.of(1), [demand]), new Maker(new Uint8Array(131_073), [demand])];
  const results = await Promise.allSettled(held.map((each, party) => each.makeStock(makers[party]!).catch((error: unknown) => {
    held.forEach((one) => one.discard());
    throw error;
  })));
  expect(results[0]).toMatchObject({ status: 'rejected', reason: { code: 'CS0705', blame: 1, step: 'fill' } });
  expect(makers.flatMap(({ stored, wishes }) => [...stored, ...wishes])).toEqual([]);
});
