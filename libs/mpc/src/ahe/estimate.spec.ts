import { type AheParameters, aheSets, product } from './index.js';

/**
 * What the parameters of encryption are worth, by the estimates in the literature, so that a change of parameters shows.
 *
 *   Attack   primal lattice attack with one short vector, on the embedding of Bai, Galbraith (ACISP 2014) for short secrets; succeeds with blocks of β where
 *            √β·σ ≤ δ^(2β−d−1)·(q^m·(σ/σ_s)^N)^(1/d), d = m + N + 1 (Alkim, Ducas, Pöppelmann, Schwabe: ePrint 2015/1092, §6.3; Albrecht, Göpfert, Virdia, Wunderer:
 *            ePrint 2017/815), δ^(2(β−1)) = (πβ)^(1/β)·β/(2πe) (Chen 2013).
 *   Cost     2^(0.292·β + 16.4 + log₂ 8d) classically, 0.265 for quantum sieves: the model of the Homomorphic Encryption Security Standard (November 2018), table 1.
 *            Core-SVP, 2^(0.292·β), is what NIST's candidates count by, and much less.
 */
interface Instance {
  readonly dimension: number;
  readonly logQ: number;
  readonly error: number;
  readonly secret: number;
}

const logDelta = (beta: number): number => Math.log2(((Math.PI * beta) ** (1 / beta) * beta) / (2 * Math.PI * Math.E)) / (2 * (beta - 1));

/** The least blocks that succeed, and the lattice's dimension with them; there are N samples. */
function blocksFor({ dimension: n, logQ, error, secret }: Instance): { readonly beta: number; readonly d: number } {
  for (let beta = 60; ; beta++) {
    for (let d = n + 2; d < 2 * n + 2; d += Math.max(1, n >> 7)) {
      const reached = (2 * beta - d - 1) * logDelta(beta) + ((d - n - 1) * logQ + n * Math.log2(error / secret)) / d;
      if (Math.log2(beta) / 2 + Math.log2(error) <= reached) return { beta, d };
    }
  }
}

const bitsOf = (instance: Instance): { readonly classical: number; readonly quantum: number; readonly core: number } => {
  const { beta, d } = blocksFor(instance);
  const overhead = 16.4 + Math.log2(8 * d);
  return { classical: 0.292 * beta + overhead, quantum: 0.265 * beta + overhead, core: 0.292 * beta };
};

const ternary = Math.sqrt(2 / 3);
const own = ({ degree, primes }: AheParameters): Instance => ({ dimension: degree, logQ: Math.log2(Number(product(primes))), error: Math.sqrt(21 / 2), secret: ternary });

describe('the estimate', () => {
  test.each([[2048, 54], [4096, 109], [8192, 218]])('agrees with the standard for N = %i: 128 bits up to log q = %i, to within 2 bits', (dimension, logQ) => {
    expect(Math.abs(bitsOf({ dimension, logQ, error: 3.2, secret: ternary }).classical - 128)).toBeLessThan(2);
  });

  test('agrees with the standard on quantum attacks for N = 8192: 128 bits up to log q = 202', () => {
    expect(Math.abs(bitsOf({ dimension: 8192, logQ: 202, error: 3.2, secret: ternary }).quantum - 128)).toBeLessThan(2);
  });

  test('agrees with the core-SVP hardness of Kyber-768 in its specification (round 3): 2^182', () => {
    expect(Math.round(bitsOf({ dimension: 768, logQ: Math.log2(3329), error: 1, secret: 1 }).core)).toBe(182);
  });
});

// Classical, quantum, core-SVP.
test.each<[AheParameters, number, number, number]>([...aheSets.slots.map((set) => [set, 160, 149, 127] as [AheParameters, number, number, number]), [aheSets.words, 144, 133, 110]])(
  'a set has 128 bits and more by the standard\'s model', (set, classical, quantum, core) => {
    const bits = bitsOf(own(set));
    expect(Math.floor(bits.classical)).toBe(classical);
    expect(Math.floor(bits.quantum)).toBe(quantum);
    expect(Math.floor(bits.core)).toBe(core);
    expect(Math.min(bits.classical, bits.quantum)).toBeGreaterThan(128);
  });
