import { draw, openStream } from '../ot/index.js';
import { type Scheme } from './scheme.js';

/** How many words of `bits` bits to draw for `degree` that are below the prime: sixteen deviations more than the mean, so that too few are as likely as 2^-150. */
function wordsFor(degree: number, prime: number, bits: number): number {
  const words = (degree * 2 ** bits) / prime;
  return Math.ceil(words + 16 * Math.sqrt(words * (1 - prime / 2 ** bits))) + 64;
}

/** The uniform polynomial a of ciphertext number `index` under a public seed, prime by prime in the order of the parameters. */
export class Mask {
  readonly #stream;
  #next = 0;

  constructor(readonly scheme: Scheme, seed: Uint8Array, index: number) {
    this.#stream = openStream(seed, index);
  }

  /** Writes the residues modulo the next prime, as they are when transformed: uniform is uniform. */
  next(poly: number): void {
    const { memory, moduli, degree } = this.scheme;
    const { prime, bits } = moduli[this.#next++]!;
    const words = wordsFor(degree, prime, bits);
    memory.within(() => {
      const at = memory.take(4 * words);
      draw(this.#stream, memory.bytes.subarray(at, at + 4 * words));
      if (memory.kernels.residueUniform(poly, at, words, degree, prime) < degree) throw new RangeError('a stream of masks ran out');
    });
  }
}
