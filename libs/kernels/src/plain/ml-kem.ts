import { type MlKemKernels } from '../ml-kem.js';

const q = 3329;
const [polynomialBytes, vectorBytes, streamBytes, ciphertextBytes, messageBytes] = [512, 1536, 128, 1088, 32];

type Polynomial = number[];

const modulo = (value: number): number => ((value % q) + q) % q;
const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** 17^BitRev7(i) (FIPS 203, appendix A). */
const zetas = range(128).map((i) => {
  let power = 1;
  for (let bit = 0; bit < 7; bit++) power = modulo(power * power * ((i >> bit) & 1 ? 17 : 1));
  return power;
});

/** Algorithm 9. */
export function ntt(coefficients: Polynomial): Polynomial {
  const f = coefficients.slice();
  let i = 1;
  for (let length = 128; length >= 2; length /= 2) {
    for (let start = 0; start < 256; start += 2 * length) {
      const zeta = zetas[i++]!;
      for (let j = start; j < start + length; j++) {
        const t = modulo(zeta * f[j + length]!);
        [f[j], f[j + length]] = [modulo(f[j]! + t), modulo(f[j]! - t)];
      }
    }
  }
  return f;
}

/** Algorithm 10. */
export function inverseNtt(transformed: Polynomial): Polynomial {
  const f = transformed.slice();
  let i = 127;
  for (let length = 2; length <= 128; length *= 2) {
    for (let start = 0; start < 256; start += 2 * length) {
      const zeta = zetas[i--]!;
      for (let j = start; j < start + length; j++) {
        [f[j], f[j + length]] = [modulo(f[j]! + f[j + length]!), modulo(zeta * (f[j + length]! - f[j]!))];
      }
    }
  }
  return f.map((each) => modulo(each * 3303));
}

/** Algorithms 11 and 12. */
const multiply = (f: Polynomial, g: Polynomial): Polynomial => range(256).map((at) => {
  const [i, even] = [at & ~1, (at & 1) === 0];
  const gamma = zetas[64 + (i >> 2)]! * (i & 2 ? -1 : 1);
  return modulo(even ? f[i]! * g[i]! + modulo(f[i + 1]! * g[i + 1]!) * gamma : f[i]! * g[i + 1]! + f[i + 1]! * g[i]!);
});

const add = (...terms: readonly Polynomial[]): Polynomial => range(256).map((i) => modulo(terms.reduce((sum, term) => sum + term[i]!, 0)));
const innerProduct = (f: readonly Polynomial[], g: readonly Polynomial[]): Polynomial => add(...f.map((each, i) => multiply(each, g[i]!)));

const compress = (d: number) => (x: number): number => Math.round((x * 2 ** d) / q) % 2 ** d;
const decompress = (d: number) => (y: number): number => Math.round((y * q) / 2 ** d);

const bitOf = (bytes: Uint8Array, i: number): number => (bytes[i >> 3]! >> (i & 7)) & 1;

/** Algorithm 5. */
function byteEncode(d: number, f: readonly number[]): Uint8Array {
  const bytes = new Uint8Array((f.length * d) / 8);
  f.forEach((each, i) => {
    for (let bit = 0; bit < d; bit++) bytes[(i * d + bit) >> 3]! |= ((each >> bit) & 1) << ((i * d + bit) & 7);
  });
  return bytes;
}

/** Algorithm 6 before it reduces. */
const byteDecode = (d: number, bytes: Uint8Array): number[] =>
  range((bytes.length * 8) / d).map((i) => range(d).reduce((sum, bit) => sum + (bitOf(bytes, i * d + bit) << bit), 0));

/** Algorithm 8 for η = 2. */
const sampleShort = (bytes: Uint8Array): Polynomial => range(256).map((i) =>
  modulo(bitOf(bytes, 4 * i) + bitOf(bytes, 4 * i + 1) - bitOf(bytes, 4 * i + 2) - bitOf(bytes, 4 * i + 3)));

/** FIPS 203 as it is written. */
export function plainMlKem(memory: ArrayBuffer): Omit<MlKemKernels, 'sponge'> {
  const bytes = new Uint8Array(memory);
  const view = new DataView(memory);
  const bytesAt = (at: number, length: number): Uint8Array => bytes.subarray(at, at + length);
  const read = (at: number, coefficients = 256): number[] => range(coefficients).map((i) => view.getUint16(at + 2 * i, true));
  const write = (at: number, f: readonly number[]): void => f.forEach((each, i) => view.setUint16(at + 2 * i, each, true));
  const vector = (at: number, step = polynomialBytes): Polynomial[] => [0, 1, 2].map((i) => read(at + i * step));
  const short = (noise: number, i: number): Polynomial => sampleShort(bytesAt(noise + i * streamBytes, streamBytes));
  return {
    sampleUniform(streams, streamStride, length, target, targetStride, coefficients, count) {
      const sampled = range(count).map((n) => byteDecode(12, bytesAt(streams + n * streamStride, length)).filter((each) => each < q));
      const enough = sampled.every((each) => each.length >= coefficients);
      if (enough) sampled.forEach((each, n) => write(target + n * targetStride, each.slice(0, coefficients)));
      return Number(enough);
    },

    byteEncode12: (at, source, coefficients) => bytes.set(byteEncode(12, read(source, coefficients)), at),

    byteDecode12(target, at, coefficients) {
      const f = byteDecode(12, bytesAt(at, (coefficients / 2) * 3));
      write(target, f);
      return Number(f.every((each) => each < q));
    },

    addModQ: (target, source, coefficients) => write(target, read(target, coefficients).map((each, i) => modulo(each + view.getUint16(source + 2 * i, true)))),
    subtractModQ: (target, source, coefficients) => write(target, read(target, coefficients).map((each, i) => modulo(each - view.getUint16(source + 2 * i, true)))),

    // Algorithm 13, lines 8 to 18.
    kPkeKeys(matrix, noise, secrets, keys, count) {
      for (let n = 0; n < count; n++) {
        const streams = noise + n * 6 * streamBytes;
        const s = [0, 1, 2].map((i) => ntt(short(streams, i)));
        const t = [0, 1, 2].map((i) => add(innerProduct(vector(matrix + i * vectorBytes), s), ntt(short(streams, 3 + i))));
        write(secrets + n * vectorBytes, s.flat());
        write(keys + n * vectorBytes, t.flat());
      }
    },

    // Algorithm 14, lines 9 to 24.
    kPkeEncrypt(matrix, keys, noise, messages, ciphertexts, count) {
      for (let n = 0; n < count; n++) {
        const streams = noise + n * 7 * streamBytes;
        const y = [0, 1, 2].map((i) => ntt(short(streams, i)));
        const u = [0, 1, 2].map((j) => add(inverseNtt(innerProduct(vector(matrix + j * polynomialBytes, vectorBytes), y)), short(streams, 3 + j)));
        const message = byteDecode(1, bytesAt(messages + n * messageBytes, messageBytes)).map(decompress(1));
        const v = add(inverseNtt(innerProduct(vector(keys + n * vectorBytes), y)), short(streams, 6), message);
        bytes.set([...byteEncode(10, u.flat().map(compress(10))), ...byteEncode(4, v.map(compress(4)))], ciphertexts + n * ciphertextBytes);
      }
    },

    // Algorithm 15.
    kPkeDecrypt(secrets, ciphertexts, messages, count) {
      for (let n = 0; n < count; n++) {
        const at = ciphertexts + n * ciphertextBytes;
        const u = [0, 1, 2].map((i) => ntt(byteDecode(10, bytesAt(at + 320 * i, 320)).map(decompress(10))));
        const v = byteDecode(4, bytesAt(at + 960, 128)).map(decompress(4));
        const product = inverseNtt(innerProduct(vector(secrets + n * vectorBytes), u));
        bytes.set(byteEncode(1, v.map((each, i) => compress(1)(modulo(each - product[i]!)))), messages + n * messageBytes);
      }
    },
  };
}
