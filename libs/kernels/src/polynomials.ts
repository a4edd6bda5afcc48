/**
 * Arithmetic in Z_q[X]/(X^n + 1), residue by residue. A polynomial modulo a prime p < 2^30 is n words of 32 bits in [0, p), n a power of two, at
 * least 16. Primes are odd, and 1 modulo 2n where they are transformed. A factor or scale is in [0, p). All of a kernel's arguments but what
 * lies in memory are public.
 */
export interface PolynomialKernels {
  /** 16·n bytes for the transforms, from a root of X^n + 1. */
  nttTables(tables: number, n: number, root: number, prime: number): void;

  /**
   * The values of a polynomial at all roots of X^n + 1: of residue i of a level with m runs, the twiddle is root^(bit reversal of m + i). Words below 2p
   * will do. Within each eight values, the even ones come first. With a `span` (at least 4) below n only the last log2(span) levels are
   * done, which transform runs of `span` residues.
   */
  nttForward(poly: number, n: number, tables: number, prime: number, span: number): void;

  /** The same for a polynomial that is 0 but for `blocks` runs of `width` (at least 4) residues, n/blocks apart. They lie at `compact`, which ends up undefined. */
  nttSpread(poly: number, n: number, compact: number, blocks: number, width: number, tables: number, prime: number): void;

  /** Back, times n·scale. */
  nttInverse(poly: number, n: number, tables: number, prime: number, scale: number): void;

  /** poly += scale · words, which are signed. */
  residueAddWords(poly: number, words: number, n: number, prime: number, scale: number): void;

  /** poly += small, signed words of 32 bits whose absolute value is below p. */
  residueAddSmall(poly: number, small: number, n: number, prime: number): void;

  /** poly ·= scale */
  residueScale(poly: number, n: number, prime: number, scale: number): void;

  /** poly += Σ left_t · right_t / 2^32, residue by residue. The offsets of the operands are the words of 32 bits at `lefts` and `rights`. */
  residueDot(poly: number, lefts: number, rights: number, terms: number, n: number, prime: number): void;

  /** The first n of the words of a public stream that are below p, when cut to as many bits. Returns how many there were, at most n. */
  residueUniform(poly: number, stream: number, words: number, n: number, prime: number): number;

  /** `bits` (24 … 31) bits of each residue, one after the other. The 8 bytes beyond the end are overwritten. */
  residuePack(target: number, poly: number, n: number, bits: number): void;

  /** Back. Returns 1 when all are below p, else 0. */
  residueUnpack(poly: number, source: number, n: number, bits: number, prime: number): number;

  /** Signed words of 32 bits of variance 21/2: how many of bits 0 … 20 of four words of coins are set, less as many of the four words beyond. */
  smallBinomial(small: number, coins: number, n: number): void;

  /** −1, 0, 1: the upper half of 3 · coin, less one, for coins of 64 bits. */
  smallTernary(small: number, coins: number, n: number): void;

  /** small += sign of the word (64 bits, signed) where the coin (64 bits) is less than its absolute value. */
  smallRounding(small: number, words: number, coins: number, n: number): void;

  /**
   * ⌊Σ residue · c / 2^27⌋ mod 2^128, in 16 bytes, of residues number start + step·j, j in 0 … count − 1, of `limbs` (at most 7) polynomials that lie
   * `stride` bytes apart; c the constants of five words of 31 bits, one for each polynomial.
   */
  fractions(target: number, polys: number, stride: number, limbs: number, start: number, step: number, count: number, constants: number): void;

  /**
   * Likewise V mod 2^128 with V = Σ residue · c + κ·c', where κ = ⌊Σ residue · f / 2^60 + 1/2⌋. The constants are all f (64 bits), all c, and c'.
   */
  integers(target: number, polys: number, stride: number, limbs: number, start: number, step: number, count: number, constants: number): void;

  /** fraction += word · 2^shift mod 2^128, for −63 ≤ shift ≤ 64; a negative shift drops bits of the word. */
  fractionAdd(fractions: number, words: number, shift: number, count: number): void;

  /** The upper `bits` (33 … 95) of each fraction, one after the other; `half` is 1 to round to the nearest, 0 to round down. The 8 bytes beyond the end are overwritten. */
  fractionPack(target: number, fractions: number, count: number, bits: number, half: number): void;

  /** Back: words with the lower 32 bits of each, and words with the rest. Reads 8 bytes beyond the end. */
  integerUnpack(low: number, high: number, source: number, count: number, bits: number): void;

  /**
   * Words nearest to T·d mod T, for T = t1·t2 < 2^62 or, when that is 0, T = 2^64, and d = (low + 2^32·high)/2^bits + integer/2^scaleBits mod 1. `bits` is
   * 33 … 95, `scaleBits` 65 … 127, an integer has 16 bytes.
   */
  fractionDecode(words: number, low: number, high: number, bits: number, integers: number, scaleBits: number, t1: number, t2: number, count: number): void;

  /** Signed words of absolute value at most t1·t2/2 that are first · t2 + second · t1 mod t1·t2. */
  combinePair(words: number, first: number, second: number, n: number, t1: number, t2: number): void;
}
