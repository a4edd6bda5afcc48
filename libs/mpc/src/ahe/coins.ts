import { type KernelMemory } from '#kernels';
import { type Randomness } from '../channel/index.js';
import { draw, openStream, seedBytes } from '../ot/index.js';

/** Uniform coins in bulk, under a seed of their own. Secret. */
export class Coins {
  readonly #stream;

  constructor(randomness: Randomness) {
    const seed = randomness.bytes(seedBytes);
    this.#stream = openStream(seed, 0);
    seed.fill(0);
  }

  /** A fresh region of coins. */
  draw(memory: KernelMemory, bytes: number): number {
    const at = memory.take(bytes);
    draw(this.#stream, memory.bytes.subarray(at, at + bytes));
    return at;
  }

  /** Errors of `degree` coefficients, small words of 32 bits, at a fresh region. */
  errors(memory: KernelMemory, degree: number): number {
    const small = memory.take(4 * degree);
    memory.within(() => memory.kernels.smallBinomial(small, this.draw(memory, 8 * degree), degree));
    return small;
  }

  /** Likewise uniform in −1, 0, 1. */
  ternary(memory: KernelMemory, degree: number): number {
    const small = memory.take(4 * degree);
    memory.within(() => memory.kernels.smallTernary(small, this.draw(memory, 8 * degree), degree));
    return small;
  }
}
