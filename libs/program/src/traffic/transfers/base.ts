/** What ML-KEM-768 and the encryption inside it send (FIPS 203, table 3), in bytes. */
export const mlKem768 = { encapsulationKey: 1184, vector: 1152, rho: 32, ciphertext: 1088, sharedSecret: 32 } as const;

/** Protocols of random transfers that need none before them: from the encryption inside ML-KEM, or from the KEM as it comes. */
export type BaseName = 'k-pke-768' | 'ml-kem-768';

/** The bodies of both messages: `once` and then for each transfer. */
export const baseFacts = {
  'k-pke-768': { once: 32, keys: 2 * mlKem768.vector, ciphertexts: 2 * mlKem768.ciphertext },
  'ml-kem-768': { once: 0, keys: 2 * mlKem768.vector + mlKem768.rho, ciphertexts: 2 * mlKem768.ciphertext },
} as const satisfies Record<BaseName, { readonly once: number; readonly keys: number; readonly ciphertexts: number }>;

/** The bodies for `count` transfers: keys go first, from the receiver of the transfers. */
export function baseMessages(name: BaseName, count: number): { readonly keys: number; readonly ciphertexts: number } {
  const { once, keys, ciphertexts } = baseFacts[name];
  return { keys: once + keys * count, ciphertexts: ciphertexts * count };
}
