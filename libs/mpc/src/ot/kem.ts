import { createPublicKey, decapsulate, encapsulate, generateKeyPairSync } from 'node:crypto';

/** ML-KEM-768 (FIPS 203) as the base transfers need it. The implementation draws its own coins. */
export interface Kem {
  generate(): KemKeyPair;
  /** `encapsulationKey` is 1,184 bytes and passes the modulus check of FIPS 203 §7.2. */
  encapsulate(encapsulationKey: Uint8Array): { readonly ciphertext: Uint8Array; readonly sharedSecret: Uint8Array };
}

export interface KemKeyPair {
  /** ByteEncode12(t̂) ‖ ρ. */
  readonly encapsulationKey: Uint8Array;
  decapsulate(ciphertext: Uint8Array): Uint8Array;
}

export const kemBytes = { encapsulationKey: 1184, ciphertext: 1088, sharedSecret: 32, rho: 32 } as const;

/** OpenSSL's, in constant time. */
export const nativeKem: Kem = {
  generate() {
    const { publicKey, privateKey } = generateKeyPairSync('ml-kem-768');
    return {
      encapsulationKey: publicKey.export({ format: 'raw-public' }),
      decapsulate: (ciphertext) => decapsulate(privateKey, ciphertext),
    };
  },
  encapsulate(key) {
    const { ciphertext, sharedKey } = encapsulate(createPublicKey({ key: Buffer.from(key), format: 'raw-public', asymmetricKeyType: 'ml-kem-768' }));
    return { ciphertext, sharedSecret: sharedKey };
  },
};
