import { type RingKernels } from '../ring.js';

const noIndex = 0xffffffff;

/** Z_2^64, a word at a time. */
export function plainRing(memory: ArrayBuffer): RingKernels {
  const view = new DataView(memory);
  const word = (at: number, i = 0): bigint => view.getBigUint64(at + 8 * i, true);
  const put = (at: number, i: number, value: bigint): void => view.setBigUint64(at + 8 * i, BigInt.asUintN(64, value), true);
  const each = (target: number, count: number, value: (i: number) => bigint): void => {
    for (let i = 0; i < count; i++) put(target, i, value(i));
  };
  return {
    addWords: (target, left, right, count) => each(target, count, (i) => word(left, i) + word(right, i)),
    subtractWords: (target, left, right, count) => each(target, count, (i) => word(left, i) - word(right, i)),
    multiplyWords: (target, left, right, count) => each(target, count, (i) => word(left, i) * word(right, i)),
    multiplyAddWords: (target, left, right, count) => each(target, count, (i) => word(target, i) + word(left, i) * word(right, i)),

    scaleWords(target, source, factor, count) {
      const f = word(factor);
      each(target, count, (i) => word(source, i) * f);
    },

    scaleAddWords(target, source, factor, count) {
      const f = word(factor);
      each(target, count, (i) => word(target, i) + word(source, i) * f);
    },

    fillWords(target, at, count) {
      const value = word(at);
      each(target, count, () => value);
    },

    shiftRightWords: (target, source, bits, count) => each(target, count, (i) => word(source, i) >> BigInt(bits)),

    gatherWords(target, source, indices, count) {
      each(target, count, (i) => {
        const index = view.getUint32(indices + 4 * i, true);
        return index === noIndex ? 0n : word(source, index);
      });
    },

    sumAxis(target, source, outer, length, inner) {
      each(target, outer * inner, (at) => {
        const [o, i] = [Math.floor(at / inner), at % inner];
        let sum = 0n;
        for (let l = 0; l < length; l++) sum += word(source, (o * length + l) * inner + i);
        return sum;
      });
    },

    matrixMultiplyAdd(target, left, right, rows, inner, columns) {
      each(target, rows * columns, (at) => {
        const [i, j] = [Math.floor(at / columns), at % columns];
        let sum = word(target, at);
        for (let k = 0; k < inner; k++) sum += word(left, i * inner + k) * word(right, k * columns + j);
        return sum;
      });
    },
  };
}
