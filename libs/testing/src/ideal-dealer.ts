import { createHash } from 'node:crypto';
import { Correlations, DaBitPool, type Demand, TriplePool, type Triples } from '../../mpc/src/correlations/index.js';
import { seededRandomness } from './seeded-randomness.js';

const low = (value: bigint): bigint => BigInt.asUintN(64, value);

/**
 * The functionality that the offline phase realises, in its place: a dealer whom everybody trusts. All parties' shares follow from the
 * seed; party 0's share of c makes the relation hold.
 */
export async function idealCorrelations(seed: Uint8Array, self: number, parties: number, demand: Demand): Promise<Correlations> {
  const randomness = seededRandomness(createHash('sha256').update(seed).digest('hex'));
  const draw = (count: number): BigUint64Array => new BigUint64Array(randomness.bytes(8 * count).buffer);
  const shares = (count: number): BigUint64Array[] => Array.from({ length: parties }, () => draw(count));
  const open = (of: readonly BigUint64Array[], i: number, add: (a: bigint, b: bigint) => bigint): bigint => of.map((share) => share[i]!).reduce(add);
  const plus = (a: bigint, b: bigint): bigint => low(a + b);
  const xor = (a: bigint, b: bigint): bigint => a ^ b;

  const triples = (count: number, add: typeof plus, multiply: (a: bigint, b: bigint) => bigint, negate: (a: bigint) => bigint): Triples => {
    const [a, b, c] = [shares(count), shares(count), shares(count)];
    for (let i = 0; i < count; i++) {
      const others = open(c.slice(1), i, add);
      c[0]![i] = add(multiply(open(a, i, add), open(b, i, add)), negate(others));
    }
    return { a: a[self]!, b: b[self]!, c: c[self]! };
  };

  const arithmetic = triples(demand.triples, plus, (a, b) => low(a * b), (a) => low(-a));
  const boolean = triples(demand.andWords, xor, (a, b) => a & b, (a) => a);
  const matrices = demand.matrixTriples.map((shape) => {
    const { rows, inner, columns } = shape;
    const [a, b, c] = [shares(rows * inner), shares(inner * columns), shares(rows * columns)];
    for (let i = 0; i < rows * columns; i++) {
      let product = 0n;
      for (let k = 0; k < inner; k++) product += open(a, Math.floor(i / columns) * inner + k, plus) * open(b, k * columns + (i % columns), plus);
      c[0]![i] = low(product - open(c.slice(1), i, plus));
    }
    return { ...shape, a: a[self]!, b: b[self]!, c: c[self]! };
  });
  const bits = Array.from({ length: parties }, () => randomness.bytes(demand.daBits).map((byte) => byte & 1));
  const words = shares(demand.daBits);
  for (let i = 0; i < demand.daBits; i++) words[0]![i] = low(BigInt(bits.reduce((sum, each) => sum ^ each[i]!, 0)) - open(words.slice(1), i, plus));
  return new Correlations(new TriplePool(arithmetic), new TriplePool(boolean), new DaBitPool({ word: words[self]!, bit: bits[self]! }), matrices);
}
