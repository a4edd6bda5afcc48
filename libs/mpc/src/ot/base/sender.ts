import { type Binding, Channel, type Lane } from '../../channel/index.js';
import { type Kem, kemBytes } from '../kem.js';
import { baseOtFlow, keyBytes, layout } from './flow.js';
import { add, decode, encode, keyOf, mask } from './vector.js';

export interface BaseSender {
  readonly lane: Lane;
  /** Roles are receiver, sender. */
  readonly binding: Binding;
  readonly kem: Kem;
}

/**
 * The key pairs of `count` transfers, k_0 ‖ k_1 at 32 bytes each. Secret. Throws `ProtocolAbort`, with `CS0703` for a vector
 * that is not reduced modulo q.
 */
export async function sendBaseTransfers({ lane, binding, kem }: BaseSender, count: number): Promise<Uint8Array> {
  const channel = new Channel(baseOtFlow, 'sender', lane);
  const message = await channel.receive('keys', count * layout.keysBytes);
  const ciphertexts = new Uint8Array(count * layout.ciphertextsBytes);
  const keys = new Uint8Array(2 * count * keyBytes);
  for (let i = 0; i < count; i++) {
    const at = message.subarray(i * layout.keysBytes, (i + 1) * layout.keysBytes);
    const encoded = [at.subarray(0, layout.vectorBytes), at.subarray(layout.vectorBytes, 2 * layout.vectorBytes)] as const;
    for (const j of [0, 1] as const) {
      // Step 2.
      const r = decode(encoded[j]);
      if (!r) throw lane.peer.abort('CS0703', 'a coefficient that is not reduced', 'keys');
      const key = new Uint8Array(kemBytes.encapsulationKey);
      key.set(encode(add(r, mask(binding, i, j, encoded[1 - j]!))));
      key.set(at.subarray(2 * layout.vectorBytes), layout.vectorBytes);
      const { ciphertext, sharedSecret } = kem.encapsulate(key);
      ciphertexts.set(ciphertext, i * layout.ciphertextsBytes + j * kemBytes.ciphertext);
      const derived = keyOf(binding, i, j, sharedSecret);
      keys.set(derived, (2 * i + j) * keyBytes);
      derived.fill(0);
      sharedSecret.fill(0);
    }
  }
  await channel.send('ciphertexts', ciphertexts);
  channel.finish();
  return keys;
}
