import { createHash, webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { Transcript } from './transcript.js';

type Frame = readonly [head: Uint8Array, body: Uint8Array];
const key = new Uint8Array(32).fill(3);
const digestOf = (frames: readonly Frame[], of: Uint8Array | undefined, lane = 2): string => {
  const transcript = new Transcript(lane, of);
  for (const [head, body] of frames) transcript.add(head, body);
  return Buffer.from(transcript.digest()).toString('hex');
};
const frames = fc.array(
  fc.tuple(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(1023, 1024, 1025, 4099).map((length) => new Uint8Array(length).fill(9)))),
  { minLength: 1, maxLength: 4 },
);

describe.each([['without a key', undefined], ['with a key', key]])('%s', (_, of) => {
  test('one altered byte anywhere, a frame left out, or two in another order make another transcript', () => {
    fc.assert(fc.property(frames, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (all, which, where, mask) => {
      const before = digestOf(all, of);
      expect(digestOf(all, of)).toBe(before);
      const altered = all.map(([head, body]): Frame => [head.slice(), body.slice()]);
      const [head, body] = altered[which % all.length]!;
      const at = where % (head.length + body.length);
      if (at < head.length) head[at]! ^= mask;
      else body[at - head.length]! ^= mask;
      expect(digestOf(altered, of)).not.toBe(before);
      expect(digestOf(all.slice(0, -1), of)).not.toBe(before);
      expect(digestOf([...all, [Uint8Array.of(1), Uint8Array.of(2)]], of)).not.toBe(digestOf([[Uint8Array.of(1), Uint8Array.of(2)], ...all], of));
    }));
  });
});

test('long bodies under a key count by their GMAC, whose nonce is lane and place, and short ones as they are', async () => {
  const [head, short, long] = [new Uint8Array(20).fill(1), new Uint8Array(1024).fill(2), new Uint8Array(131_072).fill(4)];
  const imported = await webcrypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
  const tag = (place: number): Promise<ArrayBuffer> => {
    const iv = Uint8Array.of(2, 0, 0, 0, place, 0, 0, 0, 0, 0, 0, 0);
    return webcrypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: long }, imported, new Uint8Array(0));
  };
  const expected = createHash('sha256').update(head).update(short).update(head).update(new Uint8Array(await tag(1))).update(head).update(new Uint8Array(await tag(2)));
  expect(digestOf([[head, short], [head, long], [head, long]], key)).toBe(expected.digest('hex'));
});

test('who does not know the key knows no transcript of long bodies, and lanes have transcripts of their own', () => {
  const long: Frame[] = [[new Uint8Array(20), new Uint8Array(2000)]];
  expect(new Set([digestOf(long, key), digestOf(long, new Uint8Array(32)), digestOf(long, undefined), digestOf(long, key, 3)]).size).toBe(4);
});
