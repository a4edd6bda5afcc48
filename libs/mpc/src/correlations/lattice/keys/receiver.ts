import { latticeKeyBytes } from '#program/plans';
import { Mask, readPublicKey } from '../../../ahe/index.js';
import { Channel } from '../../../channel/index.js';
import { seedBytes } from '../../../ot/index.js';
import { type LatticeParty, type LatticePublicKeys } from '../lattice.js';
import { keysFlow } from './flow.js';

/** The evaluator's keys. Throws `ProtocolAbort`. */
export async function receiveLatticeKeys({ lane, lattice }: LatticeParty): Promise<LatticePublicKeys> {
  const channel = new Channel(keysFlow, 'evaluator', lane);
  const message = await channel.receive('key', latticeKeyBytes(lattice.kind));
  channel.finish();
  const seed = message.subarray(0, seedBytes);
  let at = seedBytes;
  return lattice.schemes.map((scheme, i) => {
    const key = readPublicKey(scheme, message.subarray(at, at + scheme.ciphertextBytes), new Mask(scheme, seed, i));
    if (!key) throw lane.peer.abort('CS0703', 'a key with a coefficient that is not reduced', 'key');
    at += scheme.ciphertextBytes;
    return key;
  });
}
