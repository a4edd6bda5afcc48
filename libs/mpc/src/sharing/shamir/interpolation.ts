import { type KernelMemory } from '#kernels';
import { type ShareField, type Weights } from './fields.js';
import { lagrange, pointOf, secretPoint } from './polynomials.js';

/**
 * The value of degree-t shares of the given parties, of which there are more than t. The first t + 1 determine the polynomial; every
 * further share must lie on it.
 */
export class Interpolation {
  readonly #basis: readonly number[];
  readonly #value: Weights;
  readonly #checks: readonly { readonly party: number; readonly weights: Weights }[];

  constructor(readonly field: ShareField, readonly present: readonly number[], threshold: number) {
    if (present.length <= threshold) throw new RangeError(`${present.length} shares of a value that ${threshold + 1} determine`);
    this.#basis = present.slice(0, threshold + 1);
    const points = this.#basis.map(pointOf);
    const weightsAt = (point: number): Weights => field.weights(lagrange(field.arithmetic, points, point));
    this.#value = weightsAt(secretPoint);
    this.#checks = present.slice(threshold + 1).map((party) => ({ party, weights: weightsAt(pointOf(party)) }));
  }

  /** Writes the values and returns whether all shares lie on one polynomial each. `shareOf` tells where a party's shares are. */
  run(workspace: KernelMemory, target: number, scratch: number, shareOf: (party: number) => number, count: number): boolean {
    const sources = this.#basis.map(shareOf);
    let difference = 0;
    for (const { party, weights } of this.#checks) {
      this.field.combine(scratch, sources, weights, count);
      difference |= differenceOf(workspace.bytes, scratch, shareOf(party), this.field.elementBytes * count);
    }
    this.field.combine(target, sources, this.#value, count);
    return difference === 0;
  }
}

/** 0 where both regions hold the same bytes; the time does not tell where they differ. */
export function differenceOf(bytes: Uint8Array, left: number, right: number, length: number): number {
  let difference = 0;
  const whole = length >> 2;
  const [a, b] = [left, right].map((at) => new Uint32Array(bytes.buffer, at, whole)) as [Uint32Array, Uint32Array];
  for (let i = 0; i < whole; i++) difference |= a[i]! ^ b[i]!;
  for (let i = 4 * whole; i < length; i++) difference |= bytes[left + i]! ^ bytes[right + i]!;
  return difference;
}
