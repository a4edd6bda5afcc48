import { type KernelMemory } from '#kernels';
import { type Regions, type Subject, bytesOf, numbers, numbersOf } from '../subject.js';

const degree = 512;
const prime = 1_073_692_673;
const limbs = 3;

/** A root of X^degree + 1. */
function rootOf(): number {
  const power = (base: bigint, exponent: bigint): bigint => {
    let [result, square] = [1n, base];
    for (let e = exponent; e > 0n; e >>= 1n, square = (square * square) % BigInt(prime)) if (e & 1n) result = (result * square) % BigInt(prime);
    return result;
  };
  for (let g = 2n; ; g++) {
    const root = power(g, BigInt((prime - 1) / (2 * degree)));
    if (power(root, BigInt(degree)) === BigInt(prime - 1)) return Number(root);
  }
}

const tables = ({ kernels }: KernelMemory, [at]: Regions): void => kernels.nttTables(at, degree, rootOf(), prime);
/** Offsets of two polynomials for sums of products, and residues in both. */
const operands = ({ bytes }: KernelMemory, [, offsets, factor]: Regions): void => {
  new Uint32Array(bytes.buffer, offsets, 2).fill(factor);
  bytes.set(numbers(degree, prime), factor);
};

/** Encryption, answers and decryption. */
export const latticeSubjects: readonly Subject[] = [
  { name: `nttForward, ${degree} residues`, ...numbersOf(degree, prime), prepare: tables, run: ({ kernels: k }, at, [table]) => k.nttForward(at, degree, table, prime, degree) },
  { name: `nttSpread, 8 blocks of 16 residues`, ...numbersOf(128, prime), prepare: tables, run: ({ kernels: k }, at, [table, target]) => k.nttSpread(target, degree, at, 8, 16, table, prime) },
  { name: `nttInverse, ${degree} residues`, ...numbersOf(degree, prime), prepare: tables, run: ({ kernels: k }, at, [table]) => k.nttInverse(at, degree, table, prime, 3) },
  {
    name: `residueDot, ${degree} residues`, ...numbersOf(degree, prime), prepare: operands,
    run({ bytes, kernels: k }, at, [target, offsets]) {
      new Uint32Array(bytes.buffer, offsets + 64, 1)[0] = at;
      k.residueDot(target, offsets, offsets + 64, 1, degree, prime);
    },
  },
  { name: `residueAddWords, ${degree} words`, ...bytesOf(8 * degree), run: ({ kernels: k }, at, [target]) => k.residueAddWords(target, at, degree, prime, 12_345) },
  { name: `residueAddSmall, ${degree} numbers`, ...numbersOf(degree, 22), run: ({ kernels: k }, at, [target]) => k.residueAddSmall(target, at, degree, prime) },
  { name: `residueScale, ${degree} residues by a public number`, ...numbersOf(degree, prime), run: ({ kernels: k }, at) => k.residueScale(at, degree, prime, 12_345) },
  // As many candidates as residues: those that are refused show in the number of others, which is no secret.
  { name: `residueUniform, ${degree} candidates`, ...bytesOf(4 * degree), run: ({ kernels: k }, at, [target]) => void k.residueUniform(target, at, degree, degree, prime) },
  { name: `residueUnpack, ${degree} residues`, ...bytesOf((30 * degree) / 8 + 8), run: ({ kernels: k }, at, [target]) => void k.residueUnpack(target, at, degree, 30, prime) },
  { name: `residuePack, ${degree} residues`, ...numbersOf(degree, prime), run: ({ kernels: k }, at, [target]) => k.residuePack(target, at, degree, 30) },
  { name: `smallBinomial, ${degree} coins`, ...bytesOf(8 * degree), run: ({ kernels: k }, at, [target]) => k.smallBinomial(target, at, degree) },
  { name: `smallTernary, ${degree} coins`, ...bytesOf(8 * degree), run: ({ kernels: k }, at, [target]) => k.smallTernary(target, at, degree) },
  { name: `smallRounding, ${degree} words`, ...bytesOf(8 * degree), run: ({ kernels: k }, at, [target, coins]) => k.smallRounding(target, at, coins, degree) },
  { name: `fractions, ${degree} residues by ${limbs}`, ...numbersOf(limbs * degree, prime), run: ({ kernels: k }, at, [target, constants]) => k.fractions(target, at, 4 * degree, limbs, 0, 1, degree, constants) },
  { name: `integers, ${degree} residues by ${limbs}`, ...numbersOf(limbs * degree, prime), run: ({ kernels: k }, at, [target, constants]) => k.integers(target, at, 4 * degree, limbs, 0, 1, degree, constants) },
  { name: `fractionAdd, ${degree} words`, ...bytesOf(8 * degree), run: ({ kernels: k }, at, [target]) => k.fractionAdd(target, at, 5, degree) },
  { name: `fractionPack, ${degree} fractions`, ...bytesOf(16 * degree), run: ({ kernels: k }, at, [target]) => k.fractionPack(target, at, degree, 59, 0) },
  { name: `integerUnpack, ${degree} integers`, ...bytesOf((59 * degree) / 8 + 16), run: ({ kernels: k }, at, [low, high]) => k.integerUnpack(low, high, at, degree, 59) },
  { name: `fractionDecode, ${degree} integers`, ...bytesOf(16 * degree), run: ({ kernels: k }, at, [target, low, high]) => k.fractionDecode(target, low, high, 59, at, 70, 451_362_817, 450_428_929, degree) },
  { name: `combinePair, ${degree} pairs`, ...numbersOf(2 * degree, 450_428_929), run: ({ kernels: k }, at, [target]) => k.combinePair(target, at, at + 4 * degree, degree, 451_362_817, 450_428_929) },
];
