import { type MatrixShape } from '#program/plans';
import { type Against } from '../channel/index.js';

/** Shares of random a, b and of c = a·b, elementwise in Z_2^64 or bitwise. Every element serves one multiplication. Secret. */
export interface Triples {
  readonly a: BigUint64Array;
  readonly b: BigUint64Array;
  readonly c: BigUint64Array;
}

/** Shares of random matrices a (rows × inner) and b (inner × columns), row-major, and of their product c. Secret. */
export interface MatrixTriple {
  readonly a: BigUint64Array;
  readonly b: BigUint64Array;
  readonly c: BigUint64Array;
}

/** Hands out triples, each once, in an order that all parties keep alike. */
export class TriplePool {
  #taken = 0;
  #wiped = false;

  constructor(readonly triples: Triples) {}

  /** The next `count` triples; the caller wipes them. */
  take(count: number): Triples {
    const from = this.#taken;
    const { a, b, c } = this.triples;
    // INVARIANT: zeros are a triple too, one that masks nothing; so what runs on beside a failed step must not get wiped ones.
    if (this.#wiped) throw new RangeError('the triples were wiped');
    if (from + count > a.length) throw new RangeError('more triples are used than were made');
    this.#taken += count;
    const piece = (vector: BigUint64Array): BigUint64Array => vector.subarray(from, from + count);
    return { a: piece(a), b: piece(b), c: piece(c) };
  }

  /** Ends the pool: nothing can be taken afterwards. */
  wipe(): void {
    this.#wiped = true;
    wipeTriples(this.triples);
  }
}

/** Random bits shared twice: additively as words, and as the exclusive or of bytes 0 and 1. Secret. */
export interface DaBits {
  readonly word: BigUint64Array;
  readonly bit: Uint8Array;
}

/** Hands out random bits, each once. */
export class DaBitPool {
  #taken = 0;
  #wiped = false;

  constructor(readonly bits: DaBits) {}

  take(count: number): DaBits {
    const from = this.#taken;
    if (this.#wiped) throw new RangeError('the random bits were wiped');
    if (from + count > this.bits.word.length) throw new RangeError('more random bits are used than were made');
    this.#taken += count;
    return { word: this.bits.word.subarray(from, from + count), bit: this.bits.bit.subarray(from, from + count) };
  }

  wipe(): void {
    this.#wiped = true;
    this.bits.word.fill(0n);
    this.bits.bit.fill(0);
  }
}

/** All that the offline phase made. Wiping leaves nothing that a step could still take. */
export class Correlations implements Against {
  readonly security = 'semi-honest';
  #nextMatrix = 0;

  constructor(
    readonly arithmetic: TriplePool,
    readonly boolean: TriplePool,
    readonly daBits: DaBitPool,
    /** In the order in which they are used. */
    readonly matrices: (MatrixTriple & MatrixShape)[],
  ) {}

  /** The next matrix triple, which must have this shape. The caller wipes it. */
  takeMatrix({ rows, inner, columns }: MatrixShape): MatrixTriple {
    const triple = this.matrices[this.#nextMatrix];
    if (!triple || triple.rows !== rows || triple.inner !== inner || triple.columns !== columns) throw new RangeError('no matrix triple of this shape comes next');
    this.#nextMatrix += 1;
    return triple;
  }
}

export const wipeTriples = ({ a, b, c }: Triples): void => [a, b, c].forEach((vector) => vector.fill(0n));
export const wipeMatrix = wipeTriples;

export function wipeCorrelations({ arithmetic, boolean, daBits, matrices }: Correlations): void {
  arithmetic.wipe();
  boolean.wipe();
  daBits.wipe();
  matrices.splice(0).forEach(wipeMatrix);
}
