import { KernelMemory } from '#kernels';
import { type Randomness } from '../../channel/index.js';
import { expand, seedBytes } from '../../ot/index.js';
import { power } from '../constants.js';
import {
  type AheParameters, type Ciphertext, Coins, Mask, type Needed, type PublicKey, Rerandomiser, Ring, Scheme, type SecretKey, type Sums, allOf, decrypt, encrypt, finish, makeSecretKey, product,
  publicKeyOf, readCiphertext, readPublicKey,
} from '../index.js';

/** A scheme with a key in a memory of its own, both ends in one, and what only specs look at. */
export class Setting {
  readonly memory: KernelMemory;
  readonly scheme: Scheme;
  readonly key: SecretKey;
  readonly publicKey: PublicKey;
  readonly coins: Coins;
  readonly q: bigint;
  readonly t: bigint;
  #seeds = 0;

  constructor(readonly parameters: AheParameters, randomness: Randomness) {
    const { degree, primes, slotPrimes } = parameters;
    this.memory = new KernelMemory(Ring.memoryBytes(degree, primes) + 80 * 4 * degree);
    this.scheme = new Scheme(parameters, new Ring(this.memory, degree, primes));
    this.coins = new Coins(randomness);
    this.key = makeSecretKey(this.scheme, randomness);
    const mask = (): Mask => new Mask(this.scheme, new Uint8Array(seedBytes), 0);
    this.publicKey = readPublicKey(this.scheme, publicKeyOf(this.scheme, this.key, this.coins, mask()), mask())!;
    this.q = product(primes);
    this.t = slotPrimes === 0 ? 2n ** 64n : product(primes.slice(0, slotPrimes));
  }

  /** Words, with zeros after them, in the memory. */
  put(words: BigUint64Array): number {
    const all = new BigUint64Array(this.parameters.degree);
    all.set(words);
    return this.memory.put(all);
  }

  encrypt(words?: BigUint64Array): Ciphertext {
    const seed = new Uint8Array(expand(new Uint8Array(seedBytes).fill(++this.#seeds), 2).buffer);
    const mask = (): Mask => new Mask(this.scheme, seed, 7);
    return this.memory.within(() => readCiphertext(this.scheme, encrypt(this.scheme, this.key, this.coins, mask(), words && this.put(words)), mask())!);
  }

  /** Σ ciphertext · polynomial of signed words, as `finish` takes it; at fresh regions. */
  sums(ciphertexts: readonly Ciphertext[], multipliers: readonly BigUint64Array[], key = this.publicKey): Sums {
    const { memory, scheme: { ring, moduli, degree } } = this;
    const sums: Sums = { body: ring.zeros(moduli.length), mask: ring.zeros(moduli.length) };
    memory.within(() => {
      const words = multipliers.map((each) => this.put(each));
      const rerandomiser = new Rerandomiser(this.scheme, key, this.coins);
      const [x, y, offsets] = [ring.zero(), ring.zero(), memory.take(8)];
      moduli.forEach(({ prime, montgomery }, limb) => {
        const at = { body: sums.body + limb * ring.polyBytes, mask: sums.mask + limb * ring.polyBytes };
        ciphertexts.forEach((ciphertext, i) => {
          ring.clear(y);
          memory.kernels.residueAddWords(y, words[i]!, degree, prime, montgomery);
          ring.forward(prime, y);
          new Uint32Array(memory.bytes.buffer, offsets, 2).set([x, y]);
          for (const part of ['body', 'mask'] as const) {
            memory.bytes.set(ciphertext[part].subarray(limb * ring.polyBytes, (limb + 1) * ring.polyBytes), x);
            memory.kernels.residueDot(at[part], offsets, offsets + 4, 1, degree, prime);
          }
        });
        rerandomiser.add(limb, at);
      });
    });
    return sums;
  }

  answer(ciphertexts: readonly Ciphertext[], multipliers: readonly BigUint64Array[], needed = allOf(this.scheme), masks?: BigUint64Array): Uint8Array {
    return this.memory.within(() => finish(this.scheme, this.coins, this.sums(ciphertexts, multipliers), needed, masks && this.put(masks)));
  }

  decrypt(answer: Uint8Array, needed: Needed = allOf(this.scheme)): BigUint64Array {
    return this.memory.within(() => new BigUint64Array(this.memory.bytes.buffer, decrypt(this.scheme, this.key, answer, needed), needed.count).slice());
  }

  /** Residues of polynomial `limb` as numbers around 0. */
  centred(poly: number, limb: number): number[] {
    const { prime } = this.scheme.moduli[limb]!;
    return Array.from(new Uint32Array(this.memory.bytes.buffer, poly, this.parameters.degree), (residue) => (residue > prime / 2 ? residue - prime : residue));
  }

  /** −s, coefficient by coefficient. */
  negatedSecret(): number[] {
    const { memory, scheme, key } = this;
    const { prime } = scheme.moduli[0]!;
    return memory.within(() => {
      const poly = memory.take(scheme.ring.polyBytes);
      key.put(scheme, 0, poly);
      scheme.ring.inverse(prime, poly, power(2n ** 32n, BigInt(prime) - 2n, prime));
      return this.centred(poly, 0);
    });
  }

  /** Takes the factor (q/p)^(−1) from residues modulo prime number `limb`. */
  unscale(poly: number, limb: number): void {
    const { prime, cofactor } = this.scheme.moduli[limb]!;
    this.memory.kernels.residueScale(poly, this.parameters.degree, prime, Number(power(cofactor, BigInt(prime) - 2n, prime)));
  }

  /** A sum as a ciphertext again: without the factors that `finish` takes, transformed. */
  ciphertextOf({ body, mask }: Sums): Ciphertext {
    const { scheme, memory } = this;
    const part = (at: number): Uint8Array => {
      scheme.moduli.forEach(({ prime }, limb) => {
        const poly = at + limb * scheme.ring.polyBytes;
        this.unscale(poly, limb);
        scheme.ring.forward(prime, poly);
      });
      return memory.bytes.slice(at, at + scheme.elementBytes);
    };
    return { body: part(body), mask: part(mask) };
  }

  /** c_0 + c_1·s, between −q/2 and q/2. */
  phase({ body, mask }: Ciphertext): bigint[] {
    const { memory, q, scheme, key } = this;
    const { ring, degree, moduli } = scheme;
    return memory.within(() => {
      const all = moduli.map(({ prime, cofactor }, i) => {
        const part = (of: Uint8Array): number => memory.put(of.subarray(i * ring.polyBytes, (i + 1) * ring.polyBytes));
        const [c0, c1, s, offsets] = [part(body), part(mask), memory.take(ring.polyBytes), memory.take(8)];
        key.put(scheme, i, s);
        memory.kernels.residueScale(s, degree, prime, prime - 1);
        new Uint32Array(memory.bytes.buffer, offsets, 2).set([c1, s]);
        memory.kernels.residueDot(c0, offsets, offsets + 4, 1, degree, prime);
        ring.inverse(prime, c0, cofactor);
        return { of: new Uint32Array(memory.bytes.buffer, c0, degree), times: q / BigInt(prime) };
      });
      return Array.from({ length: degree }, (_, j) => {
        const value = all.reduce((sum, { of, times }) => sum + BigInt(of[j]!) * times, 0n) % q;
        return value > q / 2n ? value - q : value;
      });
    });
  }
}

export const momentsOf = (values: readonly number[]): { mean: number; variance: number } => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
};
