import { readFileSync, writeFileSync } from 'node:fs';
import { type PlanStep } from '#program';
import { type RecordedLink, allHeld, fingerprint, memoryLinks, planOf, recordedLink, runParties } from '#testing';
import { labelOf, wireBytes } from '../channel/index.js';

/** Fingerprints by message and direction. `UPDATE_WIRE_BASELINE=1` writes the file after a deliberate change of the wire. */
const baselineFile = new URL('../../../../test/wire.baseline', import.meta.url);

const rows = 130;
const column = Array.from({ length: rows }, (_, i) => BigInt(i) * 3n - 100n);
const vectors = {
  a: { party: 0, values: column },
  b: { party: 1, values: column },
  n: { party: 1, values: [12n, 13n, 14n] },
  w: { party: 0, values: [5n] },
};
const steps: PlanStep[] = [
  { op: 'multiply', out: 'c', left: 'a', right: 'b' },
  { op: 'combine', out: 'd', columns: ['a', 'b'], weights: ['w', 'w'] },
  { op: 'require_at_least', value: 'n', bound: 10 },
];
const [triples, andWords, outputs] = [rows, 3 * (2 + 10) + 2, 2 * rows];

/** Bytes in one direction of a pair, from the headers of the protocols: [from the lower index, from the higher]. Depth 4. */
const messages: Record<string, (parties: number) => readonly [number, number]> = {
  'session-hello/1 hello': () => both(wireBytes(32)),
  // One leg in each direction, because of the matrix. 128 transfers; trees of 4,096 bytes.
  'masny-rindal-ml-kem-768/1 keys': () => both(wireBytes(128 * 2336)),
  'masny-rindal-ml-kem-768/1 ciphertexts': () => both(wireBytes(128 * 2176)),
  'softspoken/1 trees': () => both(wireBytes(4096)),
  // The lower index sends on the primary leg (0 + 1 is odd), so the higher corrects elementwise products; a matrix of 2 columns each way.
  'softspoken/1 corrections': () => [wireBytes(2 * 256), wireBytes(2 * triples * 256) + wireBytes(2 * andWords * 256) + wireBytes(2 * 256)],
  'gilboa/1 payload': () => [wireBytes(2 * triples * 260), 0],
  'bit-products/1 payload': () => [wireBytes(2 * andWords * 8), 0],
  'matrix-gilboa/1 payload': () => both(2 * wireBytes(260 * rows)),
  'additive-z64/1 input': () => both(wireBytes(16)),
  'additive-z64/1 masked': () => both(wireBytes(16 * rows + 8 * (2 * rows + 2))),
  'gmw/1 masked': () => both(wireBytes(16 * 3) + 5 * wireBytes(2 * 16 * 3) + wireBytes(16 * 3) + 2 * wireBytes(16)),
  'gmw/1 output': () => both(wireBytes(1)),
  'transcript-confirmation/1 seen': (parties) => both(wireBytes(32 * (parties - 1))),
  'additive-z64/1 output': () => [0, wireBytes(8 * outputs)],
};
const both = (bytes: number): readonly [number, number] => [bytes, bytes];

async function record(): Promise<RecordedLink[]> {
  const links = memoryLinks(2);
  const recorded = links.map((row, party) => {
    const link = recordedLink(row[1 - party]!);
    row[1 - party] = link;
    return link;
  });
  const held = allHeld(await runParties(planOf(2, vectors, steps, { c: rows, d: rows }), vectors, { offline: 'real', links }));
  await Promise.all(held.map((each) => each.open([0])));
  for (const [party, { stats }] of held.entries()) {
    expect(stats.bytesSent).toBe(recorded[party]!.written.reduce((sum, frame) => sum + frame.length, 0));
    expect(stats.bytesSent).toBe(held[1 - party]!.stats.bytesReceived);
    expect(stats.perPeer).toEqual([{ party: 1 - party, bytesSent: stats.bytesSent, bytesReceived: stats.bytesReceived }]);
  }
  return recorded;
}

const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);

test('two parties send exactly the bytes that the headers state, and under seeded coins the bytes of the baseline', async () => {
  const recorded = await record();
  const seen: Record<string, Record<string, unknown>> = {};
  for (const [name, expected] of Object.entries(messages)) {
    const [protocol, step] = name.split(' ') as [string, string];
    const { tag } = labelOf(protocol, step);
    for (const [party, direction] of ['0 to 1', '1 to 0'].entries()) {
      const print = fingerprint(recorded[party]!.written.filter((frame) => tagOf(frame) === tag));
      expect(`${name}, ${direction}: ${print.bytes} bytes`).toBe(`${name}, ${direction}: ${expected(2)[party]} bytes`);
      if (print.frames > 0) (seen[name] ??= {})[direction] = print;
    }
  }
  const total = recorded.flatMap(({ written }) => written).length;
  expect(Object.values(seen).flatMap((each) => Object.values(each) as { frames: number }[]).reduce((sum, { frames }) => sum + frames, 0)).toBe(total);
  if (process.env['UPDATE_WIRE_BASELINE'] === '1') writeFileSync(baselineFile, `${JSON.stringify(seen, null, 2)}\n`);
  expect(seen).toEqual(JSON.parse(readFileSync(baselineFile, 'utf8')));
});
