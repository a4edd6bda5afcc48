import { readFileSync, writeFileSync } from 'node:fs';
import { elementsOf, lower, planCost } from '#program';
import { type RecordedLink, allHeld, fingerprint, insecureKem, memoryLinks, planOf, recordedLink, recordedSession, runParties, seededRandomness, withLocalWork } from '#testing';
import { labelOf, wireBytes } from '../channel/index.js';
import { type SessionOptions } from './session.js';

/** Fingerprints by message and direction. `UPDATE_WIRE_BASELINE=1` writes the file after a deliberate change of the wire. */
const baselineFile = new URL('../../../../test/wire.baseline', import.meta.url);

const rows = 130;
const { vectors, steps, outputs: opened } = recordedSession(rows, 1);
// No step here is of one owner alone.
const plan = withLocalWork(planOf(2, vectors, steps, opened));
const { triples, andWords } = planCost(plan);
const outputs = 2 * rows;

/** What one party sends another in each round, by the costs of the suite's header. */
const lowered = lower(plan);
const levelBytes = [...lowered.offline, ...lowered.online].filter(({ interactive }) => interactive.length > 0).map(({ interactive }) =>
  interactive.reduce((sum, instruction) => {
    const type = lowered.registers[instruction.out]!;
    const planeBytes = 'lanes' in type ? 8 * Math.ceil((type.planes * Math.ceil(type.lanes / 8)) / 8) : 0;
    switch (instruction.op) {
      case 'multiply': return sum + 16 * elementsOf(type);
      case 'matmul': return sum + 8 * (instruction.rows * instruction.inner + instruction.inner * instruction.columns);
      case 'and': return sum + 2 * planeBytes;
      case 'openWords': return sum + 8 * elementsOf(type);
      case 'openBits': return sum + planeBytes;
    }
  }, 0));

type Messages = Record<string, (parties: number) => readonly [number, number]>;

/** Bytes in one direction of a pair, from the headers of the protocols: [from the lower index, from the higher]. Depth 4. */
const softspoken: Messages = {
  'session-hello/5 hello': () => both(wireBytes(32)),
  // One leg in each direction, because of the matrix. 128 transfers; trees of 4,096 bytes.
  'masny-rindal-k-pke-768/1 keys': () => both(wireBytes(32 + 128 * 2304)),
  'masny-rindal-k-pke-768/1 ciphertexts': () => both(wireBytes(128 * 2176)),
  'softspoken/1 trees': () => both(wireBytes(4096)),
  // The lower index sends on the primary leg (0 + 1 is odd), so the higher corrects elementwise products; a matrix of 2 columns each way.
  'softspoken/1 corrections': () => [wireBytes(2 * 256), wireBytes(2 * triples * 256) + wireBytes(2 * andWords * 256) + wireBytes(2 * 256)],
  'gilboa/1 payload': () => [wireBytes(2 * triples * 260), 0],
  'bit-products/1 payload': () => [wireBytes(2 * andWords * 8), 0],
  'matrix-gilboa/1 payload': () => both(2 * wireBytes(260 * rows)),
  'additive-z64/2 input': () => both(wireBytes(16)),
  'additive-z64/2 round': () => both(levelBytes.reduce((sum, bytes) => sum + wireBytes(bytes), 0)),
  'transcript-confirmation/1 seen': (parties) => both(wireBytes(32 * (parties - 1))),
  'additive-z64/2 output': () => [0, wireBytes(8 * outputs)],
};
/** The same session with the transfers of Ferret, b10: one bit for each, and SoftSpoken for the first 74,164 of each leg. */
const ferret: Messages = {
  ...softspoken,
  'softspoken/1 corrections': () => both(wireBytes(65_536 * 4) + wireBytes(8704 * 4)),
  'ferret/1 commitment': () => both(wireBytes(32)),
  'ferret/1 coins': () => both(wireBytes(32)),
  'ferret/1 opening': () => both(wireBytes(32)),
  'ferret/1 sums': () => both(6 * wireBytes(16 * 10 * 128) + wireBytes(16 * 10 * (850 - 6 * 128))),
  'ferret/1 choices': () => [wireBytes(2 * 8), wireBytes(2 * triples * 8) + wireBytes(2 * andWords * 8) + wireBytes(2 * 8)],
};
/** The first session with base transfers from a KEM as it comes. */
const stock: Messages = {
  ...Object.fromEntries(Object.entries(softspoken).filter(([name]) => !name.includes('k-pke'))),
  'masny-rindal-ml-kem-768/1 keys': () => both(wireBytes(128 * 2336)),
  'masny-rindal-ml-kem-768/1 ciphertexts': () => both(wireBytes(128 * 2176)),
};
const both = (bytes: number): readonly [number, number] => [bytes, bytes];

async function record(of: (party: number) => Partial<SessionOptions>): Promise<RecordedLink[]> {
  const links = memoryLinks(2);
  const recorded = links.map((row, party) => {
    const link = recordedLink(row[1 - party]!);
    row[1 - party] = link;
    return link;
  });
  const held = allHeld(await runParties(plan, vectors, { offline: 'real', links, of }));
  await Promise.all(held.map((each) => each.open([0])));
  for (const [party, { stats }] of held.entries()) {
    const offline = [...recorded].flatMap(({ written }) => written).filter((frame) => offlineTags.includes(tagOf(frame)));
    expect(stats.correlations.bytesPerPair).toBe(offline.reduce((sum, frame) => sum + frame.length, 0));
    expect(stats.bytesSent).toBe(recorded[party]!.written.reduce((sum, frame) => sum + frame.length, 0));
    expect(stats.bytesSent).toBe(held[1 - party]!.stats.bytesReceived);
    expect(stats.perPeer).toEqual([{ party: 1 - party, bytesSent: stats.bytesSent, bytesReceived: stats.bytesReceived }]);
  }
  return recorded;
}

const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);
const tagNamed = (name: string): number => labelOf(...(name.split(' ') as [string, string])).tag;
const all: Messages = { ...softspoken, ...ferret, ...stock };
const offlineTags = Object.keys(all).filter((name) => /^(masny|softspoken|ferret|gilboa|bit|matrix)/.test(name)).map(tagNamed);
const baseline = (): Record<string, unknown> => JSON.parse(readFileSync(baselineFile, 'utf8')) as Record<string, unknown>;

// The baseline has the messages of the first session, and those that only another has.
test.each([
  ['softspoken', softspoken, /./, () => ({ correlations: 'softspoken' as const })],
  ['ferret-b10', ferret, /^ferret/, () => ({ correlations: 'ferret-b10' as const })],
  ['softspoken on a KEM', stock, /ml-kem/, (party: number) => ({ correlations: 'softspoken' as const, kem: insecureKem(seededRandomness(`kem of ${party}`)) })],
] as const)('on %s, two parties send exactly the bytes that the headers state, and under seeded coins the bytes of the baseline', async (_, messages, kept, of) => {
  const recorded = await record(of);
  const seen: Record<string, Record<string, unknown>> = {};
  for (const [name, expected] of Object.entries(messages)) {
    const tag = tagNamed(name);
    for (const [party, direction] of ['0 to 1', '1 to 0'].entries()) {
      const print = fingerprint(recorded[party]!.written.filter((frame) => tagOf(frame) === tag));
      expect(`${name}, ${direction}: ${print.bytes} bytes`).toBe(`${name}, ${direction}: ${expected(2)[party]} bytes`);
      if (print.frames > 0) (seen[name] ??= {})[direction] = print;
    }
  }
  const total = recorded.flatMap(({ written }) => written).length;
  expect(Object.values(seen).flatMap((each) => Object.values(each) as { frames: number }[]).reduce((sum, { frames }) => sum + frames, 0)).toBe(total);
  const own = Object.fromEntries(Object.entries(seen).filter(([name]) => kept.test(name)));
  if (process.env['UPDATE_WIRE_BASELINE'] === '1') {
    const others = Object.fromEntries(Object.entries(baseline()).filter(([name]) => name in all && !(name in own)));
    writeFileSync(baselineFile, `${JSON.stringify({ ...others, ...own }, null, 2)}\n`);
  }
  expect(own).toEqual(Object.fromEntries(Object.entries(baseline()).filter(([name]) => kept.test(name) && name in messages)));
});

test('the baseline has every message that there is', () => {
  expect(Object.keys(baseline()).sort()).toEqual(Object.keys(all).sort());
});
