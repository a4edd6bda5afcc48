import { subtractFrom } from '#kernels';
import { type Mesh, type Randomness } from '../channel/index.js';
import { expand, seedBytes } from '../ot/index.js';
import { sharingProtocol } from './protocol.js';

/**
 * Shares every party's private vector at once. `lengths[p]` is the public number of elements of party p's vector, `own` this
 * party's vector. Returns this party's shares of all vectors, by owner.
 *
 * Each owner sends a fresh seed to each other party, whose share is the seed's expansion, and keeps the difference: one round, 16 bytes
 * to each peer, whatever the length.
 */
export async function shareInputs(
  mesh: Mesh,
  own: BigUint64Array,
  lengths: readonly number[],
  randomness: Randomness,
): Promise<BigUint64Array[]> {
  const seeds = lengths.map((_, party) => (party !== mesh.self && own.length > 0 ? randomness.bytes(seedBytes) : undefined));
  let received: readonly (Uint8Array | undefined)[] = [];
  try {
    received = await mesh.exchange(sharingProtocol, 'input', (peer) => seeds[peer], (peer) => (lengths[peer]! > 0 ? seedBytes : undefined));
    return lengths.map((length, owner) => {
      if (length === 0) return new BigUint64Array(0);
      if (owner !== mesh.self) return expand(received[owner]!, length);
      const share = own.slice();
      for (const seed of seeds) {
        if (!seed) continue;
        const mask = expand(seed, length);
        subtractFrom(share, mask);
        mask.fill(0n);
      }
      return share;
    });
  } finally {
    for (const seed of [...seeds, ...received]) seed?.fill(0);
  }
}
