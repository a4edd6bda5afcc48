import { type Player, type RecordedLink, memoryLinks, recordedLink, replicatedPlayers, shareWords, someWords } from '#testing';
import { wireBytes } from '../../channel/index.js';
import { wordsStride } from '../suite.js';
import { InconsistentShares, reconstructReplicated } from './index.js';

/** Each party's copy of a sharing, component after component. */
function held(players: readonly Player[], values: readonly bigint[]): BigUint64Array[] {
  const at = shareWords(players, values);
  return players.map(({ memory, party }) => {
    const words = new BigUint64Array(2 * values.length);
    for (const c of [0, 1]) memory.get(at[party]! + c * wordsStride(values.length), words.subarray(c * values.length, (c + 1) * values.length));
    return words;
  });
}

describe.each([0, 1, 5, 20_000])('%i outputs', (length) => {
  test.each([[[0, 1, 2]], [[1]], [[2, 0]], [[]]])('open to %j, each of whom gets one place from one party', async (to) => {
    const links = memoryLinks(3);
    const written = links.map((row) => row.map((link, peer) => (link ? (row[peer] = recordedLink(link)) as RecordedLink : undefined)));
    const players = await replicatedPlayers({ links });
    const values = someWords(length);
    const shares = held(players, values);
    const before = written.map((row) => row.map((link) => link?.written.length ?? 0));
    const opened = await Promise.all(players.map(({ suite, party }) => suite.openTo(shares[party]!, length, to)));
    opened.forEach((each, party) => expect(each && [...each]).toEqual(to.includes(party) ? values : undefined));
    written.forEach((row, party) => row.forEach((link, peer) => {
      const bytes = link?.written.slice(before[party]![peer]).reduce((sum, frame) => sum + frame.length, 0) ?? 0;
      expect(bytes).toBe(peer === (party + 2) % 3 && to.includes(peer) ? wireBytes(8 * length) : 0);
    }));
  });
});

describe('a receiver that is no party', () => {
  test.each([0, 1, 7])('adds up %i words from all shares, and from any two', async (length) => {
    const players = await replicatedPlayers();
    const values = someWords(length);
    const shares = held(players, values);
    expect([...reconstructReplicated(shares, length)]).toEqual(values);
    for (const absent of [0, 1, 2]) expect([...reconstructReplicated(shares.map((share, party) => (party === absent ? undefined : share)), length)]).toEqual(values);
  });

  test('refuses one share, copies that differ, and shares of another length', async () => {
    const players = await replicatedPlayers();
    const shares = held(players, someWords(3));
    for (const party of [0, 1, 2]) {
      expect(() => reconstructReplicated(shares.map((share, i) => (i === party ? share : undefined)), 3)).toThrow(InconsistentShares);
      for (let at = 0; at < 6; at++) {
        const altered = shares.map((share) => share.slice());
        altered[party]![at]! ^= 1n << 63n;
        expect(() => reconstructReplicated(altered, 3)).toThrow(InconsistentShares);
        // Between two parties only the place that both hold can be compared.
        const other = (party + 1) % 3;
        const two = altered.map((share, i) => (i === party || i === other ? share : undefined));
        if (at >= 3) expect(() => reconstructReplicated(two, 3)).toThrow(InconsistentShares);
        else expect(() => reconstructReplicated(two, 3)).not.toThrow();
      }
    }
    expect(() => reconstructReplicated([shares[0], shares[1], new BigUint64Array(5)], 3)).toThrow(RangeError);
  });

  test('sees a fresh sharing of the same words, so that no place tells more than the sum', async () => {
    const players = await replicatedPlayers();
    const lengths = [1, 1, 1];
    const inputs = [100n, 200n, 300n];
    const at = players.map(({ memory }) => lengths.map(() => memory.take(2 * wordsStride(1))));
    await Promise.all(players.map(({ suite, memory, party }) => suite.shareInputs(memory, BigUint64Array.of(inputs[party]!), lengths, (owner) => at[party]![owner]!)));
    // x + w and y + w: of inputs (x − r, r, 0), (0, y − s, s) and (t, 0, w − t) the places show t and r, and with them x.
    const outputs = players.map(({ memory, party }) => BigUint64Array.from([0, 1].flatMap((c) => [0, 1].map((i) => {
      const word = (owner: number): bigint => memory.words[(at[party]![owner]! + c * wordsStride(1)) / 8]!;
      return BigInt.asUintN(64, word(i) + word(2));
    }))));
    const places = (shares: readonly BigUint64Array[]): [bigint, bigint][] => shares.map((share) => [share[0]!, share[1]!]);
    const stolen = ([p0, p1]: readonly [bigint, bigint][]): bigint => BigInt.asUintN(64, p0![0] - p0![1] + p1![0]);
    expect(stolen(places(outputs))).toBe(100n);

    const seen = new Set<bigint>();
    for (let again = 0; again < 3; again++) {
      const fresh = players.map(({ suite, party }) => suite.refresh!(outputs[party]!, 2));
      expect([...reconstructReplicated(fresh, 2)]).toEqual([400n, 500n]);
      for (const [i, share] of fresh.entries()) share.forEach((word, j) => expect(word).not.toBe(outputs[i]![j]));
      seen.add(stolen(places(fresh)));
    }
    expect(seen.size).toBe(3);
    expect(seen.has(100n)).toBe(false);
  });
});
