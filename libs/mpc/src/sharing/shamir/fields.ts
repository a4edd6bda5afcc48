import { type KernelMemory } from '#kernels';
import { type Arithmetic, byteField, primeField } from './polynomials.js';

/** Public elements as the kernels take them. */
export type Weights = readonly number[] & { readonly weights: true };

/** A field whose vectors lie in the workspace, at multiples of 16 bytes and with room up to the next. */
export interface ShareField {
  readonly elementBytes: 1 | 8;
  readonly arithmetic: Arithmetic;
  /** Keeps public elements for good. */
  weights(elements: readonly bigint[]): Weights;
  /** target = Σ weights_i · sources_i; the target is none of the sources. */
  combine(target: number, sources: readonly number[], weights: Weights, count: number): void;
  /** target += source */
  add(target: number, source: number, count: number): void;
  /** Uniform bytes to uniform elements, in place. */
  uniform(at: number, count: number): void;
  /** Whether every word or byte is an element in its one encoding. Runs over all, whatever it finds. */
  isCanonical(at: number, count: number): boolean;
}

/** F_p, p = 2^61 − 1. */
export function wordsOver(workspace: KernelMemory): ShareField {
  const { kernels } = workspace;
  const halves = new Uint32Array(workspace.words.buffer);
  const places = new Map<bigint, number>();
  const placeOf = (element: bigint): number => {
    const place = places.get(element) ?? workspace.put(BigUint64Array.of(element));
    places.set(element, place);
    return place;
  };
  return {
    elementBytes: 8,
    arithmetic: primeField,
    weights: (elements) => elements.map(placeOf) as unknown as Weights,
    combine(target, sources, weights, count) {
      sources.forEach((source, i) => (i === 0 ? kernels.fieldScale(target, source, weights[i]!, count) : kernels.fieldScaleAdd(target, source, weights[i]!, count)));
    },
    add: (target, source, count) => kernels.fieldAdd(target, target, source, count),
    uniform: (at, count) => kernels.fieldFromWords(at, at, count),
    isCanonical(at, count) {
      // x < p just where x + 1 < 2^61: adding one carries into bit 61 for p itself, and what has higher bits has them still.
      let over = 0;
      for (let i = at / 4, end = i + 2 * count; i < end; i += 2) {
        const [low, high] = [halves[i]! | 0, halves[i + 1]!];
        over |= (high | (high + ((low & ~(low + 1)) >>> 31))) >>> 29;
      }
      return over === 0;
    },
  };
}

const wholeBlocks = (bytes: number): number => Math.ceil(bytes / 16) * 16;

/** GF(2^8), a byte an element. */
export function bytesOver({ kernels }: KernelMemory): ShareField {
  return {
    elementBytes: 1,
    arithmetic: byteField,
    weights: (elements) => elements.map(Number) as unknown as Weights,
    combine(target, sources, weights, count) {
      const bytes = wholeBlocks(count);
      sources.forEach((source, i) => (i === 0 ? kernels.byteFieldScale(target, source, weights[i]!, bytes) : kernels.byteFieldScaleXor(target, source, weights[i]!, bytes)));
    },
    add: (target, source, count) => kernels.xorInto(target, source, wholeBlocks(count)),
    uniform: () => undefined,
    isCanonical: () => true,
  };
}
