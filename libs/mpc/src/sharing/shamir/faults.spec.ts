import { memoryLinks, openAt, runShamir, settleShamir, shamirScenario, shareVectors, tamperedLink, tampers, whenQuiet } from '#testing';
import { type Link, ProtocolAbort, labelOf } from '../../channel/index.js';
import { wordsStride } from '../suite.js';

const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);
const messages = [['shamir-p61/1', 'seed'], ['shamir-p61/1', 'bits'], ['shamir-p61/1', 'input'], ['shamir-p61/1', 'round'], ['transcript-confirmation/1', 'seen'], ['shamir-p61/1', 'output']] as const;

/** `link` whose messages of a step are counted, and number `which` of them altered. */
function altering(link: Link, tag: number, which: number, alter: (frame: Uint8Array) => Uint8Array): Link {
  let seen = 0;
  return { ...link, write: (frame) => link.write(tagOf(frame) === tag && seen++ === which ? alter(frame.slice()) : frame) };
}

/** What became of each party when a frame from one to the next but one, or to the next, went wrong: its outputs or its reason. */
async function runWith(parties: number, links: (Link | undefined)[][]): Promise<(readonly bigint[] | ProtocolAbort)[]> {
  // What a silent peer costs is the caller's deadline: here the moment when all wait.
  const stopLooking = whenQuiet(links, () => links.forEach((row) => row.forEach((link) => link?.close())));
  const results = await settleShamir(parties, { ...shamirScenario.setting, links }, shamirScenario.run);
  stopLooking();
  return results.map((result) => {
    if (result.status === 'fulfilled') return result.value;
    if (!(result.reason instanceof ProtocolAbort)) throw result.reason as Error;
    return result.reason;
  });
}

/** Numbers of the frames with which party `from` sends each message to party `to`. */
async function framesOf(parties: number, from: number, to: number, tag: number): Promise<number[]> {
  const links = memoryLinks(parties);
  const numbers: number[] = [];
  let sent = 0;
  const link = links[from]![to]!;
  links[from]![to] = { ...link, write: (frame) => (tagOf(frame) === tag && numbers.push(sent), sent++, link.write(frame)) };
  await runShamir(parties, { ...shamirScenario.setting, links }, shamirScenario.run);
  return numbers;
}

describe.each(messages)('`%s %s`', (protocol, step) => {
  const { tag } = labelOf(protocol, step);

  it.each(Object.keys(tampers) as (keyof typeof tampers)[])('%s, ends in the right outputs or in an abort', async (tamper) => {
    for (const [from, to] of [[0, 1], [0, 2]] as const) {
      for (const frame of (await framesOf(3, from, to, tag)).slice(0, 3)) {
        const links = memoryLinks(3);
        links[from]![to] = tamperedLink(links[from]![to]!, frame, tampers[tamper]);
        const ends = await runWith(3, links);
        const aborts = ends.filter((end) => end instanceof ProtocolAbort);
        for (const end of ends) if (!(end instanceof ProtocolAbort)) expect(end).toEqual(shamirScenario.outputs);
        for (const { code } of aborts) expect(code).toMatch(/^CS070[234589]$/);
        // Nothing follows the last message; and where a link closes, at the deadline too, t + 1 parties do without it.
        const harmless = (step === 'output' && (tamper === 'repeated' || tamper === 'withheld')) || tamper === 'cut off';
        if (!harmless) expect(aborts.length).toBeGreaterThan(0);
      }
    }
  });
});

describe.each([3, 4, 5, 6])('of %i parties', (parties) => {
  it('a share that was altered on its way to a receiver is no wrong output', async () => {
    for (const from of [0, parties - 1]) {
      const links = memoryLinks(parties);
      links[from]![1] = altering(links[from]![1]!, labelOf('shamir-p61/1', 'output').tag, 0, (frame) => frame.with(22, frame[22]! ^ 4));
      const results = await settleShamir(parties, { links }, async (player) => openAt(player, (await shareVectors(player, [[5n, 6n, 7n]]))[0]!, 3, [1]));
      expect(results[1]).toMatchObject({ status: 'rejected', reason: { code: 'CS0709' } });
    }
  });

  it('a share of a product that was altered is found when the product is opened', async () => {
    const links = memoryLinks(parties);
    links[0]![1] = altering(links[0]![1]!, labelOf('shamir-p61/1', 'round').tag, 0, (frame) => frame.with(20, frame[20]! ^ 1));
    const results = await settleShamir(parties, { links }, async (player) => {
      const [left, right] = await shareVectors(player, [[5n], [7n]]) as [number, number];
      const out = player.memory.take(wordsStride(1));
      await player.suite.round(player.memory, [{ op: 'multiply', out, left, right, length: 1 }]);
      return openAt(player, out, 1, [0]);
    });
    expect(results[0]).toMatchObject({ status: 'rejected', reason: { code: 'CS0709' } });
  });

  it('a word that is no element of the field is refused, the modulus among them', async () => {
    for (const word of [(1n << 61n) - 1n, 1n << 61n, 1n << 63n, (1n << 64n) - 1n]) {
      for (const step of ['round', 'output']) {
        const links = memoryLinks(parties);
        links[0]![1] = altering(links[0]![1]!, labelOf('shamir-p61/1', step).tag, 0, (frame) => {
          new DataView(frame.buffer).setBigUint64(28, word, true);
          return frame;
        });
        const results = await settleShamir(parties, { links }, async (player) => {
          const [left] = await shareVectors(player, [[5n, 6n, 7n]]) as [number];
          const out = player.memory.take(wordsStride(3));
          await player.suite.round(player.memory, [{ op: 'multiply', out, left, right: left, length: 3 }]);
          return openAt(player, out, 3, [1]);
        });
        expect(results[1]).toMatchObject({ status: 'rejected', reason: { code: 'CS0703', blame: 0 } });
      }
    }
  });
});

it('an opened byte that is no bit is refused', async () => {
  const results = await settleShamir(3, {}, async ({ suite, memory }) => {
    const [value, out] = [memory.take(16), memory.take(16)];
    // The same at every party: a polynomial of degree 0.
    memory.bytes.fill(0, value, value + 16);
    await suite.shareInputs(memory, new BigUint64Array(), [0, 0, 0], () => 0);
    memory.bytes[value + 2] = 2;
    await suite.round(memory, [{ op: 'openBits', out, value, planes: 1, lanes: 3 }]);
  });
  for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0709' } });
});
