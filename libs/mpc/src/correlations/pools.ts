/** Shares of random a, b and of c = a·b, elementwise in Z_2^64 or bitwise. Every element serves one multiplication. Secret. */
export interface Triples {
  readonly a: BigUint64Array;
  readonly b: BigUint64Array;
  readonly c: BigUint64Array;
}

/** Shares of a random matrix (k columns of m words), of k random words and of their product (m words). Secret. */
export interface MatrixTriple {
  readonly a: readonly BigUint64Array[];
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

/** All that the offline phase made. Wiping leaves nothing that a step could still take. */
export interface Correlations {
  readonly arithmetic: TriplePool;
  readonly boolean: TriplePool;
  /** In the order of the plan's `combine` steps, each used once. */
  readonly matrices: MatrixTriple[];
}

export const wipeTriples = ({ a, b, c }: Triples): void => [a, b, c].forEach((vector) => vector.fill(0n));

export function wipeMatrix({ a, b, c }: MatrixTriple): void {
  for (const vector of [...a, b, c]) vector.fill(0n);
}

export function wipeCorrelations({ arithmetic, boolean, matrices }: Correlations): void {
  arithmetic.wipe();
  boolean.wipe();
  matrices.splice(0).forEach(wipeMatrix);
}
