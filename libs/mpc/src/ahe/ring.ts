import { type KernelMemory } from '#kernels';
import { inverse, modulo, rootOf } from './constants.js';

interface Tables {
  readonly at: number;
  readonly inverseDegree: bigint;
}

/** What the tables of one prime take of the kernels' memory. */
const tablesBytes = (degree: number): number => 16 * degree;

/** Polynomials modulo X^degree + 1 and some primes, in the kernels' memory: a polynomial is `polyBytes` of residues at an offset. */
export class Ring {
  readonly polyBytes: number;
  readonly #tables: ReadonlyMap<number, Tables>;

  /** Takes regions for good: not to be called in `memory.within`. */
  constructor(readonly memory: KernelMemory, readonly degree: number, primes: Iterable<number>) {
    this.polyBytes = 4 * degree;
    this.#tables = new Map([...new Set(primes)].map((prime) => {
      const at = memory.take(tablesBytes(degree));
      memory.kernels.nttTables(at, degree, rootOf(degree, prime), prime);
      return [prime, { at, inverseDegree: inverse(BigInt(degree), prime) }];
    }));
  }

  static memoryBytes(degree: number, primes: Iterable<number>): number {
    return new Set(primes).size * tablesBytes(degree);
  }

  /** A fresh polynomial with all coefficients 0. */
  zero(): number {
    return this.zeros(1);
  }

  /** `count` of them, one after the other. */
  zeros(count: number): number {
    const at = this.memory.take(count * this.polyBytes);
    this.clear(at, count);
    return at;
  }

  clear(poly: number, count = 1): void {
    this.memory.bytes.fill(0, poly, poly + count * this.polyBytes);
  }

  forward(prime: number, poly: number): void {
    this.memory.kernels.nttForward(poly, this.degree, this.#of(prime).at, prime, this.degree);
  }

  /** Of a polynomial that is 0 but for `blocks` runs of `width` residues at `compact`, which is used up. */
  spread(prime: number, poly: number, compact: number, blocks: number, width: number): void {
    this.memory.kernels.nttSpread(poly, this.degree, compact, blocks, width, this.#of(prime).at, prime);
  }

  /** Back, times `factor`. */
  inverse(prime: number, poly: number, factor: bigint): void {
    const { at, inverseDegree } = this.#of(prime);
    this.memory.kernels.nttInverse(poly, this.degree, at, prime, modulo(inverseDegree * factor, prime));
  }

  #of(prime: number): Tables {
    const tables = this.#tables.get(prime);
    if (!tables) throw new RangeError(`no tables for the prime ${prime}`);
    return tables;
  }
}
