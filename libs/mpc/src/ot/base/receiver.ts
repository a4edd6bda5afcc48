import { type Binding, Channel, type Lane, type Randomness } from '../../channel/index.js';
import { type Kem, type KemKeyPair, kemBytes } from '../kem.js';
import { bitAt, select } from '../select.js';
import { baseOtFlow, keyBytes, layout } from './flow.js';
import { decode, encode, keyOf, mask, subtract, uniform } from './vector.js';

export interface BaseReceiver {
  readonly lane: Lane;
  /** Roles are receiver, sender. */
  readonly binding: Binding;
  readonly kem: Kem;
  readonly randomness: Randomness;
}

/**
 * The keys k_c of `count` transfers, 16 bytes each, for the packed choice bits. Secret. Throws `ProtocolAbort`.
 */
export async function receiveBaseTransfers({ lane, binding, kem, randomness }: BaseReceiver, choices: Uint8Array, count: number): Promise<Uint8Array> {
  const channel = new Channel(baseOtFlow, 'receiver', lane);
  const pairs: KemKeyPair[] = [];
  const message = new Uint8Array(count * layout.keysBytes);
  for (let i = 0; i < count; i++) {
    // Step 1.
    const pair = kem.generate();
    pairs.push(pair);
    const choice = bitAt(choices, i);
    const other = encode(uniform(randomness.bytes(32)));
    const t = decode(pair.publicKey.subarray(0, layout.vectorBytes));
    if (!t) throw new Error('ML-KEM made a key with coefficients that are not reduced');
    const masked = encode(subtract(t, mask(binding, i, choice, other)));
    t.fill(0);
    const at = message.subarray(i * layout.keysBytes, (i + 1) * layout.keysBytes);
    select(at.subarray(0, layout.vectorBytes), choice, masked, other);
    select(at.subarray(layout.vectorBytes, 2 * layout.vectorBytes), choice, other, masked);
    at.set(pair.publicKey.subarray(layout.vectorBytes), 2 * layout.vectorBytes);
  }
  await channel.send('keys', message);

  const ciphertexts = await channel.receive('ciphertexts', count * layout.ciphertextsBytes);
  channel.finish();
  const keys = new Uint8Array(count * keyBytes);
  const chosen = new Uint8Array(kemBytes.ciphertext);
  for (let i = 0; i < count; i++) {
    // Step 3.
    const choice = bitAt(choices, i);
    const at = i * layout.ciphertextsBytes;
    select(chosen, choice, ciphertexts.subarray(at, at + kemBytes.ciphertext), ciphertexts.subarray(at + kemBytes.ciphertext, at + 2 * kemBytes.ciphertext));
    const sharedSecret = pairs[i]!.decapsulate(chosen);
    const key = keyOf(binding, i, choice, sharedSecret);
    keys.set(key, i * keyBytes);
    key.fill(0);
    sharedSecret.fill(0);
  }
  return keys;
}
