/**
 * The arithmetic of ML-KEM-768 (FIPS 203) on many instances. Coefficients take 16 bits and lie in [0, q), q = 3329; a polynomial is 256 of them
 * (512 bytes), a vector three polynomials (1,536 bytes), the matrix three rows of three (4,608 bytes), all in the NTT domain.
 * Nothing but counts, strides and lengths shows in a branch or an address.
 */
export interface MlKemKernels {
  /**
   * Keccak's sponge (FIPS 202) on `count` inputs of one length: SHAKE-128 has the rate 168 and the suffix 0x1f, SHAKE-256 136 and 0x1f, SHA3-256
   * 136 and 0x06, SHA3-512 72 and 0x06. `outputBytes` is a multiple of 8. Takes `mlKemScratch.sponge` bytes.
   */
  sponge(
    rate: number, suffix: number, input: number, inputStride: number, inputBytes: number,
    output: number, outputStride: number, outputBytes: number, count: number, scratch: number,
  ): void;

  /**
   * The first `coefficients` candidates of 12 bits below q of each stream, as SampleNTT picks them. 1 if every stream had so many; otherwise 0, and
   * the target is undefined. `streamBytes` is a multiple of 12; fewer than 512 candidates exceed `coefficients`. Takes
   * `mlKemScratch.sample(streamBytes)` bytes.
   */
  sampleUniform(
    streams: number, streamStride: number, streamBytes: number, target: number, targetStride: number, coefficients: number, count: number, scratch: number,
  ): number;

  /** ByteEncode12. `coefficients` is a multiple of 8, here and below. */
  byteEncode12(bytes: number, source: number, coefficients: number): void;

  /** ByteDecode12 without its reduction; 1 if none was needed, otherwise 0. */
  byteDecode12(target: number, bytes: number, coefficients: number): number;

  /** target += source modulo q. */
  addModQ(target: number, source: number, coefficients: number): void;

  /** target −= source modulo q. */
  subtractModQ(target: number, source: number, coefficients: number): void;

  /** K-PKE.KeyGen from what PRF makes of σ, six streams of 128 bytes: ŝ at `secrets`, t̂ at `keys`. Takes `mlKemScratch.kPke`, here and below. */
  kPkeKeys(matrix: number, noise: number, secrets: number, keys: number, count: number, scratch: number): void;

  /** K-PKE.Encrypt of messages of 32 bytes, with seven streams of 128 bytes for y, e1 and e2: ciphertexts of 1,088 bytes. */
  kPkeEncrypt(matrix: number, keys: number, noise: number, messages: number, ciphertexts: number, count: number, scratch: number): void;

  /** K-PKE.Decrypt. */
  kPkeDecrypt(secrets: number, ciphertexts: number, messages: number, count: number, scratch: number): void;
}

/** Bytes that the kernels take beside their operands and leave undefined. They hold secrets. */
export const mlKemScratch = {
  sponge: 1216,
  kPke: 2560,
  sample: (streamBytes: number): number => 2 * ((streamBytes / 3) * 4 + 1024),
} as const;
