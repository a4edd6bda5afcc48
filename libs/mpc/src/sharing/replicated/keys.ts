import { type Mesh, type Randomness, boundHash } from '../../channel/index.js';
import { type Stream, openStream, seedBytes } from '../../ot/index.js';
import { nextOf, previousOf, replicatedProtocol } from './protocol.js';

/** What a party draws without asking anybody. Holders of a stream draw the same bytes in the same order. */
export interface Keys {
  /** F(k_i), with the previous party. */
  readonly own: Stream;
  /** F(k_(i+1)), with the next party. */
  readonly next: Stream;
  /** F(K), with both. */
  readonly common: Stream;
}

/** Set-up: one round. Wipes the seeds. Throws `ProtocolAbort`. */
export async function agreeKeys(mesh: Mesh, sessionId: Uint8Array, randomness: Randomness): Promise<Keys> {
  const { self } = mesh;
  const [next, previous] = [nextOf(self), previousOf(self)];
  const seed = randomness.bytes(seedBytes);
  const part = randomness.bytes(seedBytes);
  const both = new Uint8Array(2 * seedBytes);
  both.set(seed);
  both.set(part, seedBytes);
  let received: readonly (Uint8Array | undefined)[] = [];
  try {
    received = await mesh.exchange(
      replicatedProtocol, 'set-up', (peer) => (peer === previous ? both : part), (peer) => (peer === next ? both.length : part.length));
    const parts = [part, part, part];
    parts[next] = received[next]!.subarray(seedBytes);
    parts[previous] = received[previous]!;
    const stream = (step: string, roles: readonly [number, number], ...seeds: readonly Uint8Array[]): Stream => {
      const key = boundHash(replicatedProtocol, step, { sessionId, roles }, ...seeds);
      try {
        return openStream(key.subarray(0, seedBytes), 0);
      } finally {
        key.fill(0);
      }
    };
    return {
      own: stream('pair', [self, previous], seed),
      next: stream('pair', [next, self], received[next]!.subarray(0, seedBytes)),
      common: stream('common', [0, 2], ...parts),
    };
  } finally {
    for (const each of [seed, part, both, ...received]) each?.fill(0);
  }
}
