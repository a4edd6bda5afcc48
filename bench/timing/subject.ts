import { randomBytes } from 'node:crypto';
import { type KernelMemory } from '#kernels';

/** Regions of `regionBytes` for what else a kernel needs; they hold random bytes at first. */
export type Regions = readonly [number, number, number, number];
export const regionBytes = 32 * 1024;

export interface Subject {
  readonly name: string;
  /** The operand that differs between the classes: fixed, or drawn afresh. */
  readonly fixed: Uint8Array;
  readonly draw: () => Uint8Array;
  /** Called once, before all. */
  readonly prepare?: (memory: KernelMemory, regions: Regions) => void;
  /** Runs the kernel with the operand at `at`. */
  readonly run: (memory: KernelMemory, at: number, regions: Regions) => void;
}

/** An operand of so many bytes: zeros, or anything. */
export const bytesOf = (length: number): Pick<Subject, 'fixed' | 'draw'> => ({ fixed: new Uint8Array(length), draw: () => randomBytes(length) });

/** Elements of F_p: words below 2^61, but with a probability of 2^-61 each. */
export const elementsOf = (count: number): Pick<Subject, 'fixed' | 'draw'> => ({ fixed: new Uint8Array(8 * count), draw: () => randomBytes(8 * count).map((byte, i) => (i % 8 === 7 ? byte & 31 : byte)) });

/** Words of 32 bits below a bound. */
export const numbersOf = (count: number, bound: number): Pick<Subject, 'fixed' | 'draw'> => ({ fixed: new Uint8Array(4 * count), draw: () => numbers(count, bound) });

export const numbers = (count: number, bound: number): Uint8Array => {
  const words = new Uint32Array(new Uint8Array(randomBytes(4 * count)).buffer);
  return new Uint8Array(words.map((word) => word % bound).buffer);
};
