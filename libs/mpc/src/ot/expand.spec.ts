import { createCipheriv, randomBytes } from 'node:crypto';
import { Stream, draw, expand, openStream } from './expand.js';

/** E_K(number ‖ 0 ‖ c) for c = 2, 3, … (u32be), where GCM begins. */
function keystream(seed: Uint8Array, number: number, bytes: number): Uint8Array {
  const block = new DataView(new ArrayBuffer(16));
  block.setUint32(0, number, true);
  block.setUint32(12, 2);
  return createCipheriv('aes-128-ctr', seed, block).update(new Uint8Array(bytes));
}

const drawn = (stream: Stream, ...lengths: readonly number[]): Uint8Array => Buffer.concat(lengths.map((length) => {
  const piece = new Uint8Array(length).fill(1);
  draw(stream, piece);
  return piece;
}));

const seed = new Uint8Array(randomBytes(16));

test.each([[0], [1], [16, 1, 0, 31], [65_535, 2], [65_536], [200_000, 3]])('a stream is AES in counter mode, in pieces of %p', (...lengths) => {
  const bytes = lengths.reduce((sum, each) => sum + each, 0);
  for (const number of [0, 1, 2 ** 32 - 1]) expect(Buffer.compare(drawn(openStream(seed, number), ...lengths), keystream(seed, number, bytes))).toBe(0);
});

test('a stream goes on under a key that it makes itself where one has made all that it may', () => {
  const each = 80;
  const pieces: Uint8Array[] = [];
  let key: Uint8Array = seed;
  for (let i = 0; i < 4; i++) {
    const made = keystream(key, 7, each + 16);
    pieces.push(made.subarray(0, each));
    key = made.subarray(each);
  }
  expect(drawn(new Stream(seed, 7, each), 30, 50, 1, 100, 139)).toEqual(Buffer.concat(pieces));
  expect(drawn(new Stream(seed, 7, each), 4 * each)).toEqual(Buffer.concat(pieces));
});

test('what is added bit by bit is what would be drawn', () => {
  const text = new Uint8Array(randomBytes(70_000));
  const added = text.slice();
  const stream = openStream(seed, 1);
  stream.xor(added.subarray(0, 3));
  stream.xor(added.subarray(3));
  const stripes = keystream(seed, 1, text.length);
  expect(Buffer.compare(added, text.map((byte, i) => byte ^ stripes[i]!))).toBe(0);
});

test('words are the stream 0 of their seed', () => {
  expect(Buffer.from(expand(seed, 5).buffer)).toEqual(Buffer.from(keystream(seed, 0, 40)));
  expect(expand(seed, 0)).toHaveLength(0);
});
