import { type KernelMemory } from '#kernels';
import { packedPlanesToWords, wordsToPackedPlanes } from '../planes.js';
import { bitsStride, wordsStride } from '../suite.js';

/**
 * Gives each addend a sharing of its own: targets[j] has x_j at place j and zeros at the others. `convert(component, target)` writes what
 * stands for a component of the value.
 */
function spread(memory: KernelMemory, self: number, targets: readonly number[], stride: number, convert: (component: number, target: number) => void): void {
  targets.forEach((target, place) => {
    for (const component of [0, 1]) {
      const at = target + component * stride;
      if ((self + component) % 3 === place) convert(component, at);
      else memory.bytes.fill(0, at, at + stride);
    }
  });
}

/** Boolean sharings of the low `planes` bits of x_0, x_1 and x_2. */
export function addendsOf(memory: KernelMemory, self: number, value: number, length: number, targets: readonly number[], planes: number): void {
  const source = wordsStride(length);
  spread(memory, self, targets, bitsStride(1, planes, length), (component, target) =>
    wordsToPackedPlanes(memory, value + component * source, length, 0, planes, target));
}

/** Sharings as words of b_0, b_1 and b_2, plane by plane. */
export function injected(memory: KernelMemory, self: number, value: number, planes: number, lanes: number, targets: readonly number[]): void {
  const source = bitsStride(1, planes, lanes);
  spread(memory, self, targets, wordsStride(planes * lanes), (component, target) =>
    packedPlanesToWords(memory, value + component * source, planes, lanes, target));
}

/** Σ ⌊x_j / 2^bits⌋: every place is shifted by those who hold it. */
export function shiftedAddends(memory: KernelMemory, value: number, length: number, bits: number, target: number): void {
  const stride = wordsStride(length);
  for (const component of [0, stride]) memory.kernels.shiftRightWords(target + component, value + component, bits, length);
}
