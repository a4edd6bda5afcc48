import { type KernelMemory } from '#kernels';
import { type LocalInstruction, componentsOf } from '#program/plans';
import { type Suite, wordsStride } from '../sharing/suite.js';
import { type Place, lengthOf } from './located.js';

/** The arithmetic of a ring, by kernel. */
interface Ring {
  add(target: number, left: number, right: number, count: number): void;
  multiply(target: number, left: number, right: number, count: number): void;
  scale(target: number, source: number, factor: number, count: number): void;
  scaleAdd(target: number, source: number, factor: number, count: number): void;
  sumAxis(target: number, source: number, outer: number, length: number, inner: number): void;
  /** The element of an integer. */
  of(integer: bigint): bigint;
}

const p = (1n << 61n) - 1n;

export function ringOf({ kernels }: KernelMemory, { ring }: Pick<Suite, 'ring'>): Ring {
  return ring === 'z64'
    ? {
      add: (t, l, r, n) => kernels.addWords(t, l, r, n),
      multiply: (t, l, r, n) => kernels.multiplyWords(t, l, r, n),
      scale: (t, s, f, n) => kernels.scaleWords(t, s, f, n),
      scaleAdd: (t, s, f, n) => kernels.scaleAddWords(t, s, f, n),
      sumAxis: (t, s, o, l, i) => kernels.sumAxis(t, s, o, l, i),
      of: (integer) => BigInt.asUintN(64, integer),
    }
    : {
      add: (t, l, r, n) => kernels.fieldAdd(t, l, r, n),
      multiply: (t, l, r, n) => kernels.fieldMultiply(t, l, r, n),
      scale: (t, s, f, n) => kernels.fieldScale(t, s, f, n),
      scaleAdd: (t, s, f, n) => kernels.fieldScaleAdd(t, s, f, n),
      sumAxis: (t, s, o, l, i) => kernels.fieldSumAxis(t, s, o, l, i),
      of: (integer) => ((integer % p) + p) % p,
    };
}

/** Local instructions on words, each component alike. Returns whether it was one. */
export function runWords({ memory, suite, of }: Place, instruction: LocalInstruction): boolean {
  const { kernels } = memory;
  const ring = ringOf(memory, suite);
  const put = (integer: bigint): number => memory.put(BigUint64Array.of(ring.of(integer)));
  switch (instruction.op) {
    case 'sum': {
      const target = of(instruction.out);
      const length = lengthOf(target.type);
      const stride = wordsStride(length);
      const open = target.type.kind === 'openWords';
      const components = componentsOf(target.type, suite);
      memory.bytes.fill(0, target.at, target.at + components * stride);
      for (const { value, factor } of instruction.terms) {
        const source = of(value);
        const sourceLength = lengthOf(source.type);
        const sourceOpen = source.type.kind === 'openWords';
        const by = factor === 1n ? undefined : put(factor);
        for (let c = 0; c < components; c++) {
          // What everybody knows is a constant of a shared sum.
          if (sourceOpen && !open && !suite.constants.includes(c)) continue;
          let from = source.at + (sourceOpen ? 0 : c * wordsStride(sourceLength));
          const to = target.at + c * stride;
          memory.within(() => {
            if (sourceLength !== length) {
              const spread = memory.take(8 * length);
              kernels.fillWords(spread, from, length);
              from = spread;
            }
            if (by === undefined) ring.add(to, to, from, length);
            else ring.scaleAdd(to, from, by, length);
          });
        }
      }
      if (instruction.constant !== 0n) {
        const spread = memory.take(8 * length);
        kernels.fillWords(spread, put(instruction.constant), length);
        for (let c = 0; c < components; c++) {
          if (open || suite.constants.includes(c)) ring.add(target.at + c * stride, target.at + c * stride, spread, length);
        }
      }
      return true;
    }
    case 'scale': {
      const [target, source, by] = [of(instruction.out), of(instruction.value), of(instruction.by)];
      const length = lengthOf(target.type);
      for (let c = 0; c < componentsOf(target.type, suite); c++) ring.multiply(target.at + c * wordsStride(length), source.at + c * wordsStride(length), by.at, length);
      return true;
    }
    case 'constant': {
      const { at } = of(instruction.out);
      instruction.values.forEach((value, i) => (memory.words[at / 8 + i] = ring.of(value)));
      return true;
    }
    case 'gather': {
      const [target, source] = [of(instruction.out), of(instruction.value)];
      const { indices } = instruction;
      const where = memory.put(new Uint8Array(indices.buffer, indices.byteOffset, indices.byteLength));
      for (let c = 0; c < componentsOf(target.type, suite); c++) {
        kernels.gatherWords(target.at + c * wordsStride(indices.length), source.at + c * wordsStride(lengthOf(source.type)), where, indices.length);
      }
      return true;
    }
    case 'slice': {
      const [target, source] = [of(instruction.out), of(instruction.value)];
      const length = lengthOf(target.type);
      for (let c = 0; c < componentsOf(target.type, suite); c++) {
        const start = source.at + c * wordsStride(lengthOf(source.type)) + 8 * instruction.from;
        memory.bytes.copyWithin(target.at + c * wordsStride(length), start, start + 8 * length);
      }
      return true;
    }
    case 'concat': {
      const target = of(instruction.out);
      const stride = wordsStride(lengthOf(target.type));
      let from = 0;
      for (const value of instruction.values) {
        const source = of(value);
        const length = lengthOf(source.type);
        for (let c = 0; c < componentsOf(target.type, suite); c++) {
          const start = source.at + c * wordsStride(length);
          memory.bytes.copyWithin(target.at + c * stride + 8 * from, start, start + 8 * length);
        }
        from += length;
      }
      return true;
    }
    case 'sumAxis': {
      const [target, source] = [of(instruction.out), of(instruction.value)];
      const { outer, length, inner } = instruction;
      for (let c = 0; c < componentsOf(target.type, suite); c++) {
        ring.sumAxis(target.at + c * wordsStride(outer * inner), source.at + c * wordsStride(outer * length * inner), outer, length, inner);
      }
      return true;
    }
    case 'shift': {
      const [target, source] = [of(instruction.out), of(instruction.value)];
      kernels.shiftRightWords(target.at, source.at, instruction.by, lengthOf(target.type));
      return true;
    }
    case 'random': {
      const { at, type } = of(instruction.out);
      suite.random!(memory, lengthOf(type), instruction.bits, at);
      return true;
    }
    case 'shiftAddends': {
      const { at, type } = of(instruction.out);
      suite.shiftAddends!(memory, of(instruction.value).at, lengthOf(type), instruction.by, at);
      return true;
    }
    default:
      return false;
  }
}
