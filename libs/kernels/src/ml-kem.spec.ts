import { createHash, randomBytes } from 'node:crypto';
import { KernelMemory, type Kernels, mlKemScratch } from './index.js';
import { inverseNtt, ntt } from './plain/ml-kem.js';

const q = 3329;
const capacity = 192 * 1024;
const [A, B, C, D] = [1024, 40_000, 80_000, 120_000];
/** Behind all operands: kernels leave it undefined. */
const scratch = 160_000;

const coefficients = (count: number, of: (i: number) => number): Uint8Array => new Uint8Array(Uint16Array.from({ length: count }, (_, i) => of(i)).buffer);
const random = (count: number): Uint8Array => {
  const words = new Uint32Array(new Uint8Array(randomBytes(4 * count)).buffer);
  return coefficients(count, (i) => words[i]! % q);
};
const edges = [() => random(1), () => coefficients(1, () => 0), () => coefficients(1, () => q - 1)];

/** Runs `body` on memories with the same content, with the kernels on one and with the twins on the other: all bytes must agree afterwards. */
function expectTwins(filled: (bytes: Uint8Array) => void, body: (kernels: Kernels) => unknown): void {
  const [wasm, plain] = [new KernelMemory(capacity), new KernelMemory(capacity, 'plain')];
  wasm.bytes.set(randomBytes(capacity), 1024);
  filled(wasm.bytes);
  plain.bytes.set(wasm.bytes.subarray(1024), 1024);
  const returned = [wasm, plain].map(({ kernels }) => body(kernels));
  expect(returned[0]).toEqual(returned[1]);
  expect(Buffer.compare(wasm.bytes.subarray(1024, scratch), plain.bytes.subarray(1024, scratch))).toBe(0);
}

describe.each(['wasm', 'plain'] as const)('on %s kernels', (implementation) => {
  test.each([
    ['sha3-256', 136, 0x06, 32], ['sha3-512', 72, 0x06, 64], ['shake128', 168, 0x1f, 168], ['shake128', 168, 0x1f, 360], ['shake256', 136, 0x1f, 16], ['shake256', 136, 0x1f, 280],
  ] as const)('the sponge is %s (rate %i, suffix %i, %i bytes) for any input', (name, rate, suffix, outputBytes) => {
    const memory = new KernelMemory(64 * 1024, implementation);
    const [input, output] = [memory.take(8192), memory.take(8192)];
    const at = memory.take(mlKemScratch.sponge);
    for (const length of [0, 1, 33, rate - 1, rate, rate + 1, 3 * rate]) {
      for (const count of [0, 1, 2, 3]) {
        const inputs = randomBytes(8192);
        memory.bytes.set(inputs, input);
        memory.bytes.fill(7, output, output + 8192);
        memory.kernels.sponge(rate, suffix, input, length + 5, length, output, 400, outputBytes, count, at);
        for (let i = 0; i < count; i++) {
          const options = name.startsWith('shake') ? { outputLength: outputBytes } : {};
          const expected = createHash(name, options).update(inputs.subarray(i * (length + 5), i * (length + 5) + length)).digest('hex');
          expect(Buffer.from(memory.bytes.subarray(output + 400 * i, output + 400 * i + outputBytes)).toString('hex')).toBe(expected);
        }
        // Nothing else is written.
        expect(memory.bytes.subarray(output + Math.max(0, 400 * (count - 1) + outputBytes) * Math.sign(count), output + 8192).every((byte) => byte === 7)).toBe(true);
      }
    }
  });

  test('the first candidates below q are kept in order, however many are refused in between; a stream with too few is told', () => {
    const memory = new KernelMemory(64 * 1024, implementation);
    const [streamAt, target, at] = [memory.take(1848), memory.take(1536), memory.take(mlKemScratch.sample(1848))];
    const sample = (candidates: readonly number[], wanted: number): { enough: number; sampled: number[] } => {
      const packed = new Uint8Array((candidates.length / 2) * 3);
      candidates.forEach((each, i) => {
        for (let bit = 12 * i; bit < 12 * i + 12; bit++) packed[bit >> 3]! |= ((each >> (bit - 12 * i)) & 1) << (bit & 7);
      });
      memory.bytes.set(packed, streamAt);
      const enough = memory.kernels.sampleUniform(streamAt, 0, packed.length, target, 0, wanted, 1, at);
      return { enough, sampled: [...new Uint16Array(memory.bytes.buffer, target, wanted)] };
    };
    const coins = randomBytes(1232);
    const patterns: [string, (i: number) => boolean][] = [
      ['none', () => false], ['the first', (i) => i < 464], ['the last', (i) => i >= 768], ['every third', (i) => i % 3 === 1 && i < 1200],
      ['in the middle', (i) => i >= 300 && i < 764], ['at random', (i) => coins[i]! < 48],
    ];
    for (const [name, refused] of patterns) {
      const candidates = Array.from({ length: 1232 }, (_, i) => (refused(i) ? q + (i % 767) : (7 * i + 1) % q));
      expect({ name, ...sample(candidates, 768) }).toEqual({ name, enough: 1, sampled: candidates.filter((each) => each < q).slice(0, 768) });
    }
    expect(sample(Array.from({ length: 1232 }, (_, i) => (i < 465 ? 4095 : 5)), 768).enough).toBe(0);
    expect(sample(Array.from({ length: 16 }, (_, i) => i), 16)).toEqual({ enough: 1, sampled: Array.from({ length: 16 }, (_, i) => i) });
    expect(sample(Array.from({ length: 16 }, (_, i) => (i === 9 ? q : i)), 16).enough).toBe(0);
  });
});

describe('a kernel leaves the memory of its twin', () => {
  test.each([0, 1, 2, 5])('the sponge and the sampler, %i streams', (count) => {
    expectTwins(() => undefined, (k) => k.sponge(136, 0x1f, A, 40, 33, B, 128, 128, count, scratch));
    expectTwins(() => undefined, (k) => k.sponge(168, 0x1f, A, 1300, 1281, B, 1848, 1848, count, scratch));
    expectTwins(() => undefined, (k) => k.sampleUniform(A, 1848, 1848, B, 1536, 768, count, scratch));
    expectTwins(() => undefined, (k) => k.sampleUniform(A, 840, 840, B, 512, 256, count, scratch));
  });

  test.each([0, 8, 256, 768])('bytes and sums of %i coefficients', (count) => {
    for (const edge of edges) {
      const filled = (bytes: Uint8Array): void => {
        for (let i = 0; i < count; i++) bytes.set(edge(), A + 2 * i);
        bytes.set(random(count), B);
      };
      expectTwins(filled, (k) => k.byteEncode12(C, A, count));
      expectTwins(filled, (k) => k.addModQ(A, B, count));
      expectTwins(filled, (k) => k.subtractModQ(A, B, count));
      expectTwins(filled, (k) => k.subtractModQ(B, A, count));
    }
    expectTwins(() => undefined, (k) => k.byteDecode12(A, B, count));
    expectTwins((bytes) => bytes.fill(0, B, B + 1152), (k) => k.byteDecode12(A, B, count));
  });

  test.each([0, 1, 3])('%i keys, ciphertexts and messages, of random and of extreme coefficients and noise', (count) => {
    for (const edge of edges) {
      for (const noise of [undefined, 0x33, 0xcc, 0x00]) {
        const filled = (bytes: Uint8Array): void => {
          for (let i = 0; i < 9 * 256; i++) bytes.set(edge(), A + 2 * i);
          for (let i = 0; i < 768 * count; i++) bytes.set(edge(), B + 2 * i);
          if (noise !== undefined) bytes.fill(noise, C, C + 7 * 128 * count);
        };
        expectTwins(filled, (k) => k.kPkeKeys(A, C, B, D, count, scratch));
        expectTwins(filled, (k) => k.kPkeEncrypt(A, B, C, C + 4096, D, count, scratch));
        expectTwins(filled, (k) => k.kPkeDecrypt(B, C, D, count, scratch));
        expectTwins((bytes) => [filled(bytes), bytes.fill(noise ?? 0xff, C, C + 4096)], (k) => k.kPkeDecrypt(B, C, D, count, scratch));
      }
    }
  });
});

test('the last coefficient that is not reduced is seen as well as the first', () => {
  const memory = new KernelMemory(8192);
  const [encoded, target] = [memory.take(1152), memory.take(1536)];
  expect(memory.kernels.byteDecode12(target, encoded, 768)).toBe(1);
  for (const i of [0, 1, 383, 766, 767]) {
    memory.bytes.fill(0, encoded, encoded + 1152);
    const at = encoded + (i >> 1) * 3;
    if (i & 1) [memory.bytes[at + 1], memory.bytes[at + 2]] = [(q & 15) << 4, q >> 4];
    else [memory.bytes[at], memory.bytes[at + 1]] = [q & 255, q >> 8];
    expect(memory.kernels.byteDecode12(target, encoded, 768)).toBe(0);
  }
});

test('the plain transform is evaluation at the odd powers of 17, two coefficients each, and undoes itself', () => {
  const f = Array.from({ length: 256 }, (_, i) => (i * i * 31 + 5) % q);
  expect(inverseNtt(ntt(f))).toEqual(f);
  const power = (exponent: number): number => Array.from({ length: exponent }).reduce<number>((product) => (product * 17) % q, 1);
  const reversed = (i: number): number => Number.parseInt(i.toString(2).padStart(7, '0').split('').reverse().join(''), 2);
  const transformed = ntt(f);
  for (const i of [0, 1, 64, 127]) {
    const gamma = power(2 * reversed(i) + 1);
    const evaluated = [0, 1].map((parity) => f.filter((_, j) => j % 2 === parity).reduceRight((sum, each) => (sum * gamma + each) % q, 0));
    expect(transformed.slice(2 * i, 2 * i + 2)).toEqual(evaluated);
  }
});
