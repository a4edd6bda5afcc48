import { randomBytes } from 'node:crypto';
import { KernelMemory, type Kernels } from './index.js';

const capacity = 1024 * 1024;
const base = 1024;
const [A, B, C, D, E] = [0, 1, 2, 3, 4].map((i) => base + 128 * 1024 * i) as [number, number, number, number, number];
/** 1 modulo 2^14, of 30, 28 and 24 bits. */
const primes = [1_073_692_673, 268_369_921, 16_760_833];

const power = (of: bigint, exponent: bigint, p: bigint): bigint => {
  let [result, square] = [1n, of % p];
  for (let e = exponent; e > 0n; e >>= 1n, square = (square * square) % p) if (e & 1n) result = (result * square) % p;
  return result;
};

/** A primitive 2n-th root of 1. */
function rootOf(n: number, prime: number): number {
  const p = BigInt(prime);
  for (let g = 2n; ; g++) {
    const root = power(g, (p - 1n) / BigInt(2 * n), p);
    if (power(root, BigInt(n), p) === p - 1n) return Number(root);
  }
}

/** Both memories filled alike with what `body` puts, then all bytes compared. `fill` are words below the prime, or its largest. */
function expectTwins(prepare: (memory: KernelMemory) => void, body: (kernels: Kernels, memory: KernelMemory) => unknown): void {
  const [wasm, plain] = [new KernelMemory(capacity), new KernelMemory(capacity, 'plain')];
  prepare(wasm);
  plain.bytes.set(wasm.bytes.subarray(base), base);
  expect(body(wasm.kernels, wasm)).toEqual(body(plain.kernels, plain));
  expect(Buffer.compare(wasm.bytes.subarray(base), plain.bytes.subarray(base))).toBe(0);
}

const wordsAt = (memory: KernelMemory, at: number, count: number): Uint32Array => new Uint32Array(memory.bytes.buffer, at, count);
type Edge = 'random' | 'zeros' | 'largest';

function residues(memory: KernelMemory, at: number, n: number, prime: number, edge: Edge): void {
  const words = wordsAt(memory, at, n);
  const coins = new Uint32Array(new Uint8Array(randomBytes(4 * n)).buffer);
  words.forEach((_, i) => void (words[i] = edge === 'random' ? coins[i]! % prime : edge === 'zeros' ? 0 : prime - 1));
}

/** What the kernel may leave in a memory beyond its results is made equal. */
const clear = (memory: KernelMemory, at: number, bytes: number): void => void memory.bytes.fill(0, at, at + bytes);

describe.each(['random', 'zeros', 'largest'] as const)('on %s, a kernel of the ring leaves the memory of its twin', (edge) => {
  const fill = (memory: KernelMemory): void => void memory.bytes.set(edge === 'random' ? randomBytes(capacity) : new Uint8Array(capacity).fill(edge === 'zeros' ? 0 : 255), base);

  test.each(primes)('transforms modulo %i', (prime) => {
    for (const n of [16, 32, 64, 128, 4096]) {
      expectTwins((memory) => residues(memory, A, n, prime, edge), (k) => {
        k.nttTables(B, n, rootOf(n, prime), prime);
        k.nttForward(A, n, B, prime, n);
      });
      expectTwins((memory) => residues(memory, A, n, prime, edge), (k) => {
        k.nttTables(B, n, rootOf(n, prime), prime);
        k.nttInverse(A, n, B, prime, prime - 5);
      });
    }
  });

  test.each([[64, 1, 4], [64, 16, 4], [64, 2, 8], [128, 4, 16], [128, 4, 32], [256, 8, 4]])('transforms of %i residues in %i runs of %i', (n, blocks, width) => {
    for (const prime of primes) {
      expectTwins((memory) => residues(memory, C, blocks * width, prime, edge), (k, memory) => {
        k.nttTables(B, n, rootOf(n, prime), prime);
        k.nttSpread(A, n, C, blocks, width, B, prime);
        clear(memory, C, 4 * blocks * width);
      });
    }
  });

  test.each(primes)('residues modulo %i', (prime) => {
    const n = 64;
    for (const scale of [0, 1, prime - 1, 12_345]) {
      expectTwins((memory) => (fill(memory), residues(memory, A, n, prime, edge)), (k) => k.residueAddWords(A, B, n, prime, scale));
      expectTwins((memory) => residues(memory, A, n, prime, edge), (k) => k.residueScale(A, n, prime, scale));
    }
    expectTwins((memory) => {
      residues(memory, A, n, prime, edge);
      residues(memory, B, n, prime, edge);
      wordsAt(memory, B, n).forEach((word, i, words) => void (words[i] = i % 2 === 0 ? word : -word));
    }, (k) => k.residueAddSmall(A, B, n, prime));
    for (const terms of [0, 1, 4, 5, 17]) {
      expectTwins((memory) => {
        residues(memory, A, n, prime, edge);
        residues(memory, C, n * 17, prime, edge);
        residues(memory, D, n * 17, prime, edge);
        for (let t = 0; t < terms; t++) {
          wordsAt(memory, B, 1024)[t] = C + 4 * n * t;
          wordsAt(memory, B, 1024)[512 + t] = D + 4 * n * t;
        }
      }, (k) => k.residueDot(A, B, B + 2048, terms, n, prime));
    }
  });

  test.each(primes)('uniform residues modulo %i', (prime) => {
    // Words that are dropped, and the largest that is not, every so often; the others as they come.
    for (const every of [Infinity, 3, 4, 7]) for (const n of [61, 64]) for (const words of [0, 3, 8, 64, 300]) {
      expectTwins((memory) => {
        fill(memory);
        wordsAt(memory, B, words).forEach((_, i, stream) => {
          if (i % every === every - 1) stream[i] = [prime, 2 ** 32 - 1, prime - 1][i % 3]!;
        });
      }, (k, memory) => {
        const found = k.residueUniform(A, B, words, n, prime);
        // The kernel writes a word before it knows that it is one too many.
        clear(memory, A + 4 * found, 8);
        return found;
      });
    }
  });

  test.each([24, 28, 29, 30, 31])('residues of %i bits, one after the other', (bits) => {
    for (const n of [16, 24, 64]) {
      expectTwins((memory) => (fill(memory), residues(memory, A, n, 2 ** bits, edge)), (k, memory) => {
        k.residuePack(B, A, n, bits);
        clear(memory, B + (n * bits) / 8, 8);
        return [k.residueUnpack(C, B, n, bits, 2 ** 31), k.residueUnpack(D, B, n, bits, 2 ** (bits - 1) + 1)];
      });
    }
  });

  test.each([4, 64])('%i small numbers', (n) => {
    expectTwins(fill, (k) => k.smallBinomial(A, B, n));
    expectTwins(fill, (k) => k.smallTernary(A, B, n));
    expectTwins((memory) => (fill(memory), wordsAt(memory, A, n).fill(7)), (k) => k.smallRounding(A, B, C, n));
  });

  test.each([[1, 0, 1], [6, 3, 4], [7, 0, 2]])('fractions and integers of %i residues from number %i, %i apart', (limbs, start, step) => {
    const prepare = (memory: KernelMemory): void => {
      fill(memory);
      for (let i = 0; i < limbs; i++) residues(memory, A + 1024 * i, 256, limbs === 7 ? 2 ** 28 : 2 ** 30, edge);
      for (const [at, words] of [[B, 5 * limbs], [C + 8 * limbs, 5 * (limbs + 1)]] as const) residues(memory, at, words, 2 ** 31, edge);
      for (let i = 0; i < limbs; i++) new DataView(memory.bytes.buffer).setBigUint64(C + 8 * i, 2n ** 60n / BigInt(limbs * 2 ** 30 - i), true);
    };
    expectTwins(prepare, (k) => {
      k.fractions(D, A, 1024, limbs, start, step, 60, B);
      k.integers(E, A, 1024, limbs, start, step, 60, C);
    });
  });

  test.each([-63, -2, 0, 5, 63, 64])('words added %i bits up', (shift) => {
    expectTwins(fill, (k) => k.fractionAdd(A, B, shift, 9));
  });

  test.each([33, 59, 63, 64, 65, 70, 75, 95])('fractions of %i bits, one after the other', (bits) => {
    for (const count of [0, 1, 7, 64]) {
      for (const half of [0, 1]) expectTwins(fill, (k) => {
        k.fractionPack(A, B, count, bits, half);
        k.integerUnpack(C, D, A, count, bits);
      });
    }
  });

  test.each([33, 59, 64, 66, 95])('decoded fractions of %i bits', (bits) => {
    for (const scaleBits of [65, 70, 75, 127]) {
      for (const [t1, t2] of [[0, 0], [451_362_817, 451_215_361], [3, 5]] as const) {
        expectTwins((memory) => {
          fill(memory);
          const high = new BigUint64Array(memory.bytes.buffer, B, 64);
          new BigUint64Array(memory.bytes.buffer, A, 64).forEach((word, i, words) => void (words[i] = word & 0xffff_ffffn));
          high.forEach((word, i) => void (high[i] = BigInt.asUintN(bits - 32, word)));
        }, (k) => k.fractionDecode(D, A, B, bits, C, scaleBits, t1, t2, 64));
      }
    }
  });

  test('pairs of residues', () => {
    const [t1, t2] = [451_362_817, 451_215_361];
    expectTwins((memory) => {
      residues(memory, A, 64, t1, edge);
      residues(memory, B, 64, t2, edge);
    }, (k) => k.combinePair(C, A, B, 64, t1, t2));
  });
});

test.each([4096, 8192])('transforms of %i residues multiply modulo X^n + 1, and the inverse takes them back', (n) => {
  const memory = new KernelMemory(capacity);
  const { kernels } = memory;
  const prime = primes[0]!;
  const p = BigInt(prime);
  kernels.nttTables(B, n, rootOf(n, prime), prime);
  residues(memory, A, n, prime, 'random');
  residues(memory, C, n, prime, 'random');
  const [x, y] = [[...wordsAt(memory, A, n)], [...wordsAt(memory, C, n)]];
  for (const at of [A, C]) kernels.nttForward(at, n, B, prime, n);
  wordsAt(memory, E, 2).set([A, C]);
  clear(memory, D, 4 * n);
  kernels.residueDot(D, E, E + 4, 1, n, prime);
  // 2^32 / n undoes what the product and the transform multiply by.
  kernels.nttInverse(D, n, B, prime, Number((2n ** 32n * power(BigInt(n), p - 2n, p)) % p));
  for (const place of [0, 1, 77, n - 1]) {
    let sum = 0n;
    for (let i = 0; i < n; i++) sum += BigInt(x[i]!) * BigInt(place >= i ? y[place - i]! : prime - y[place - i + n]!);
    expect(wordsAt(memory, D, n)[place]).toBe(Number(sum % p));
  }
  kernels.nttInverse(A, n, B, prime, Number(power(BigInt(n), p - 2n, p)));
  expect([...wordsAt(memory, A, n)]).toEqual(x);
});
