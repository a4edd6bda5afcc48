import crypto from 'node:crypto';
import { RuntimeError } from './errors.js';

/** Returns when node:crypto has ML-KEM and ML-DSA. @throws RuntimeError CS0001 that says what to do */
export function assertRuntime(): void {
  try {
    crypto.generateKeyPairSync('ml-kem-768');
    crypto.generateKeyPairSync('ml-dsa-65');
  } catch (cause) {
    throw new RuntimeError(
      'CS0001',
      `node ${process.versions.node} (OpenSSL ${process.versions.openssl}) has no post-quantum cryptography: ` +
        'start through `npx countersign` or `npm run`, which use the Node 26 that `npm ci` installs, or install Node 24.11 or newer',
      { cause },
    );
  }
}
