import { readFileSync, writeFileSync } from 'node:fs';
import { type Plan, type SuiteName, elementsOf, lower, planCost } from '#program';
import { type RecordedLink, allHeld, fingerprint, memoryLinks, planOf, recordedLink, recordedSession, runParties, withLocalWork } from '#testing';
import { labelOf, wireBytes } from '../channel/index.js';

/** Whole sessions of the suites that rest on an honest majority. `UPDATE_WIRE_BASELINE=1` writes the file after a deliberate change of the wire. */
const baselineFile = new URL('../../../../test/wire-honest-majority.baseline', import.meta.url);

const rows = 130;
const { vectors, steps, outputs: opened } = recordedSession(rows, 2);
const inputWords = [rows + 1, rows, 3];
const outputWords = 2 * rows;
const receivers = [0];

/** Bytes of the messages of a name from one party to another, frames included. */
type Messages = Record<string, (from: number, to: number) => number>;

/** What the instructions of each round open and deal: bytes in all. */
const roundsOf = (plan: Plan, bytesOf: { readonly word: number; readonly bits: (planes: number, lanes: number) => number }): { readonly opened: number; readonly dealt: number }[] => {
  const { registers, offline, online } = lower(plan);
  return [...offline, ...online].filter(({ interactive }) => interactive.length > 0).map(({ interactive }) => {
    const sum = (isOpening: boolean): number => interactive.filter(({ op }) => op.startsWith('open') === isOpening).reduce((bytes, { out }) => {
      const type = registers[out]!;
      return bytes + ('lanes' in type ? bytesOf.bits(type.planes, type.lanes) : bytesOf.word * elementsOf(type));
    }, 0);
    return { opened: sum(true), dealt: sum(false) };
  });
};
const total = (messages: readonly number[]): number => messages.reduce((sum, bytes) => sum + bytes, 0);
const when = (does: boolean, bytes: number): number => (does ? bytes : 0);
const everyPair = (parties: number): readonly (readonly [number, number])[] =>
  Array.from({ length: parties ** 2 }, (_, i) => [Math.floor(i / parties), i % parties] as const).filter(([from, to]) => from !== to);

const hello: Messages = { 'session-hello/5 hello': () => wireBytes(32) };
const confirmation = (parties: number): Messages => ({ 'transcript-confirmation/1 seen': () => wireBytes(32 * (parties - 1)) });

function replicated(plan: Plan): Messages {
  const toPrevious = (from: number, to: number): boolean => to === (from + 2) % 3;
  const rounds = roundsOf(plan, { word: 8, bits: (planes, lanes) => planes * Math.ceil(lanes / 8) });
  return {
    ...hello,
    'replicated-z64/1 set-up': (from, to) => wireBytes(toPrevious(from, to) ? 32 : 16),
    'replicated-z64/1 input': (from, to) => when(toPrevious(from, to), wireBytes(8 * inputWords[from]!)),
    'replicated-z64/1 round': (from, to) => when(toPrevious(from, to), total(rounds.map(({ opened, dealt }) => wireBytes(opened + dealt)))),
    ...confirmation(3),
    'replicated-z64/1 output': (from, to) => when(toPrevious(from, to) && receivers.includes(to), wireBytes(8 * outputWords)),
  };
}

function shamir(plan: Plan): Messages {
  const parties = plan.parties.length;
  const threshold = Math.floor((parties - 1) / 2);
  const isAfter = (from: number, to: number): boolean => (to - from + parties) % parties <= parties - 1 - threshold;
  const rounds = roundsOf(plan, { word: 8, bits: (planes, lanes) => planes * lanes });
  const { daBits } = planCost(plan);
  const levels = Math.ceil(Math.log2(threshold + 1));
  // An even number of parties sends something in every round after the inputs, up to the confirmation.
  const message = (bytes: number): number => (bytes > 0 || parties % 2 === 0 ? wireBytes(bytes) : 0);
  return {
    ...hello,
    'shamir-p61/1 seed': (from, to) => when((from - to + parties) % parties <= threshold, wireBytes(16)),
    'shamir-p61/1 bits': (from, to) => when(isAfter(from, to),
      when(from <= threshold, wireBytes(9 * daBits)) + when(from <= 2 * threshold, levels * wireBytes(8 * daBits * (threshold / levels)))),
    'shamir-p61/1 input': (from, to) => when(isAfter(from, to) && from < 3, wireBytes(8 * (inputWords[from] ?? 0))),
    'shamir-p61/1 round': (from, to) => total(rounds.map(({ opened, dealt }) => message(opened + when(from <= 2 * threshold && isAfter(from, to), dealt)))),
    ...confirmation(parties),
    'shamir-p61/1 output': (_, to) => when(receivers.includes(to), wireBytes(8 * outputWords)),
  };
}

const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);
const tagNamed = (name: string): number => labelOf(...(name.split(' ') as [string, string])).tag;
const baseline = (): Record<string, unknown> => JSON.parse(readFileSync(baselineFile, 'utf8')) as Record<string, unknown>;
const settings: readonly (readonly [SuiteName, number, (plan: Plan) => Messages])[] = [['replicated-z64', 3, replicated], ['shamir-p61', 3, shamir], ['shamir-p61', 4, shamir], ['shamir-p61', 5, shamir]];

test.each(settings)('%s with %i parties sends exactly the bytes that the headers state, and under seeded coins the bytes of the baseline', async (suite, parties, messagesOf) => {
  // No step here is of one owner alone.
  const plan = withLocalWork(planOf(parties, vectors, steps, opened, suite));
  const links = memoryLinks(parties);
  const recorded = links.map((row) => row.map((link, peer) => link && (row[peer] = recordedLink(link)) as RecordedLink));
  const held = allHeld(await runParties(plan, vectors, { offline: 'real', links }));
  await Promise.all(held.map((each) => each.open(receivers)));
  const seen: Record<string, Record<string, unknown>> = {};
  let frames = 0;
  for (const [name, expected] of Object.entries(messagesOf(plan))) {
    for (const [from, to] of everyPair(parties)) {
      const print = fingerprint(recorded[from]![to]!.written.filter((frame) => tagOf(frame) === tagNamed(name)));
      expect(`${name}, ${from} to ${to}: ${print.bytes} bytes`).toBe(`${name}, ${from} to ${to}: ${expected(from, to)} bytes`);
      frames += print.frames;
      if (print.frames > 0) (seen[name] ??= {})[`${from} to ${to}`] = print;
    }
  }
  // No frame belongs to another message.
  expect(everyPair(parties).reduce((sum, [from, to]) => sum + recorded[from]![to]!.written.length, 0)).toBe(frames);
  for (const [party, { stats }] of held.entries()) {
    expect(stats.bytesSent).toBe(recorded[party]!.reduce((sum, link) => sum + (link?.written ?? []).reduce((bytes, frame) => bytes + frame.length, 0), 0));
    expect(stats.correlations.bytesPerPair).toBe(0);
  }
  const key = `${suite} of ${parties}`;
  if (process.env['UPDATE_WIRE_BASELINE'] === '1') {
    const others = Object.fromEntries(Object.entries(baseline()).filter(([name]) => settings.some(([of, count]) => name === `${of} of ${count}`)));
    writeFileSync(baselineFile, `${JSON.stringify({ ...others, [key]: seen }, null, 2)}\n`);
  }
  expect(seen).toEqual(baseline()[key]);
});

test('the baseline has every session that there is', () => {
  expect(Object.keys(baseline()).sort()).toEqual(settings.map(([suite, parties]) => `${suite} of ${parties}`).sort());
});
