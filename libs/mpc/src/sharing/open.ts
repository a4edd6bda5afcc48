import { type Mesh } from '../channel/index.js';
import { sum } from './input.js';

const protocol = 'additive-open/1';

/**
 * Opens a shared vector to the parties in `to` and to nobody else: every other party sends its share to each of them. One round,
 * 8 bytes per element. Returns the values to a party in `to`, undefined to the others.
 */
export async function openTo(mesh: Mesh, share: BigUint64Array, to: readonly number[]): Promise<BigUint64Array | undefined> {
  const bytes = new Uint8Array(share.buffer, share.byteOffset, share.byteLength);
  const receives = to.includes(mesh.self);
  const received = await mesh.exchange(
    protocol,
    'share',
    (peer) => (to.includes(peer) ? bytes : undefined),
    () => (receives ? bytes.length : undefined),
  );
  if (!receives) return undefined;
  return sum([share, ...received.flatMap((body) => (body ? [new BigUint64Array(body.buffer)] : []))]);
}
