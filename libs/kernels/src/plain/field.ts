import { type FieldKernels } from '../field.js';

const p = 2n ** 61n - 1n;
const mod = (value: bigint): bigint => ((value % p) + p) % p;

/** F_p, an element at a time. */
export function plainField(memory: ArrayBuffer): FieldKernels {
  const view = new DataView(memory);
  const word = (at: number, i = 0): bigint => view.getBigUint64(at + 8 * i, true);
  const each = (target: number, count: number, value: (i: number) => bigint): void => {
    for (let i = 0; i < count; i++) view.setBigUint64(target + 8 * i, BigInt.asUintN(64, value(i)), true);
  };
  return {
    fieldAdd: (target, left, right, count) => each(target, count, (i) => mod(word(left, i) + word(right, i))),
    fieldSubtract: (target, left, right, count) => each(target, count, (i) => mod(word(left, i) - word(right, i))),
    fieldMultiply: (target, left, right, count) => each(target, count, (i) => mod(word(left, i) * word(right, i))),
    fieldMultiplyAdd: (target, left, right, count) => each(target, count, (i) => mod(word(target, i) + word(left, i) * word(right, i))),

    fieldScale(target, source, factor, count) {
      const f = word(factor);
      each(target, count, (i) => mod(word(source, i) * f));
    },

    fieldScaleAdd(target, source, factor, count) {
      const f = word(factor);
      each(target, count, (i) => mod(word(target, i) + word(source, i) * f));
    },

    fieldSumAxis(target, source, outer, length, inner) {
      each(target, outer * inner, (at) => {
        const [o, i] = [Math.floor(at / inner), at % inner];
        let sum = 0n;
        for (let l = 0; l < length; l++) sum += word(source, (o * length + l) * inner + i);
        return mod(sum);
      });
    },

    fieldMatrixMultiplyAdd(target, left, right, rows, inner, columns) {
      each(target, rows * columns, (at) => {
        const [i, j] = [Math.floor(at / columns), at % columns];
        let sum = word(target, at);
        for (let k = 0; k < inner; k++) sum += word(left, i * inner + k) * word(right, k * columns + j);
        return mod(sum);
      });
    },

    fieldFromWords: (target, source, count) => each(target, count, (i) => mod(BigInt.asUintN(61, word(source, i)))),
    fieldFromSigned: (target, source, count) => each(target, count, (i) => mod(BigInt.asIntN(64, word(source, i)))),
    fieldToSigned: (target, source, count) => each(target, count, (i) => (2n * word(source, i) > p ? word(source, i) - p : word(source, i))),
  };
}
