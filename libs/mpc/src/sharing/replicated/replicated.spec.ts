import fc from 'fast-check';
import { type Player, bitPlaces, bitsOf, openedBits, replicatedPlayers, shareBits, shareWords, someBits, someWords, wordPlaces, wordsOf } from '#testing';
import { type RoundOperation, bitsStride, wordsStride } from '../suite.js';

const low = (value: bigint): bigint => BigInt.asUintN(64, value);
const edges = [0n, 1n, 2n ** 32n - 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];

const takeAll = (players: readonly Player[], bytes: number): number[] => players.map(({ memory }) => memory.take(bytes));
const takeWords = (players: readonly Player[], length: number): number[] => takeAll(players, 2 * wordsStride(length));
const takeBits = (players: readonly Player[], planes: number, lanes: number): number[] => takeAll(players, 2 * bitsStride(1, planes, lanes));
const round = (players: readonly Player[], operations: (party: number) => readonly RoundOperation[]): Promise<unknown> =>
  Promise.all(players.map(({ suite, memory, party }) => suite.round(memory, operations(party))));
const openedWords = ({ memory }: Player, at: number, length: number): bigint[] => [...memory.words.slice(at / 8, at / 8 + length)];

function product(left: readonly bigint[], right: readonly bigint[], rows: number, inner: number, columns: number): bigint[] {
  return Array.from({ length: rows * columns }, (_, i) => low(Array.from({ length: inner }, (__, k) =>
    left[Math.floor(i / columns) * inner + k]! * right[k * columns + (i % columns)]!).reduce((a, b) => a + b, 0n)));
}

describe.each(['wasm', 'plain'] as const)('with kernels in %s', (implementation) => {
  let players: Player[];
  beforeAll(async () => void (players = await replicatedPlayers({ implementation })));

  test.each([0, 1, 2, 7, 8193, ...(implementation === 'wasm' ? [20_001] : [])])('products of %i words', async (length) => {
    const [x, y] = [[...edges, ...someWords(length)], [...edges.toReversed(), ...someWords(length)]].map((each) => each.slice(0, length)) as [bigint[], bigint[]];
    const [left, right, out] = [shareWords(players, x), shareWords(players, y), takeWords(players, length)];
    await round(players, (party) => [{ op: 'multiply', out: out[party]!, left: left[party]!, right: right[party]!, length }]);
    expect(wordsOf(players, out, length)).toEqual(x.map((each, i) => low(each * y[i]!)));
    // Factors stay as they were.
    expect(wordsOf(players, left, length)).toEqual(x);
  });

  test.each([[1, 1, 1], [3, 5, 2], [2, 5, 3], [1, 17, 1], [1, 4, 9], [9, 4, 1], [16, 20, 12], [2, 0, 3], [0, 3, 2]])('a product of matrices of %i rows, %i between, %i columns', async (rows, inner, columns) => {
    const [x, y] = [someWords(rows * inner), someWords(inner * columns)];
    const [left, right, out] = [shareWords(players, x), shareWords(players, y), takeWords(players, rows * columns)];
    await round(players, (party) => [{ op: 'matmul', out: out[party]!, left: left[party]!, right: right[party]!, rows, inner, columns }]);
    expect(wordsOf(players, out, rows * columns)).toEqual(product(x, y, rows, inner, columns));
  });

  test.each([[0, 5], [1, 0], [1, 1], [3, 7], [2, 128], [64, 131], [1, 8 * 65_536 + 9]])('ANDs of %i planes of %i lanes', async (planes, lanes) => {
    if (implementation === 'plain' && lanes > 1000) return;
    const [x, y] = [someBits(planes, lanes), someBits(planes, lanes)];
    const [left, right, out] = [shareBits(players, x), shareBits(players, y), takeBits(players, planes, lanes)];
    await round(players, (party) => [{ op: 'and', out: out[party]!, left: left[party]!, right: right[party]!, planes, lanes }]);
    expect(bitsOf(players, out, planes, lanes)).toEqual(x.map((plane, p) => plane.map((bit, i) => bit & y[p]![i]!)));
  });

  test.each([0, 1, 7, 1000])('%i words opened to all', async (length) => {
    const x = someWords(length);
    const [value, out] = [shareWords(players, x), takeAll(players, wordsStride(length))];
    await round(players, (party) => [{ op: 'openWords', out: out[party]!, value: value[party]!, length }]);
    for (const player of players) expect(openedWords(player, out[player.party]!, length)).toEqual(x);
  });

  test.each([[1, 0], [1, 1], [3, 8], [5, 13], [64, 129]])('%i planes of %i bits opened to all', async (planes, lanes) => {
    const x = someBits(planes, lanes);
    const [value, out] = [shareBits(players, x), takeAll(players, bitsStride(1, planes, lanes))];
    await round(players, (party) => [{ op: 'openBits', out: out[party]!, value: value[party]!, planes, lanes }]);
    for (const player of players) expect(openedBits(player, out[player.party]!, planes, lanes)).toEqual(x);
  });

  test.each([[1, 64], [7, 64], [130, 64], [130, 20], [0, 64]])('the bits of the addends of %i words, %i planes', (length, planes) => {
    const value = shareWords(players, someWords(length));
    const places = wordPlaces(players, value, length);
    const targets = players.map(() => [0, 1, 2]).map((each, party) => each.map(() => players[party]!.memory.take(2 * bitsStride(1, planes, length))));
    for (const { suite, memory, party } of players) suite.addends!(memory, value[party]!, length, targets[party]!, planes);
    for (const j of [0, 1, 2]) {
      const shared = bitPlaces(players, targets.map((each) => each[j]!), planes, length);
      const bits = Array.from({ length: planes }, (_, p) => places[j]!.map((word) => Number((word >> BigInt(p)) & 1n)));
      // Place j has the addend, the others nothing.
      shared.forEach((place, at) => expect(place).toEqual(at === j ? bits : bits.map((plane) => plane.map(() => 0))));
    }
  });

  test.each([[1, 1], [3, 7], [2, 130], [1, 0]])('%i planes of %i bits as words', async (planes, lanes) => {
    const bits = someBits(planes, lanes);
    const value = shareBits(players, bits);
    const length = planes * lanes;
    const places = bitPlaces(players, value, planes, lanes).map((place) => place.flat().map(BigInt));
    const [a, b, c] = [0, 1, 2].map(() => takeWords(players, length)) as [number[], number[], number[]];
    for (const { suite, memory, party } of players) suite.inject!(memory, value[party]!, planes, lanes, [a[party]!, b[party]!, c[party]!]);
    for (const [j, shares] of [a, b, c].entries()) {
      wordPlaces(players, shares, length).forEach((place, at) => expect(place).toEqual(places[j]!.map((bit) => (at === j ? bit : 0n))));
    }
    // x ⊕ y = x + y − 2xy, twice.
    const xor = async (left: number[], right: number[]): Promise<number[]> => {
      const both = takeWords(players, length);
      await round(players, (party) => [{ op: 'multiply', out: both[party]!, left: left[party]!, right: right[party]!, length }]);
      for (const { memory, party } of players) {
        const count = 2 * (wordsStride(length) / 8);
        const minusTwo = memory.put(BigUint64Array.of(low(-2n)));
        memory.kernels.scaleWords(both[party]!, both[party]!, minusTwo, count);
        for (const side of [left, right]) memory.kernels.addWords(both[party]!, both[party]!, side[party]!, count);
      }
      return both;
    };
    expect(wordsOf(players, await xor(await xor(a, b), c), length)).toEqual(bits.flat().map(BigInt));
  });

  test.each([1, 13, 62])('addends shifted right by %i', (bits) => {
    const length = 9;
    const [value, target] = [shareWords(players, [...edges, ...someWords(3)]), takeWords(players, length)];
    for (const { suite, memory, party } of players) suite.shiftAddends!(memory, value[party]!, length, bits, target[party]!);
    expect(wordPlaces(players, target, length)).toEqual(wordPlaces(players, value, length).map((place) => place.map((word) => word >> BigInt(bits))));
  });
});

test('a Boolean adder on the addends of a word gives back its bits', async () => {
  const players = await replicatedPlayers();
  const x = [...edges, ...someWords(135)];
  const lanes = x.length;
  const value = shareWords(players, x);
  const targets = players.map(({ memory }) => [0, 1, 2].map(() => memory.take(2 * bitsStride(1, 64, lanes))));
  for (const { suite, memory, party } of players) suite.addends!(memory, value[party]!, lanes, targets[party]!, 64);
  const places = [0, 1, 2].map((j) => bitsOf(players, targets.map((each) => each[j]!), 64, lanes));
  const sums = x.map((_, lane) => low(places.reduce((sum, planes) => sum + planes.reduce((word, plane, p) => word + (BigInt(plane[lane]!) << BigInt(p)), 0n), 0n)));
  expect(sums).toEqual(x);
});

test('operations of every kind share one round, in any order', async () => {
  await fc.assert(fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5]), fc.integer({ min: 0, max: 40 }), async (order, length) => {
    const players = await replicatedPlayers({ bytes: 2 ** 20 });
    const [x, y] = [someWords(length), someWords(length)];
    const [v, w] = [someBits(3, length), someBits(3, length)];
    const [left, right] = [shareWords(players, x), shareWords(players, y)];
    const [p, q] = [shareBits(players, v), shareBits(players, w)];
    const words = [0, 1, 2].map(() => takeWords(players, length)) as [number[], number[], number[]];
    const bits = [0, 1, 2].map(() => takeBits(players, 3, length)) as [number[], number[], number[]];
    const all = (party: number): RoundOperation[] => [
      { op: 'multiply', out: words[0][party]!, left: left[party]!, right: right[party]!, length },
      { op: 'and', out: bits[0][party]!, left: p[party]!, right: q[party]!, planes: 3, lanes: length },
      { op: 'openWords', out: words[1][party]!, value: left[party]!, length },
      { op: 'openBits', out: bits[1][party]!, value: p[party]!, planes: 3, lanes: length },
      { op: 'matmul', out: words[2][party]!, left: left[party]!, right: right[party]!, rows: 1, inner: length, columns: 1 },
      { op: 'and', out: bits[2][party]!, left: q[party]!, right: q[party]!, planes: 3, lanes: length },
    ];
    await round(players, (party) => order.map((each) => all(party)[each]!));
    for (const each of order) {
      if (each === 0) expect(wordsOf(players, words[0], length)).toEqual(x.map((word, i) => low(word * y[i]!)));
      if (each === 1) expect(bitsOf(players, bits[0], 3, length)).toEqual(v.map((plane, i) => plane.map((bit, j) => bit & w[i]![j]!)));
      if (each === 2) for (const player of players) expect(openedWords(player, words[1][player.party]!, length)).toEqual(x);
      if (each === 3) for (const player of players) expect(openedBits(player, bits[1][player.party]!, 3, length)).toEqual(v);
      if (each === 4) expect(wordsOf(players, words[2], 1)).toEqual(product(x, y, 1, length, 1));
      if (each === 5) expect(bitsOf(players, bits[2], 3, length)).toEqual(w);
    }
  }), { numRuns: 25 });
});

describe('inputs', () => {
  test.each([[[3, 0, 5]], [[0, 0, 0]], [[1, 1, 1]], [[1000, 7, 0]]])('of %j words by owner', async (lengths) => {
    const players = await replicatedPlayers();
    const values = lengths.map(someWords);
    const at = players.map(() => new Map<number, number>());
    await Promise.all(players.map(({ suite, memory, party }) => suite.shareInputs(memory, BigUint64Array.from(values[party]!), lengths, (owner) => {
      at[party]!.set(owner, memory.take(2 * wordsStride(lengths[owner]!)));
      return at[party]!.get(owner)!;
    })));
    lengths.forEach((length, owner) => {
      if (length === 0) return expect(at.every((each) => !each.has(owner))).toBe(true);
      const regions = at.map((each) => each.get(owner)!);
      expect(wordsOf(players, regions, length)).toEqual(values[owner]);
      // The third place is empty, and neither of the others says anything without the other.
      const places = wordPlaces(players, regions, length);
      expect(places[(owner + 2) % 3]).toEqual(values[owner]!.map(() => 0n));
      for (const place of [owner, (owner + 1) % 3]) expect(new Set([...places[place]!, ...values[owner]!]).size).toBe(2 * length);
    });
  });

  test('that are the same again are masked anew', async () => {
    const players = await replicatedPlayers();
    const share = async (): Promise<bigint[][]> => {
      const regions = takeWords(players, 4);
      await Promise.all(players.map(({ suite, memory, party }) =>
        suite.shareInputs(memory, new BigUint64Array(party === 1 ? 4 : 0), [0, 4, 0], () => regions[party]!)));
      return wordPlaces(players, regions, 4);
    };
    const [first, second] = [await share(), await share()];
    expect(new Set([...first[1]!, ...second[1]!]).size).toBe(8);
  });
});

test('constants are added at one place, which both of its holders know', async () => {
  const players = await replicatedPlayers();
  const value = shareWords(players, [5n]);
  for (const { suite, memory, party } of players) for (const c of suite.constants) memory.words[(value[party]! + c * wordsStride(1)) / 8]! += 7n;
  expect(wordsOf(players, value, 1)).toEqual([12n]);
});
