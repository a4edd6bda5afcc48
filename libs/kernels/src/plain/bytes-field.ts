import { type ByteFieldKernels } from '../bytes-field.js';

/** x^8 + x^4 + x^3 + x + 1 */
const modulus = 0x11b;

/** The product as polynomials, then the remainder. */
function product(left: number, right: number): number {
  let value = 0;
  for (let i = 0; i < 8; i++) value ^= (left << i) * ((right >> i) & 1);
  for (let i = 14; i >= 8; i--) value ^= (modulus << (i - 8)) * ((value >> i) & 1);
  return value;
}

/** GF(2^8), a byte at a time. */
export function plainByteField(memory: ArrayBuffer): ByteFieldKernels {
  const bytes = new Uint8Array(memory);
  const each = (target: number, length: number, value: (i: number) => number): void => {
    for (let i = 0; i < length; i++) bytes[target + i] = value(i);
  };
  return {
    byteFieldMultiply: (target, left, right, length) => each(target, length, (i) => product(bytes[left + i]!, bytes[right + i]!)),
    byteFieldMultiplyXor: (target, left, right, length) => each(target, length, (i) => bytes[target + i]! ^ product(bytes[left + i]!, bytes[right + i]!)),
    byteFieldScale: (target, source, factor, length) => each(target, length, (i) => product(bytes[source + i]!, factor)),
    byteFieldScaleXor: (target, source, factor, length) => each(target, length, (i) => bytes[target + i]! ^ product(bytes[source + i]!, factor)),
    bitsToBytes: (target, bits, count) => each(target, count, (i) => (bytes[bits + (i >> 3)]! >> (i & 7)) & 1),
    bytesToBits: (bits, source, count) =>
      each(bits, count / 8, (b) => [0, 1, 2, 3, 4, 5, 6, 7].reduce((byte, i) => byte | ((bytes[source + 8 * b + i]! & 1) << i), 0)),
  };
}
