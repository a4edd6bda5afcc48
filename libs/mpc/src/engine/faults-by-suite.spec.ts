import fc from 'fast-check';
import { type SuiteName } from '#program';
import { allHeld, delayedLink, disturbedSession, memoryLinks, planOf, recordedLink, reorderedLink, runParties, tamperedLink, tampers, whenQuiet } from '#testing';
import { type Link, ProtocolAbort, labelOf } from '../channel/index.js';

/** Whole sessions of every suite, of which one message goes wrong on its way. What additive sessions prepare with is in `faults.spec.ts`. */
const vectorsOf = (parties: number) => disturbedSession(parties).vectors;
const { steps, outputs, expected } = disturbedSession(3);
type Setting = readonly [suite: SuiteName, parties: number];
const planFor = ([suite, parties]: Setting) => planOf(parties, vectorsOf(parties), steps, outputs, suite);

/** A message by name, the link that it crosses, and whether the first or the last of that name is meant. */
type Place = readonly [message: string, from: number, to: number, which: 'first' | 'last'];
const replicated: readonly Place[] = [
  ['session-hello/5 hello', 1, 2, 'first'], ['replicated-z64/1 set-up', 1, 0, 'first'], ['replicated-z64/1 set-up', 1, 2, 'first'], ['replicated-z64/1 input', 1, 0, 'first'],
  ['replicated-z64/1 round', 1, 0, 'first'], ['replicated-z64/1 round', 2, 1, 'last'], ['transcript-confirmation/1 seen', 1, 2, 'first'], ['replicated-z64/1 output', 1, 0, 'first'],
];
const shamir: readonly Place[] = [
  ['session-hello/5 hello', 1, 2, 'first'], ['shamir-p61/1 seed', 1, 0, 'first'], ['shamir-p61/1 bits', 0, 1, 'first'], ['shamir-p61/1 input', 1, 2, 'first'],
  ['shamir-p61/1 round', 1, 2, 'first'], ['shamir-p61/1 round', 2, 0, 'last'], ['transcript-confirmation/1 seen', 1, 2, 'first'], ['shamir-p61/1 output', 1, 0, 'first'],
];
const additive = (to: number): readonly Place[] => [
  ['session-hello/5 hello', 1, to, 'first'], ['additive-z64/2 input', 1, to, 'first'], ['additive-z64/2 round', 1, to, 'first'], ['additive-z64/2 round', 1, 0, 'last'],
  ['transcript-confirmation/1 seen', 1, to, 'first'], ['additive-z64/2 output', 1, 0, 'first'],
];
/** What a party finds in a message, by its place. */
type Found = readonly [place: number, kind: keyof typeof tampers, code: RegExp];
const ofHonestMajority: readonly Found[] = [
  // Under coins that two parties do not share all values are random ones: a requirement fails, or what was opened differs.
  [0, 'altered', /CS0701/], [1, 'altered', /CS070[789]/], [3, 'altered', /CS0708/], [3, 'truncated', /CS0703/], [4, 'repeated', /CS0704/], [4, 'header altered', /CS0703/],
  [6, 'altered', /CS0708/], [7, 'lengthened', /CS0703/],
];
const ofAdditive: readonly Found[] = [
  [0, 'altered', /CS0701/], [1, 'altered', /CS0708/], [1, 'truncated', /CS0703/], [2, 'repeated', /CS0704/], [2, 'header altered', /CS0703/], [4, 'altered', /CS0708/], [5, 'lengthened', /CS0703/],
];
const settings: readonly (readonly [Setting, readonly Place[], readonly Found[]])[] = [
  [['additive-z64', 2], additive(0), ofAdditive], [['additive-z64', 3], additive(2), ofAdditive], [['replicated-z64', 3], replicated, ofHonestMajority], [['shamir-p61', 3], shamir, ofHonestMajority],
  [['shamir-p61', 4], shamir, ofHonestMajority],
];
const offlineOf = ([suite]: Setting): 'ideal' | 'real' => (suite === 'additive-z64' ? 'ideal' : 'real');
const receiversOf = ([, parties]: Setting): number[] => [0, 1, 2].slice(0, parties);

const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);
const tagNamed = (message: string): number => labelOf(...(message.split(' ') as [string, string])).tag;

/** Which of its frames an end of a link writes for a message. */
async function frameOf(setting: Setting, [message, from, to, which]: Place): Promise<number> {
  const links = memoryLinks(setting[1]);
  const recorded = recordedLink(links[from]![to]!);
  links[from]![to] = recorded;
  await Promise.allSettled(allHeld(await runParties(planFor(setting), vectorsOf(setting[1]), { offline: offlineOf(setting), links })).map((held) => held.open(receiversOf(setting))));
  const tags = recorded.written.map(tagOf);
  return which === 'first' ? tags.indexOf(tagNamed(message)) : tags.lastIndexOf(tagNamed(message));
}

type End = 'right' | 'wrong' | ProtocolAbort;

/** How the session ended at each party, when all open to the first three. What a silent peer costs is the caller's deadline: here the moment when all wait. */
async function endsOf(setting: Setting, links: (Link | undefined)[][]): Promise<End[]> {
  const deadline = new AbortController();
  const stopLooking = whenQuiet(links, () => deadline.abort());
  try {
    const results = await runParties(planFor(setting), vectorsOf(setting[1]), { offline: offlineOf(setting), links, of: () => ({ signal: deadline.signal }) });
    return await Promise.all(results.map(async (result): Promise<End> => {
      try {
        if (result.status === 'rejected') throw result.reason;
        const opened = await result.value.open(receiversOf(setting));
        const values = opened && Object.fromEntries([...opened].map(([name, words]) => [name, Array.from(words, (word) => BigInt.asIntN(64, word))]));
        return !values || JSON.stringify(values, shown) === JSON.stringify(expected, shown) ? 'right' : 'wrong';
      } catch (error) {
        if (error instanceof ProtocolAbort) return error;
        throw error;
      } finally {
        if (result.status === 'fulfilled') result.value.discard();
      }
    }));
  } finally {
    stopLooking();
  }
}
const shown = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

const kinds = [...(Object.keys(tampers) as (keyof typeof tampers)[]), 'reordered'] as const;

describe.each(settings)('%s', (setting, places, found) => {
  const frames = new Map<Place, number>();
  beforeAll(async () => {
    for (const place of places) frames.set(place, await frameOf(setting, place));
  });

  describe.each(places)('`%s` from %i to %i, the %s', (...place) => {
    const [message, from, to] = place;
    test.each(kinds)('%s, ends the session with a typed abort or right values', async (kind) => {
      const frame = frames.get(places.find((each) => each.join() === place.join())!)!;
      expect(frame).toBeGreaterThanOrEqual(0);
      const links = memoryLinks(setting[1]);
      const link = links[from]![to]!;
      links[from]![to] = kind === 'reordered' ? reorderedLink(link, frame) : tamperedLink(link, frame, tampers[kind]);
      const ends = await endsOf(setting, links);
      const isLast = message.endsWith('output');
      // Nothing follows an opening: what it says is the link's to authenticate, unless more shares came than determine it.
      if (!(isLast && kind === 'altered' && setting[0] !== 'shamir-p61')) expect(ends).not.toContain('wrong');
      const aborts = ends.filter((end) => end instanceof ProtocolAbort);
      for (const { code, message: text, blame } of aborts) {
        expect(code).toMatch(/^CS07(0[1-8]|09)$/);
        expect(text).not.toMatch(/\n|\d{6,}/);
        if (blame !== undefined) expect(blame).toBeLessThan(setting[1]);
      }
      // Once Shamir shares of some inputs are dealt, who finds fault leaves, and the others may be enough; a party that is silent may be one of them.
      const mayGoOn = setting[0] === 'shamir-p61' && (/input|round|seen|output/.test(message) || kind === 'repeated');
      // Whoever has all of the last message is done; and rounds after the inputs have a lane of their own, which need not wait for the other.
      const isHarmless = isLast || (mayGoOn && (kind === 'cut off' || kind === 'withheld')) || (message.endsWith('seen') && kind === 'repeated') || (message === 'shamir-p61/1 input' && kind === 'reordered');
      const least = isHarmless ? 0 : mayGoOn ? 1 : setting[1];
      expect(aborts.length).toBeGreaterThanOrEqual(least);
    });
  });

  test.each(found)('message %i, %s: %p', async (which, kind, code) => {
    const place = places[which]!;
    const [, from, to] = place;
    const links = memoryLinks(setting[1]);
    links[from]![to] = tamperedLink(links[from]![to]!, frames.get(place)!, tampers[kind]);
    expect((await endsOf(setting, links)).map((end) => (end instanceof ProtocolAbort ? end.code : end))).toContainEqual(expect.stringMatching(code));
  });

  test('links that take their time change nothing', async () => {
    await fc.assert(fc.asyncProperty(fc.infiniteStream(fc.nat(3)), async (delays) => {
      const links = memoryLinks(setting[1]).map((row) => row.map((link) => link && delayedLink(link, () => delays.next().value as number)));
      expect(await endsOf(setting, links)).toEqual(Array.from({ length: setting[1] }, () => 'right'));
    }), { numRuns: 5 });
  });
});
