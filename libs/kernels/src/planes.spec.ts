import { KernelMemory } from './index.js';
import { outcomes, someBytes, someWords } from './testing/outcomes.js';

const both = <T>(expected: T): { wasm: T; plain: T } => ({ wasm: expected, plain: expected });
const extremes = [0n, 1n, 2n ** 63n, 2n ** 64n - 1n, 0x0102040810204080n, 0xaaaaaaaaaaaaaaaan];

/** Planes as one integer each, of which word j has bit j. */
function planesOf(words: BigUint64Array): Uint8Array {
  const rowBytes = words.length / 8;
  const planes = new Uint8Array(64 * rowBytes);
  for (let i = 0; i < 64; i++) {
    let plane = 0n;
    for (let j = words.length - 1; j >= 0; j--) plane = (plane << 1n) | ((words[j]! >> BigInt(i)) & 1n);
    for (let b = 0; b < rowBytes; b++) planes[i * rowBytes + b] = Number((plane >> BigInt(8 * b)) & 255n);
  }
  return planes;
}

test.each([0, 128, 256, 1024, 1152, 2304])('%i words become planes and come back', (count) => {
  for (const words of [someWords(count, extremes), new BigUint64Array(count).fill(2n ** 64n - 1n), new BigUint64Array(count)]) {
    const planes = planesOf(words);
    expect(outcomes({ planes: someBytes(8 * count), words }, (k, at) => k.wordsToPlanes(at.planes, at.words, count))).toEqual(both({ planes, words }));
    expect(outcomes({ planes, words: someWords(count) }, (k, at) => k.planesToWords(at.words, at.planes, count))).toEqual(both({ planes, words }));
  }
});

test('each bit of a word has one place in the planes', () => {
  for (let i = 0; i < 64; i++) {
    const words = new BigUint64Array(128);
    words[(37 * i) % 128] = 1n << BigInt(i);
    const planes = planesOf(words);
    expect(outcomes({ planes: someBytes(1024), words }, (k, at) => k.wordsToPlanes(at.planes, at.words, 128))).toEqual(both({ planes, words }));
    expect(outcomes({ planes, words: someWords(128) }, (k, at) => k.planesToWords(at.words, at.planes, 128))).toEqual(both({ planes, words }));
  }
});

test('what wordsToPlanes keeps for itself is wiped with the memory', () => {
  const memory = new KernelMemory(65_536);
  memory.kernels.wordsToPlanes(memory.take(8192), memory.put(new Uint8Array(8192).fill(255)), 1024);
  expect(memory.bytes.subarray(0, memory.take(0) - 2 * 8192).some((byte) => byte !== 0)).toBe(true);
  memory.wipe();
  expect(memory.bytes.every((byte) => byte === 0)).toBe(true);
});

describe.each([0, 16, 48, 272])('%i bytes', (bytes) => {
  const regions = { target: someBytes(bytes), left: someBytes(bytes), right: someBytes(bytes) };
  const { target, left, right } = regions;

  test.each([
    ['xorBytes', (_: number, l: number, r: number) => l ^ r],
    ['andBytes', (_: number, l: number, r: number) => l & r],
    ['andXorBytes', (t: number, l: number, r: number) => t ^ (l & r)],
  ] as const)('%s', (name, value) => {
    expect(outcomes(regions, (k, at) => k[name](at.target, at.left, at.right, bytes)))
      .toEqual(both({ ...regions, target: target.map((t, i) => value(t, left[i]!, right[i]!)) }));
    expect(outcomes(regions, (k, at) => k[name](at.left, at.left, at.right, bytes)))
      .toEqual(both({ ...regions, left: left.map((l, i) => value(l, l, right[i]!)) }));
    expect(outcomes(regions, (k, at) => k[name](at.right, at.left, at.right, bytes)))
      .toEqual(both({ ...regions, right: right.map((r, i) => value(r, left[i]!, r)) }));
  });

  test('notBytes', () => {
    const inverted = left.map((byte) => 255 - byte);
    expect(outcomes(regions, (k, at) => k.notBytes(at.target, at.left, bytes))).toEqual(both({ ...regions, target: inverted }));
    expect(outcomes(regions, (k, at) => k.notBytes(at.left, at.left, bytes))).toEqual(both({ ...regions, left: inverted }));
  });
});
