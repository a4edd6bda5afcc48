import { randomBytes } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { type Assumptions, type Problem, allows } from '#program/plans';
import { idealCorrelations, memoryLinks, seededRandomness } from '#testing';
import { type Binding, Mesh, Peer } from '../channel/index.js';
import { TransferReceiver, TransferSender, extensionMemoryBytes, kPkeTransfers, setUpReceiver, setUpSender } from '../ot/index.js';
import { type Correlations, type Demand, type Source, chooseSource, dealCorrelations, dealingBytes, dealingMemoryBytes, wipeCorrelations } from './index.js';
import { type Batch, runLeg } from './legs.js';
import { matrixMemoryBytes, receiveMatrix, sendMatrix } from './matrix/index.js';
import { bitProducts, gilboa, maxBatchProducts, receiveProducts, sendProducts } from './products/index.js';

const low = (value: bigint): bigint => BigInt.asUintN(64, value);
const edges = [0n, 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n];
const words = (length: number): BigUint64Array =>
  new BigUint64Array(new Uint8Array(randomBytes(8 * length)).buffer).map((word, i) => (i % 3 === 0 ? edges[(i / 3) % edges.length]! : word));

/** Transfers between two parties, ready for any number of batches. */
async function transferPair(depth = 4) {
  const links = memoryLinks(2);
  const lanes = [new Peer(1, links[0]![1]!).lane(2), new Peer(0, links[1]![0]!).lane(2)] as const;
  const binding: Binding = { sessionId: new Uint8Array(32), roles: [0, 1] };
  const common = { binding, base: kPkeTransfers, k: depth, randomness: seededRandomness('coins') };
  const [punctured, leaves] = await Promise.all([setUpSender({ ...common, lane: lanes[0] }), setUpReceiver({ ...common, lane: lanes[1] })]);
  return {
    sender: new TransferSender(lanes[0], binding, depth, 0, punctured),
    receiver: new TransferReceiver(lanes[1], binding, depth, 0, leaves),
    memory: new KernelMemory(extensionMemoryBytes(depth, 64 * maxBatchProducts) + 512 * maxBatchProducts + matrixMemoryBytes),
  };
}

test('the shares of products add up to the products, for all kinds and sizes', async () => {
  const { sender, receiver, memory } = await transferPair();
  for (const count of [0, 1, 2, 3, 65, maxBatchProducts - 1, maxBatchProducts]) {
    const [x, y] = [words(count), words(count).reverse()];
    for (const [kind, add, multiply] of [
      [gilboa, (a: bigint, b: bigint) => low(a + b), (a: bigint, b: bigint) => low(a * b)],
      [bitProducts, (a: bigint, b: bigint) => a ^ b, (a: bigint, b: bigint) => a & b],
    ] as const) {
      const [s, r] = await Promise.all([sendProducts(kind, sender, memory, x), receiveProducts(kind, receiver, memory, y)]);
      expect(s.map((share, i) => add(share, r[i]!))).toEqual(x.map((each, i) => multiply(each, y[i]!)));
    }
  }
});

test.each([[0, 1], [1, 0], [0, 0], [1, 1], [3, 2], [1025, 3], [16_385, 1]])('the shares of a matrix of %i rows and %i columns times a vector add up', async (rows, columns) => {
  const { sender, receiver, memory } = await transferPair();
  const a = Array.from({ length: columns }, () => words(rows));
  const y = words(columns);
  const [s, r] = [new BigUint64Array(rows), new BigUint64Array(rows)];
  await Promise.all([sendMatrix(sender, memory, a, s), receiveMatrix(receiver, memory, y, r)]);
  expect(s.map((share, i) => low(share + r[i]!))).toEqual(BigUint64Array.from({ length: rows }, (_, i) => low(a.reduce((sum, column, j) => sum + column[i]! * y[j]!, 0n))));
});

/** The relation that a demand's correlations keep, over all parties' shares. */
function expectCorrelated(shares: readonly Correlations[], demand: Demand): void {
  const total = (pick: (of: Correlations) => BigUint64Array, add: (a: bigint, b: bigint) => bigint): BigUint64Array =>
    shares.map(pick).reduce((sum, share) => sum.map((word, i) => add(word, share[i]!)));
  const plus = (a: bigint, b: bigint): bigint => low(a + b);
  const xor = (a: bigint, b: bigint): bigint => a ^ b;
  const [a, b, c] = (['a', 'b', 'c'] as const).map((name) => total((each) => each.arithmetic.triples[name], plus));
  expect(c).toEqual(a!.map((word, i) => low(word * b![i]!)));
  expect(c).toHaveLength(demand.triples);
  const [d, e, f] = (['a', 'b', 'c'] as const).map((name) => total((each) => each.boolean.triples[name], xor));
  expect(f).toEqual(d!.map((word, i) => word & e![i]!));
  expect(f).toHaveLength(demand.andWords);
  for (const [m, { rows, inner, columns }] of demand.matrixTriples.entries()) {
    const [a, b, c] = (['a', 'b', 'c'] as const).map((name) => total((each) => each.matrices[m]![name], plus)) as [BigUint64Array, BigUint64Array, BigUint64Array];
    expect(c).toEqual(BigUint64Array.from({ length: rows * columns }, (_, at) => {
      const [row, column] = [Math.floor(at / columns), at % columns];
      return low(Array.from({ length: inner }, (__, k) => a[row * inner + k]! * b[k * columns + column]!).reduce((sum, product) => sum + product, 0n));
    }));
  }
  const bits = shares.map((each) => each.daBits.bits.bit).reduce((sum, share) => sum.map((bit, i) => bit ^ share[i]!));
  expect(total((each) => each.daBits.bits.word, plus)).toEqual(BigUint64Array.from(bits, BigInt));
  expect(bits).toHaveLength(demand.daBits);
}

const none: Demand = { triples: 0, andWords: 0, matrixTriples: [], daBits: 0 };
/** Wide enough for a batch, and of no security at all. */
const quick = { name: 'quick', trees: 100, depth: 10, secretLog: 12 };
const softspoken: Source = { kind: 'softspoken' };
const real: Record<string, Source> = {
  softspoken,
  ferret: { kind: 'ferret', parameters: quick, checked: false },
  'checked ferret': { kind: 'ferret', parameters: quick, checked: true },
};

const byLattices = 'softspoken, and lattices';

describe.each([...Object.keys(real), byLattices, 'the ideal dealer'])('%s', (kind) => {
  test.each<[number, Partial<Demand>]>([
    [2, {}],
    [2, { triples: 1 }],
    [2, { triples: 511, andWords: 7 }],
    [2, { triples: 1300 }],
    [3, { triples: 5, andWords: 13, matrixTriples: [{ rows: 9, inner: 2, columns: 1 }, { rows: 1, inner: 1, columns: 1 }, { rows: 3, inner: 4, columns: 2 }] }],
    [2, { daBits: 1 }],
    [2, { triples: 3, daBits: 1001 }],
    [3, { daBits: 130 }],
    [5, { triples: 3, daBits: 17 }],
    [5, { triples: 3 }],
  ])('%i parties hold correlated shares of %p', async (parties, some) => {
    const demand = { ...none, ...some };
    const links = memoryLinks(parties);
    const batches: string[] = [];
    const source = kind === byLattices ? softspoken : real[kind];
    const lattices = kind === byLattices ? { triples: true, matrices: true } : undefined;
    const shares = await Promise.all(links.map(async (row, self) => {
      if (!source) return idealCorrelations(Uint8Array.of(1), self, parties, demand);
      const mesh = Mesh.over(self, parties, row);
      const dealt = await dealCorrelations({
        mesh, demand, sessionId: new Uint8Array(32), k: 4, source, lattices,
        base: kPkeTransfers,
        randomness: seededRandomness(`party ${self}`),
        memory: new KernelMemory(dealingMemoryBytes(demand, { source, lattices, k: 4, peers: parties - 1 })),
        onBatch: (done, total) => void (self === 0 && batches.push(`${done} of ${total}`)),
      });
      for (const { bytesSent, bytesReceived } of mesh.peers) expect(bytesSent + bytesReceived).toBe(dealingBytes(demand, { source, lattices, base: 'k-pke-768' }));
      return dealt;
    }));
    expectCorrelated(shares, demand);
    if (source && !lattices && demand.triples === 1300) expect(batches).toEqual(['1 of 3', '2 of 3', '3 of 3']);
    for (const each of shares) wipeCorrelations(each);
    expect(shares.every(({ arithmetic }) => arithmetic.triples.c.every((word) => word === 0n))).toBe(true);
  });
});

test('a triple is handed out once', async () => {
  const { arithmetic } = await idealCorrelations(Uint8Array.of(1), 0, 2, { ...none, triples: 5 });
  const [first, second] = [arithmetic.take(2), arithmetic.take(3)];
  expect(new Set([...first.a, ...second.a]).size).toBe(5);
  expect(() => arithmetic.take(1)).toThrow('more triples are used than were made');
});

test('wiped correlations are of no use: zeros would be a triple that masks nothing', async () => {
  const correlations = await idealCorrelations(Uint8Array.of(1), 0, 2, { triples: 2, andWords: 2, matrixTriples: [{ rows: 1, inner: 1, columns: 1 }], daBits: 2 });
  wipeCorrelations(correlations);
  expect(() => correlations.arithmetic.take(1)).toThrow('were wiped');
  expect(() => correlations.boolean.take(1)).toThrow('were wiped');
  expect(() => correlations.daBits.take(1)).toThrow('were wiped');
  expect(correlations.matrices).toHaveLength(0);
});

test.each(Object.keys(real))('%s: a batch that runs on beside a failed one still has its delta: without, its payload would be the factor in the clear', async (kind) => {
  const links = memoryLinks(2);
  const source = real[kind]!;
  const memories = [0, 1].map(() => new KernelMemory(dealingMemoryBytes({ ...none, triples: 1 }, { source, k: 4, peers: 1 })));
  const shape = { transfers: 128, payloadBytes: 0 };
  const [x, y] = [words(1), words(2).subarray(1)];
  const idle = async (): Promise<void> => undefined;
  const failed = Promise.withResolvers<void>();
  const shares: Promise<BigUint64Array>[] = [];
  const keep = async (share: Promise<BigUint64Array>): Promise<void> => void (await (shares.push(share), share));
  const broken: Batch = { ...shape, send: () => Promise.reject(new Error('broken')), receive: idle };
  const late: Batch = {
    ...shape,
    send: (transfers) => failed.promise.then(() => keep(sendProducts(gilboa, transfers, memories[0]!, x))),
    receive: (transfers) => keep(receiveProducts(gilboa, transfers, memories[1]!, y)),
  };
  const run = (self: 0 | 1): Promise<void> => runLeg({
    self, peer: new Peer(1 - self, links[self]![1 - self]!), leg: { role: self === 0 ? 'sender' : 'receiver', primary: true, lane: 2 }, batches: [broken, late],
    sessionId: new Uint8Array(32), base: kPkeTransfers, randomness: seededRandomness('coins'), k: 4, memory: memories[self]!, source, onBatch: () => undefined,
  });
  const receiving = run(1);
  await expect(run(0)).rejects.toThrow('broken');
  failed.resolve();
  await receiving;
  const [s, r] = await Promise.all(shares);
  expect(low(s![0]! + r![0]!)).toBe(low(x[0]! * y[0]!));
});

describe('the source of a session', () => {
  const of = (triples: number): Demand => ({ ...none, triples });

  test('is softspoken for few multiplications, then b10, then lattices: whichever sends least', () => {
    expect(chooseSource(none)).toMatchObject({ name: 'softspoken', bytesPerPair: 0, reason: 'nothing is multiplied' });
    expect([800, 1000, 20_000, 60_000, 1_000_000].map((triples) => chooseSource(of(triples)).name)).toEqual(['softspoken', 'ferret-b10', 'softspoken+lattice-triples', 'softspoken+lattice-triples', 'softspoken+lattice-triples']);
    expect(chooseSource(of(10)).reason).toBe('too few multiplications to pay for the set-up of Ferret');
    expect(chooseSource(of(1_000_000)).reason).toMatch(/^sends \d+ bytes per pair of parties with triples from lattices, softspoken alone would send \d+$/);
    expect(chooseSource({ ...none, andWords: 100_000 })).toMatchObject({ name: 'ferret-b11', reason: expect.stringMatching(/^sends \d+ bytes per pair of parties, softspoken would send \d+$/) });
    for (const triples of [10, 10_000, 100_000]) {
      const sent = (['softspoken', 'ferret-b10', 'ferret-b11'] as const).map((name) => chooseSource(of(triples), name).bytesPerPair);
      expect(chooseSource(of(triples)).bytesPerPair).toBeLessThanOrEqual(Math.min(...sent));
    }
  });

  test('can be asked for', () => {
    expect(chooseSource(of(1_000_000), 'softspoken')).toMatchObject({ name: 'softspoken', source: softspoken, reason: 'asked for' });
    expect(chooseSource(of(1), 'ferret-b11')).toMatchObject({ name: 'ferret-b11', reason: 'asked for' });
  });

  describe.each<[Exclude<Assumptions, 'any'>, RegExp, readonly Problem[]]>([['no-lpn', /^softspoken(\+lattice-[a-z-]+)?$/, ['module-lwe', 'rlwe']], ['module-lwe-only', /^softspoken$/, ['module-lwe']]])('of a job within `%s`', (assumptions, named, problems) => {
    const matrix = { rows: 128, inner: 784, columns: 128 };
    const demands: Demand[] = [of(10), of(1000), of(1_000_000), { ...none, andWords: 100_000 }, { ...none, daBits: 5000 }, { ...none, matrixTriples: [matrix] }, { triples: 30_000, andWords: 9, daBits: 9, matrixTriples: [matrix] }];

    test.each(demands)('sends least of what that allows: %j', (demand) => {
      const chosen = chooseSource(demand, 'auto', { assumptions });
      const [most, softspokenAlone] = [chooseSource(demand), chooseSource(demand, 'softspoken')];
      expect(chosen.name).toMatch(named);
      expect(allows(assumptions, chosen.restsOn)).toBe(true);
      expect(problems).toEqual(expect.arrayContaining([...chosen.restsOn]));
      expect([most.bytesPerPair, chosen.bytesPerPair, softspokenAlone.bytesPerPair]).toEqual([most.bytesPerPair, chosen.bytesPerPair, softspokenAlone.bytesPerPair].toSorted((a, b) => a - b));
      // Nothing that it allows sends less.
      if (allows(assumptions, most.restsOn)) expect(chosen).toEqual(most);
      else expect(chosen.reason).toBe(`sends least of what rests on ${assumptions === 'no-lpn' ? 'no LPN' : 'Module-LWE only'}, ${chosen.bytesPerPair} bytes per pair of parties; ${most.name} would send ${most.bytesPerPair}`);
    });

    test.each(['ferret-b10', 'ferret-b11'] as const)('is never %s, asked for or not', (request) => {
      expect(() => chooseSource(of(1), request, { assumptions })).toThrow(expect.objectContaining({ code: 'CS0675' }) as Error);
      expect(chooseSource(of(1), 'softspoken', { assumptions })).toMatchObject({ name: 'softspoken', restsOn: ['module-lwe'], reason: 'asked for' });
    });
  });

  test('says what it rests on', () => {
    expect([chooseSource(of(10)), chooseSource(of(1000)), chooseSource(of(1_000_000)), chooseSource({ triples: 1_000_000, andWords: 1_000_000, daBits: 0, matrixTriples: [] })].map(({ restsOn }) => restsOn))
      .toEqual([['module-lwe'], ['module-lwe', 'lpn'], ['module-lwe', 'rlwe'], ['module-lwe', 'rlwe', 'lpn']]);
  });

  test('costs per triple what the header states', () => {
    const perTriple = (demand: (count: number) => Demand, name: 'softspoken' | 'ferret-b11'): number =>
      (chooseSource(demand(4_000_000), name).bytesPerPair - chooseSource(demand(2_000_000), name).bytesPerPair) / 2_000_000;
    const ands = (andWords: number): Demand => ({ ...none, andWords });
    expect([perTriple(of, 'softspoken'), perTriple(of, 'ferret-b11'), perTriple(ands, 'softspoken'), perTriple(ands, 'ferret-b11')].map(Math.round)).toEqual([1032, 548, 528, 44]);
  });

  test('of the widest session stays under 1 GiB of kernels\' memory', () => {
    const demand: Demand = { triples: 2 ** 24, andWords: 2 ** 20, matrixTriples: [{ rows: 2 ** 20, inner: 8, columns: 1 }], daBits: 2 ** 24 };
    const { source } = chooseSource(demand);
    expect(source.kind).toBe('ferret');
    expect(dealingMemoryBytes(demand, { source, k: 4, peers: 4 })).toBeLessThan(512 * 1024 * 1024);
  });
});
