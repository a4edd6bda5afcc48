import { KemKey, encapsulate } from '#pqc/links';

/** ML-KEM-768 (FIPS 203) as the base transfers need it. The implementation draws its own coins. */
export interface Kem {
  generate(): KemKeyPair;
  /** `encapsulationKey` is 1,184 bytes and passes the modulus check of FIPS 203 §7.2. */
  encapsulate(encapsulationKey: Uint8Array): { readonly ciphertext: Uint8Array; readonly sharedSecret: Uint8Array };
}

export interface KemKeyPair {
  /** ByteEncode12(t̂) ‖ ρ. */
  readonly publicKey: Uint8Array;
  decapsulate(ciphertext: Uint8Array): Uint8Array;
}

export { mlKem768 as kemBytes } from '#program/plans';

const algorithm = 'ML-KEM-768';

/** The names that #pqc and #pqc/portable share. */
export interface KemLibrary {
  readonly KemKey: { generate(algorithm: 'ML-KEM-768'): KemKeyPair };
  encapsulate(algorithm: 'ML-KEM-768', publicKey: Uint8Array): { ciphertext: Uint8Array; sharedSecret: Uint8Array };
}

export const kemOf = (library: KemLibrary): Kem => ({
  generate: () => library.KemKey.generate(algorithm),
  encapsulate: (key) => library.encapsulate(algorithm, key),
});

/** OpenSSL's, in constant time. */
export const nativeKem: Kem = kemOf({ KemKey, encapsulate });
