import { latticeKeyBytes } from '#program/plans';
import { Coins, Mask, makeSecretKey, publicKeyOf } from '../../../ahe/index.js';
import { Channel } from '../../../channel/index.js';
import { seedBytes } from '../../../ot/index.js';
import { type LatticeParty, type LatticeSecretKeys } from '../lattice.js';
import { keysFlow } from './flow.js';

/** The owner's fresh keys, which it wipes when it is done. Secret. Throws `ProtocolAbort`. */
export async function sendLatticeKeys({ lane, lattice, randomness }: LatticeParty): Promise<LatticeSecretKeys> {
  const channel = new Channel(keysFlow, 'owner', lane);
  const message = new Uint8Array(latticeKeyBytes(lattice.kind));
  const seed = randomness.bytes(seedBytes);
  message.set(seed);
  const coins = new Coins(randomness);
  let at = seedBytes;
  const keys = lattice.schemes.map((scheme, i) => {
    const key = makeSecretKey(scheme, randomness);
    const ciphertext = publicKeyOf(scheme, key, coins, new Mask(scheme, seed, i));
    message.set(ciphertext, at);
    at += ciphertext.length;
    return key;
  });
  // Step 1.
  await channel.send('key', message);
  channel.finish();
  return keys;
}
