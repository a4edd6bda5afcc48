import { andInto, xorInto } from '#kernels';
import { type Mesh } from '../channel/index.js';
import { type TriplePool, bytesOf, wipeTriples } from '../correlations/index.js';
import { booleanProtocol } from './protocol.js';

/** What a Boolean protocol runs on. */
export interface Gates {
  readonly mesh: Mesh;
  readonly triples: TriplePool;
}

export const xor = (left: BigUint64Array, right: BigUint64Array): BigUint64Array => {
  const result = left.slice();
  xorInto(result, right);
  return result;
};

/** The shares of left_i ∧ right_i for all pairs of vectors, in one round. Throws `ProtocolAbort`. */
export async function andAll({ mesh, triples }: Gates, pairs: readonly (readonly [BigUint64Array, BigUint64Array])[]): Promise<BigUint64Array[]> {
  const words = pairs.reduce((sum, [left]) => sum + left.length, 0);
  const { a, b, c } = triples.take(words);
  const masked = new BigUint64Array(2 * words);
  const d = masked.subarray(0, words);
  const e = masked.subarray(words);
  let offset = 0;
  for (const [left, right] of pairs) {
    d.set(left, offset);
    e.set(right, offset);
    offset += left.length;
  }
  xorInto(d, a);
  xorInto(e, b);
  const bytes = bytesOf(masked).slice();
  for (const body of await mesh.exchange(booleanProtocol, 'masked', () => bytes, () => bytes.length)) {
    if (body) xorInto(masked, new BigUint64Array(body.buffer));
  }
  const z = c.slice();
  andInto(z, d, b);
  andInto(z, a, e);
  if (mesh.self === 0) andInto(z, d, e);
  wipeTriples({ a, b, c });
  offset = 0;
  return pairs.map(([left]) => z.slice(offset, (offset += left.length)));
}
