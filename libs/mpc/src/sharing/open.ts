import { addInto } from '#kernels';
import { type Mesh } from '../channel/index.js';
import { bytesOf } from '../correlations/index.js';
import { sharingProtocol } from './protocol.js';


/**
 * Opens a shared vector to the parties in `to` and to nobody else: every other party sends its share to each of them. One round,
 * 8 bytes per element. Returns the values to a party in `to`, undefined to the others.
 */
export async function openTo(mesh: Mesh, share: BigUint64Array, to: readonly number[]): Promise<BigUint64Array | undefined> {
  const bytes = bytesOf(share);
  const receives = to.includes(mesh.self);
  const received = await mesh.exchange(
    sharingProtocol,
    'output',
    (peer) => (to.includes(peer) ? bytes : undefined),
    () => (receives ? bytes.length : undefined),
  );
  return receives ? addAll(share, received) : undefined;
}

/** Opens masked values to everybody. One round. */
export async function openMasked(mesh: Mesh, share: BigUint64Array): Promise<BigUint64Array> {
  const bytes = bytesOf(share);
  return addAll(share, await mesh.exchange(sharingProtocol, 'masked', () => bytes, () => bytes.length));
}

function addAll(share: BigUint64Array, received: readonly (Uint8Array | undefined)[]): BigUint64Array {
  const total = share.slice();
  for (const body of received) if (body) addInto(total, new BigUint64Array(body.buffer));
  return total;
}
