/** FIPS 204 parameter sets. `-44` signs checkpoints, `-65` everything else. */
export type MlDsa = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87';
/** FIPS 203 parameter sets. */
export type MlKem = 'ML-KEM-512' | 'ML-KEM-768' | 'ML-KEM-1024';

interface Parameters {
  /** Node's name of the key type. */
  readonly nodeName: string;
  /** Last arc under 2.16.840.1.101.3.4 (NIST algorithms): signatures are 3.17–19, KEMs 4.1–3. */
  readonly oidTail: readonly [3 | 4, number];
  readonly publicKeyBytes: number;
  readonly seedBytes: number;
}

/** FIPS 204, tables 1 and 2. The seed is ξ. */
export const ML_DSA: Readonly<Record<MlDsa, Parameters & { readonly signatureBytes: number }>> = {
  'ML-DSA-44': { nodeName: 'ml-dsa-44', oidTail: [3, 17], publicKeyBytes: 1312, signatureBytes: 2420, seedBytes: 32 },
  'ML-DSA-65': { nodeName: 'ml-dsa-65', oidTail: [3, 18], publicKeyBytes: 1952, signatureBytes: 3309, seedBytes: 32 },
  'ML-DSA-87': { nodeName: 'ml-dsa-87', oidTail: [3, 19], publicKeyBytes: 2592, signatureBytes: 4627, seedBytes: 32 },
};

/** FIPS 203, tables 2 and 3. The seed is d ‖ z; the expanded key is never stored (it would lose binding of key to ciphertext). */
export const ML_KEM: Readonly<Record<MlKem, Parameters & { readonly ciphertextBytes: number; readonly rank: number }>> = {
  'ML-KEM-512': { nodeName: 'ml-kem-512', oidTail: [4, 1], publicKeyBytes: 800, ciphertextBytes: 768, seedBytes: 64, rank: 2 },
  'ML-KEM-768': { nodeName: 'ml-kem-768', oidTail: [4, 2], publicKeyBytes: 1184, ciphertextBytes: 1088, seedBytes: 64, rank: 3 },
  'ML-KEM-1024': { nodeName: 'ml-kem-1024', oidTail: [4, 3], publicKeyBytes: 1568, ciphertextBytes: 1568, seedBytes: 64, rank: 4 },
};

export const isMlDsa = (name: string): name is MlDsa => Object.hasOwn(ML_DSA, name);
export const isMlKem = (name: string): name is MlKem => Object.hasOwn(ML_KEM, name);

/** Whichever of the two tables knows the algorithm. */
export const parametersOf = (algorithm: MlDsa | MlKem): Parameters => ({ ...ML_DSA, ...ML_KEM })[algorithm];
