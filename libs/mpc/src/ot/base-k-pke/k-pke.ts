import { type KernelMemory, mlKemScratch } from '#kernels';

/** Coefficients of a vector, and the bytes that they take in the kernels' memory and in a message. */
export const coefficients = 768;
export const coefficientsBytes = 2 * coefficients;
export const seedBytes = 32;

export const shake128 = { rate: 168, suffix: 0x1f } as const;
export const shake256 = { rate: 136, suffix: 0x1f } as const;

/** 768 coefficients need 945 candidates of 12 bits on average; the 1,232 of eleven blocks fall short with probability below 2^-170. */
export const vectorStreamBytes = 11 * shake128.rate;
/** 256 need 315; the 560 of five blocks fall short with probability below 2^-200. */
const polynomialStreamBytes = 5 * shake128.rate;
/** PRF makes 128 bytes of a seed and a number. */
const noiseBytes = 128;

/** What `hash` makes of `count` inputs of one length that lie side by side: so many streams, at a fresh region. */
export function expand(memory: KernelMemory, { rate, suffix }: { rate: number; suffix: number }, inputs: number, inputBytes: number, outputBytes: number, count: number): number {
  const streams = memory.take(outputBytes * count);
  memory.within(() => memory.kernels.sponge(rate, suffix, inputs, inputBytes, inputBytes, streams, outputBytes, outputBytes, count, memory.take(mlKemScratch.sponge)));
  return streams;
}

/** SampleNTT for vectors: `count` of them at a fresh region, from streams of `vectorStreamBytes`. */
export function sampleVectors(memory: KernelMemory, streams: number, count: number): number {
  const vectors = memory.take(coefficientsBytes * count);
  const enough = memory.within(() =>
    memory.kernels.sampleUniform(streams, vectorStreamBytes, vectorStreamBytes, vectors, coefficientsBytes, coefficients, count, memory.take(mlKemScratch.sample(vectorStreamBytes))));
  if (enough === 0) throw new Error('a stream had too few coefficients');
  return vectors;
}

/**
 * K-PKE of ML-KEM-768 (FIPS 203, section 5) for many keys and messages under one matrix. All operands are offsets of the memory, side by
 * side; a region of 4,608 bytes is taken for good.
 */
export class KPke {
  readonly #matrix: number;

  /** Algorithm 13, lines 3 to 7: Â[i, j] = SampleNTT(ρ ‖ j ‖ i). */
  constructor(readonly memory: KernelMemory, rho: Uint8Array) {
    const matrix = memory.take(9 * 512);
    const enough = memory.within(() => {
      const inputs = memory.take(9 * (seedBytes + 2));
      for (let i = 0, at = inputs; i < 3; i++) {
        for (let j = 0; j < 3; j++, at += seedBytes + 2) memory.bytes.set([...rho, j, i], at);
      }
      const streams = expand(memory, shake128, inputs, seedBytes + 2, polynomialStreamBytes, 9);
      return memory.kernels.sampleUniform(streams, polynomialStreamBytes, polynomialStreamBytes, matrix, 512, 256, 9, memory.take(mlKemScratch.sample(polynomialStreamBytes)));
    });
    if (enough === 0) throw new Error('a stream had too few coefficients');
    this.#matrix = matrix;
  }

  /** Algorithm 13 from line 8 on: ŝ at `secrets` and t̂ at `keys`, from seeds σ of 32 bytes. */
  makeKeys(seeds: number, secrets: number, keys: number, count: number): void {
    this.memory.within(() => this.memory.kernels.kPkeKeys(this.#matrix, this.#noise(seeds, 6, count), secrets, keys, count, this.memory.take(mlKemScratch.kPke)));
  }

  /** Algorithm 14: ciphertexts of 1,088 bytes of messages of 32, with coins of 32. */
  encrypt(keys: number, messages: number, coins: number, ciphertexts: number, count: number): void {
    this.memory.within(() => this.memory.kernels.kPkeEncrypt(this.#matrix, keys, this.#noise(coins, 7, count), messages, ciphertexts, count, this.memory.take(mlKemScratch.kPke)));
  }

  /** Algorithm 15. */
  decrypt(secrets: number, ciphertexts: number, messages: number, count: number): void {
    this.memory.within(() => this.memory.kernels.kPkeDecrypt(secrets, ciphertexts, messages, count, this.memory.take(mlKemScratch.kPke)));
  }

  /** PRF(seed, n) for n < `each`, of every seed. */
  #noise(seeds: number, each: number, count: number): number {
    const { bytes } = this.memory;
    const inputs = this.memory.take((seedBytes + 1) * each * count);
    for (let i = 0, at = inputs; i < count; i++) {
      for (let n = 0; n < each; n++, at += seedBytes + 1) {
        bytes.copyWithin(at, seeds + seedBytes * i, seeds + seedBytes * (i + 1));
        bytes[at + seedBytes] = n;
      }
    }
    return expand(this.memory, shake256, inputs, seedBytes + 1, noiseBytes, each * count);
  }
}
