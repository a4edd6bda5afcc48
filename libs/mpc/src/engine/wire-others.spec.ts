import { readFileSync, writeFileSync } from 'node:fs';
import { type Demand } from '#program/plans';
import { type RecordedLink, allHeld, fingerprint, idealCorrelations, memoryLinks, planOf, recordedLink, runParties, settleShamir, shamirScenario } from '#testing';
import { type Lane, labelOf, wireBytes } from '../channel/index.js';
import { type Stock } from '../correlations/index.js';
import { columnsFor, receiveStrings, sendStrings } from '../ot/index.js';
import { lanePair, makes, memoryPair } from '../ot/testing/pairs.js';

/** Messages that no plain session has: fingerprints by message and direction. `UPDATE_WIRE_BASELINE=1` writes the file after a deliberate change of the wire. */
const baselineFile = new URL('../../../../test/wire-others.baseline', import.meta.url);
type Prints = Record<string, Record<string, unknown>>;
const baseline = (): Record<string, Prints> => JSON.parse(readFileSync(baselineFile, 'utf8')) as Record<string, Prints>;
const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);

/** Links of which each remembers what was written to it. */
function recordedLinks(parties: number): { readonly links: ReturnType<typeof memoryLinks>; readonly recorded: readonly (readonly (RecordedLink | undefined)[])[] } {
  const links = memoryLinks(parties);
  return { links, recorded: links.map((row) => row.map((link, peer) => (link ? (row[peer] = recordedLink(link)) as RecordedLink : undefined))) };
}

/** What crossed, and of every message of these names how many bytes go from one party to another by the header. */
interface Recorded {
  readonly recorded: readonly (readonly (RecordedLink | undefined)[])[];
  readonly messages: Readonly<Record<string, (from: number, to: number) => number>>;
}

const both = ([first, second]: readonly [RecordedLink, RecordedLink]): Recorded['recorded'] => [[undefined, first], [second, undefined]];

/** Transfers of strings, on transfers of any kind. */
async function strings(make: (typeof makes)[number][1], messages: Recorded['messages']): Promise<Recorded> {
  const [count, length] = [130, 21];
  const { lanes, written } = lanePair();
  const memories = memoryPair(columnsFor(count));
  const { batches } = await make(lanes as readonly [Lane, Lane], memories, [columnsFor(count)]);
  const [sender, receiver] = batches[0]!;
  const of = (first: number): Uint8Array => Uint8Array.from({ length: count * length }, (_, i) => first + i);
  await Promise.all([sendStrings(sender, memories[0], { zero: of(1), one: of(7), count, length }), receiveStrings(receiver, memories[1], of(3).slice(0, Math.ceil(count / 8)), { count, length })]);
  return { recorded: both(written), messages: { ...messages, 'string-transfers/1 payload': (from) => (from === 0 ? wireBytes(2 * count * length) : 0) } };
}

const vectors = { a: { party: 0, values: [1n, 2n] }, b: { party: 1, values: [3n, 4n] } };
const product = planOf(2, vectors, [{ op: 'multiply', out: 'c', left: 'a', right: 'b' }], { c: 2 });

/** A session that takes all from stock. */
async function drawing(): Promise<Recorded> {
  const { links, recorded } = recordedLinks(2);
  const stockOf = (party: number): Stock => ({
    offer: Uint8Array.of(1, party),
    async take(_, demand) {
      const { arithmetic, matrices } = await idealCorrelations(new Uint8Array(32).fill(3), party, 2, demand);
      return { agreed: new Uint8Array(32).fill(3), restsOn: ['module-lwe'], triples: arithmetic.triples, matrixTriples: [...matrices] };
    },
    release: () => undefined,
  });
  const held = allHeld(await runParties(product, vectors, { offline: 'real', links, of: (party) => ({ stock: stockOf(party) }) }));
  await Promise.all(held.map((each) => each.open([0])));
  return { recorded, messages: { 'session-hello/5 hello': () => wireBytes(32), 'stock/1 offer': () => wireBytes(1024), 'stock/1 taken': () => wireBytes(32) } };
}

/** Stock that is filled when a session is over. */
async function filling(): Promise<Recorded> {
  const { links, recorded } = recordedLinks(2);
  const held = allHeld(await runParties(product, vectors, { offline: 'real', links }));
  await Promise.all(held.map((each) => each.open([0])));
  const demand: Demand = { triples: 3, andWords: 0, daBits: 0, matrixTriples: [] };
  await Promise.all(held.map((each, party) => each.makeStock({ wish: new Uint8Array(5 + party).fill(7), plan: async () => [{ demand, assumptions: 'any' }], store: async () => undefined })));
  return { recorded, messages: { 'stock-filling/2 fill': () => wireBytes(4), 'stock-filling/2 wish': (from) => wireBytes(5 + from), 'stock-filling/2 parts': () => wireBytes(32) } };
}

/** Four parties by Shamir sharing, of whom party 1 crashes in a round that some complete and others do not. */
async function recovering(): Promise<Recorded> {
  const { links, recorded } = recordedLinks(4);
  const row = [...links[1]!];
  let written = 0;
  links[1] = row.map((link) => link && {
    ...link,
    async write(frame) {
      if (++written > CRASH_AT) {
        for (const each of row) each?.close();
        throw new Error('crashed');
      }
      await link.write(frame);
    },
  });
  const ends = await settleShamir(4, { ...shamirScenario.setting, links }, shamirScenario.run);
  expect(ends.filter((_, party) => party !== 1).map((end) => end.status === 'fulfilled' && end.value)).toEqual([0, 2, 3].map(() => shamirScenario.outputs));
  const isLeft = (from: number, to: number): boolean => from !== 1 && to !== 1;
  const isAfter = (from: number, to: number): boolean => (to - from + 4) % 4 <= 2;
  // Five products are dealt again, to the two after each; party 0 had completed the round already.
  return {
    recorded,
    messages: {
      'shamir-p61/1 lost': (from, to) => (isLeft(from, to) ? wireBytes(8) : 0),
      'shamir-p61/1 again': (from, to) => (isLeft(from, to) && isAfter(from, to) ? wireBytes(40) : 0),
      'shamir-p61/1 correction': (from, to) => (isLeft(from, to) && from === 0 ? wireBytes(40) : 0),
    },
  };
}
/** Frames of party 1 before it crashes: in the first round of products. */
const CRASH_AT = 8;

const byName = new Map(makes);
const sessions: Readonly<Record<string, () => Promise<Recorded>>> = {
  'strings on SoftSpoken': () => strings(byName.get('softspoken')!, {}),
  'strings on checked Ferret': () => strings(byName.get('checked ferret')!, { 'ferret/1 challenge': (from) => (from === 1 ? wireBytes(32) : 0), 'ferret/1 digest': (from) => (from === 0 ? wireBytes(32) : 0) }),
  'a session that draws on stock': drawing,
  'stock that is filled': filling,
  'four by Shamir sharing, of whom one vanishes': recovering,
};

test.each(Object.entries(sessions))('%s: exactly the bytes that the headers state, and under seeded coins the bytes of the baseline', async (title, run) => {
  const { recorded, messages } = await run();
  const seen: Prints = {};
  for (const [name, expected] of Object.entries(messages)) {
    const { tag } = labelOf(...(name.split(' ') as [string, string]));
    recorded.forEach((row, from) => row.forEach((link, to) => {
      if (!link) return;
      const print = fingerprint(link.written.filter((frame) => tagOf(frame) === tag));
      expect(`${name}, ${from} to ${to}: ${print.bytes} bytes`).toBe(`${name}, ${from} to ${to}: ${expected(from, to)} bytes`);
      if (print.frames > 0) (seen[name] ??= {})[`${from} to ${to}`] = print;
    }));
  }
  expect(Object.keys(seen)).toEqual(Object.keys(messages));
  if (process.env['UPDATE_WIRE_BASELINE'] === '1') writeFileSync(baselineFile, `${JSON.stringify({ ...baseline(), [title]: seen }, null, 2)}\n`);
  expect(seen).toEqual(baseline()[title]);
});

test('the baseline has every session that there is', () => {
  expect(Object.keys(baseline()).sort()).toEqual(Object.keys(sessions).sort());
});
