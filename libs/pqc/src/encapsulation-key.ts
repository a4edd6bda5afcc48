import { ML_KEM, type MlKem } from './algorithms.js';
import { KeyError } from './errors.js';

const Q = 3329;

/**
 * Returns when `publicKey` passes the input checks of FIPS 203 §7.2: exact length, and every 12-bit coefficient below q. OpenSSL checks this
 * too; it is done here so that both implementations refuse alike.
 * @throws KeyError CS0100
 */
export function checkEncapsulationKey(algorithm: MlKem, publicKey: Uint8Array): void {
  const { publicKeyBytes, rank } = ML_KEM[algorithm];
  if (publicKey.length !== publicKeyBytes) {
    throw new KeyError(`a public key of \`${algorithm}\` has ${publicKeyBytes} bytes, not ${publicKey.length}`);
  }
  for (let i = 0; i < rank * 384; i += 3) {
    const low = publicKey[i] | ((publicKey[i + 1] & 15) << 8);
    const high = (publicKey[i + 1] >> 4) | (publicKey[i + 2] << 4);
    if (low >= Q || high >= Q) throw new KeyError(`a public key of \`${algorithm}\` has a coefficient that is not reduced modulo q`);
  }
}
