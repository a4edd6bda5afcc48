import { type MlKemKernels } from '../ml-kem.js';

const bits = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, by: number): bigint => bits((value << BigInt(by % 64)) | (value >> BigInt((64 - (by % 64)) % 64)));

/** ι's constants: bits 2^j − 1 of round r are bit 7r + j of a linear feedback shift register (FIPS 202, Algorithm 5). */
const constants = ((): bigint[] => {
  let register = 1;
  return Array.from({ length: 24 }, () => {
    let constant = 0n;
    for (let j = 0; j < 7; j++) {
      constant |= BigInt(register & 1) << ((1n << BigInt(j)) - 1n);
      register = (register << 1) ^ (register >> 7) * 0x171;
    }
    return constant;
  });
})();

/** Keccak-f[1600] step by step (FIPS 202, section 3.2), lane (x, y) at x + 5y. */
export function keccakF(state: bigint[]): void {
  for (const constant of constants) {
    const parity = [0, 1, 2, 3, 4].map((x) => [0, 5, 10, 15, 20].reduce((sum, row) => sum ^ state[x + row]!, 0n));
    for (let i = 0; i < 25; i++) state[i]! ^= parity[(i + 4) % 5]! ^ rotate(parity[(i + 1) % 5]!, 1);
    const turned = state.slice();
    for (let t = 0, x = 1, y = 0; t < 24; t++) {
      turned[x + 5 * y] = rotate(state[x + 5 * y]!, ((t + 1) * (t + 2)) / 2);
      [x, y] = [y, (2 * x + 3 * y) % 5];
    }
    const moved = state.map((_, i) => turned[((i + 3 * Math.floor(i / 5)) % 5) + 5 * (i % 5)]!);
    for (let i = 0; i < 25; i++) {
      const row = i - (i % 5);
      state[i] = moved[i]! ^ (bits(~moved[row + ((i + 1) % 5)]!) & moved[row + ((i + 2) % 5)]!);
    }
    state[0]! ^= constant;
  }
}

/** The sponge, one input at a time. */
export function plainKeccak(memory: ArrayBuffer): Pick<MlKemKernels, 'sponge'> {
  const bytes = new Uint8Array(memory);
  return {
    sponge(rate, suffix, input, inputStride, inputBytes, output, outputStride, outputBytes, count) {
      for (let n = 0; n < count; n++) {
        const padded = new Uint8Array((Math.floor(inputBytes / rate) + 1) * rate);
        padded.set(bytes.subarray(input + n * inputStride, input + n * inputStride + inputBytes));
        padded[inputBytes]! ^= suffix;
        padded[padded.length - 1]! ^= 0x80;
        const state = new Array<bigint>(25).fill(0n);
        const blocks = new DataView(padded.buffer);
        for (let at = 0; at < padded.length; at += rate) {
          for (let i = 0; i < rate / 8; i++) state[i]! ^= blocks.getBigUint64(at + 8 * i, true);
          keccakF(state);
        }
        const view = new DataView(memory, output + n * outputStride, outputBytes);
        for (let word = 0; word < outputBytes / 8; word++) {
          const i = word % (rate / 8);
          if (word > 0 && i === 0) keccakF(state);
          view.setBigUint64(8 * word, state[i]!, true);
        }
      }
    },
  };
}
