import { type Link, ProtocolAbort } from '#mpc';
import { type Player, type RecordedLink, type Tamper, fingerprint, memoryLinks, recordedLink, replicatedPlayers, seededRandomness, shareBits, shareWords, someBits, someWords, tamperedLink, tampers } from '#testing';
import { Mesh, wireBytes } from '../../channel/index.js';
import { type RoundOperation, bitsStride, wordsStride } from '../suite.js';
import { replicatedSuite } from './index.js';

const previousOf = (party: number): number => (party + 2) % 3;
const nextOf = (party: number): number => (party + 1) % 3;

/** Three parties and what each wrote to each. */
async function recorded(setting: { seed?: string; session?: Uint8Array } = {}): Promise<{ players: Player[]; written: RecordedLink[][] }> {
  const links = memoryLinks(3);
  const written = links.map((row) => row.map((link, peer) => (link ? (row[peer] = recordedLink(link)) as RecordedLink : undefined)!));
  return { players: await replicatedPlayers({ ...setting, links }), written };
}

const bytesOf = (link: RecordedLink): number => link.written.reduce((sum, frame) => sum + frame.length, 0);
const bodiesOf = (link: RecordedLink, from: number): Buffer => Buffer.concat(link.written.slice(from).map((frame) => frame.subarray(20)));

/** Runs `body` and returns what every party wrote to the previous and to the next one meanwhile. */
async function during(written: RecordedLink[][], body: () => Promise<unknown>): Promise<{ toPrevious: number[]; toNext: number[] }> {
  const count = (to: (party: number) => number): number[] => written.map((row, party) => bytesOf(row[to(party)]!));
  const [previous, next] = [count(previousOf), count(nextOf)];
  await body();
  return { toPrevious: count(previousOf).map((bytes, i) => bytes - previous[i]!), toNext: count(nextOf).map((bytes, i) => bytes - next[i]!) };
}

const run = (players: readonly Player[], operations: (party: number) => readonly RoundOperation[]): Promise<unknown> =>
  Promise.all(players.map(({ suite, memory, party }) => suite.round(memory, operations(party))));

/** One operation of each kind, of `n` lanes or elements; `values` are the factors and what is opened. */
function everyKind(players: readonly Player[], n: number, values = { words: someWords(n), bits: someBits(3, n) }): ((party: number) => RoundOperation[])[] {
  const [w, b] = [shareWords(players, values.words), shareBits(players, values.bits)];
  const [words, bits] = [wordsStride(n), bitsStride(1, 3, n)].map((stride) => players.map(({ memory }) => memory.take(2 * stride))) as [number[], number[]];
  return [
    (party) => [{ op: 'multiply', out: words[party]!, left: w[party]!, right: w[party]!, length: n }],
    (party) => [{ op: 'matmul', out: words[party]!, left: w[party]!, right: w[party]!, rows: n, inner: 1, columns: 1 }],
    (party) => [{ op: 'and', out: bits[party]!, left: b[party]!, right: b[party]!, planes: 3, lanes: n }],
    (party) => [{ op: 'openWords', out: words[party]!, value: w[party]!, length: n }],
    (party) => [{ op: 'openBits', out: bits[party]!, value: b[party]!, planes: 3, lanes: n }],
  ];
}

test('the set-up sends 32 bytes to the previous party and 16 to the next, in one round', async () => {
  const { players, written } = await recorded();
  written.forEach((row, party) => expect([bytesOf(row[previousOf(party)]!), bytesOf(row[nextOf(party)]!)]).toEqual([52, 36]));
  for (const { mesh } of players) expect(mesh.rounds).toBe(1);
});

test.each([0, 1, 9, 17_000])('a round sends what the header says, to the previous party only: %i elements', async (n) => {
  const { players, written } = await recorded();
  const bodies = [8 * n, 8 * n, 3 * Math.ceil(n / 8), 8 * n, 3 * Math.ceil(n / 8)];
  const kinds = everyKind(players, n);
  for (const [i, operations] of kinds.entries()) {
    const sent = await during(written, () => run(players, operations));
    expect(sent).toEqual({ toPrevious: Array(3).fill(wireBytes(bodies[i]!)), toNext: [0, 0, 0] });
  }
  const together = await during(written, () => run(players, (party) => kinds.flatMap((operations) => operations(party))));
  expect(together).toEqual({ toPrevious: Array(3).fill(wireBytes(bodies.reduce((a, b) => a + b))), toNext: [0, 0, 0] });
  for (const { mesh } of players) expect(mesh.rounds).toBe(1 + 6);
});

test('inputs send 8 bytes a word from their owners, and nothing from who has none', async () => {
  const { players, written } = await recorded();
  const lengths = [5, 0, 40_000];
  const sent = await during(written, () => Promise.all(players.map(({ suite, memory, party }) =>
    suite.shareInputs(memory, new BigUint64Array(lengths[party]!), lengths, (owner) => memory.take(2 * wordsStride(lengths[owner]!))))));
  expect(sent).toEqual({ toPrevious: [wireBytes(40), 0, wireBytes(320_000)], toNext: [0, 0, 0] });
});

test('conversions and the sharing for others send nothing', async () => {
  const { players, written } = await recorded();
  const sent = await during(written, async () => {
    for (const { suite, memory } of players) {
      const at = (): number => memory.take(4096);
      suite.addends!(memory, at(), 9, [at(), at(), at()], 64);
      suite.inject!(memory, at(), 1, 9, [at(), at(), at()]);
      suite.shiftAddends!(memory, at(), 9, 3, at());
      suite.refresh!(new BigUint64Array(4), 2);
    }
  });
  expect(sent).toEqual({ toPrevious: [0, 0, 0], toNext: [0, 0, 0] });
});

describe('what goes over the wire', () => {
  test('is the same for the same coins and session, and for no others', async () => {
    const runOf = async (setting: { seed?: string; session?: Uint8Array }): Promise<string[]> => {
      const { players, written } = await recorded(setting);
      const values = { words: [1n, 2n, 3n], bits: [[1], [0], [1]].map(([bit]) => [bit!, 0, 1]) };
      // The sharings differ from run to run, so only zeros are multiplied.
      for (const operations of everyKind(players, 3, values).slice(0, 3)) {
        for (const { memory, party } of players) {
          for (const operation of operations(party)) if ('left' in operation) memory.bytes.fill(0, operation.left, operation.left + 128);
        }
        await run(players, operations);
      }
      return written.map((row, party) => fingerprint(row[previousOf(party)]!.written.slice(1)).sha256);
    };
    const first = await runOf({});
    expect(await runOf({})).toEqual(first);
    for (const setting of [{ seed: 'other' }, { session: new Uint8Array(32).fill(8) }]) {
      const other = await runOf(setting);
      other.forEach((each, party) => expect(each).not.toBe(first[party]));
    }
    expect(new Set(first).size).toBe(3);
  });

  test('differs for products of the same factors, and so does every pair of parties', async () => {
    const { players, written } = await recorded();
    const [multiply, matmul, and] = everyKind(players, 64) as [(p: number) => RoundOperation[], (p: number) => RoundOperation[], (p: number) => RoundOperation[]];
    const words = async (operations: (party: number) => RoundOperation[]): Promise<string[]> => {
      const from = written.map((row, party) => row[previousOf(party)]!.written.length);
      await run(players, operations);
      return written.flatMap((row, party) => bodiesOf(row[previousOf(party)]!, from[party]!).toString('hex').match(/.{16}/g)!);
    };
    const seen = [...await words(multiply), ...await words(multiply), ...await words(matmul), ...await words(matmul), ...await words(and), ...await words(and)];
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('of products and of inputs is uniform, whatever the factors', async () => {
    const { players, written } = await recorded();
    const n = 20_000;
    const zeros = { words: Array<bigint>(n).fill(0n), bits: [0, 1, 2].map(() => Array<number>(n).fill(0)) };
    for (const operations of everyKind(players, n, zeros).slice(0, 3)) {
      const from = written.map((row, party) => row[previousOf(party)]!.written.length);
      // Shares of zero that are zeros: nothing but the masks is left.
      for (const { memory, party } of players) for (const operation of operations(party)) if ('left' in operation) memory.bytes.fill(0, operation.left, operation.left + 2 * bytesOfFactor(operation));
      await run(players, operations);
      written.forEach((row, party) => expect(chiSquared(bodiesOf(row[previousOf(party)]!, from[party]!))).toBeLessThan(bound));
    }
    const from = written[1]![0]!.written.length;
    const lengths = [0, n, 0];
    await Promise.all(players.map(({ suite, memory, party }) => suite.shareInputs(memory, new BigUint64Array(lengths[party]!), lengths, () => memory.take(2 * wordsStride(n)))));
    expect(chiSquared(bodiesOf(written[1]![0]!, from))).toBeLessThan(bound);
  });

  test('of opened bits says nothing beyond the last lane', async () => {
    const { players, written } = await recorded();
    const operations = everyKind(players, 3)[4]!;
    const from = written[0]![2]!.written.length;
    for (const { memory, party } of players) for (const operation of operations(party)) if (operation.op === 'openBits') memory.bytes.fill(0xff, operation.value, operation.value + 2 * bitsStride(1, 3, 3));
    await run(players, operations);
    expect([...bodiesOf(written[0]![2]!, from)]).toEqual([7, 7, 7]);
  });
});

const bytesOfFactor = (operation: RoundOperation): number =>
  operation.op === 'and' ? bitsStride(1, operation.planes, operation.lanes) : operation.op === 'matmul' ? wordsStride(operation.rows) : operation.op === 'multiply' ? wordsStride(operation.length) : 0;

/** Over the 256 bytes; 255 degrees of freedom, so beyond 255 + 10·√510 less than once in 10^20. */
const bound = 255 + 10 * Math.sqrt(510);
function chiSquared(bytes: Uint8Array): number {
  const counts = new Array<number>(256).fill(0);
  for (const byte of bytes) counts[byte]! += 1;
  const expected = bytes.length / 256;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('a message that is', () => {
  /** Party 1's frame number `which` to party 0 goes through `tamper`; then everything runs. */
  async function withTamper(which: number, tamper: Tamper): Promise<PromiseSettledResult<unknown>[]> {
    const links = memoryLinks(3);
    links[1]![0] = tamperedLink(links[1]![0]!, which, tamper);
    const closing = (row: (Link | undefined)[]): void => row.forEach((link) => link?.close());
    const outcome = await Promise.allSettled([replicatedPlayers({ links })]);
    if (outcome[0].status === 'rejected') return outcome;
    const players = outcome[0].value;
    const operations = everyKind(players, 5)[0]!;
    return await Promise.allSettled(players.map(async ({ suite, memory, party, mesh }) => {
      try {
        await suite.round(memory, operations(party));
        await suite.shareInputs(memory, new BigUint64Array(4), [4, 4, 4], () => memory.take(128));
        await suite.openTo(new BigUint64Array(6), 3, [0, 1, 2]);
      } catch (error) {
        closing(links[mesh.self]!);
        throw error;
      }
    }));
  }

  const kinds = ['truncated', 'lengthened', 'header altered', 'cut off'] as const;
  test.each(kinds.flatMap((kind) => ['the set-up', 'a round', 'inputs', 'an opening'].map((what, which) => [kind, what, which] as const)))('%s in %s ends it with a clean error', async (kind, _, which) => {
    const [result] = await withTamper(which, tampers[kind]);
    expect(result!.status).toBe('rejected');
    const { reason } = result as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(ProtocolAbort);
    expect(reason).toMatchObject({ code: kind === 'cut off' ? 'CS0702' : 'CS0703', blame: 1 });
    expect(String(reason)).not.toMatch(/\d{6,}/);
  });

  test.each([1, 2])('repeated, frame %i, ends it with a clean error', async (which) => {
    const [result] = await withTamper(which, tampers.repeated);
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0704', blame: 1 } });
  });
});

test('keys that were wiped draw no masks', async () => {
  const players = await replicatedPlayers();
  const operations = everyKind(players, 5)[0]!;
  for (const { suite } of players) suite.wipe();
  for (const { suite, memory, party } of players) await expect(suite.round(memory, operations(party))).rejects.toThrow('the keys of this suite were wiped');
});

test.each([2, 4])('%i parties have no replicated sharing', async (parties) => {
  const mesh = Mesh.over(0, parties, memoryLinks(parties)[0]!);
  await expect(replicatedSuite({ mesh, sessionId: new Uint8Array(32), randomness: seededRandomness('none') })).rejects.toThrow(`replicated sharing is among three parties, not ${parties}`);
});
