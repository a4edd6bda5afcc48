import { createHash } from 'node:crypto';
import { helloBytes } from '#program/plans';
import { counters, lengthPrefixed } from './binding.js';
import { type Mesh } from './mesh.js';

/** What every pair of parties must agree on before anything else crosses a link. */
export interface Agreement {
  /** 32 bytes that bind job, attempt and plan; never used twice. */
  readonly sessionId: Uint8Array;
  /** Hex SHA-256 of the plan. */
  readonly planDigest: string;
  readonly parties: number;
  /** Name of the source of correlations. */
  readonly correlations: string;
  /** Name of the base transfers beneath it. */
  readonly baseTransfers: string;
  /** In a session that draws on stock: the length of this party's offer, one of `sizes`; a peer's may be another. */
  readonly offer?: { readonly bytes: number; readonly sizes: readonly number[] };
}

const protocol = 'session-hello/5';

/**
 * The first round: each party tells each other one which session, plan and place it believes to be in.
 *
 *     SHA-256("countersign/mpc/hello/3" ‖ 0x00 ‖ sessionId ‖ planDigest ‖ parties, from, to ‖ correlations ‖ baseTransfers), each behind its length
 *
 * In a session that draws on stock, the length of the sender's offer comes last: there are a few, and the receiver tries them. Returns the lengths
 * of all offers by index. Throws `CS0701` and blames the peer whose hello differs. The link is authenticated, so a hello needs no secret.
 */
export async function exchangeHellos(mesh: Mesh, agreement: Agreement): Promise<readonly number[]> {
  const { bytes = 0, sizes = [0] } = agreement.offer ?? {};
  const hellos = await mesh.exchange(
    protocol,
    'hello',
    (peer) => hello(agreement, [mesh.self, peer], bytes),
    () => helloBytes,
  );
  const lengths = hellos.map(() => bytes);
  for (const peer of mesh.peers) {
    const length = sizes.find((size) => Buffer.from(hello(agreement, [peer.party, mesh.self], size)).equals(hellos[peer.party]!));
    if (length === undefined) throw peer.abort('CS0701', `party ${peer.party} runs another session, plan or place, or makes its correlations otherwise`, 'hello');
    lengths[peer.party] = length;
  }
  return lengths;
}

function hello({ sessionId, planDigest, parties, correlations, baseTransfers, offer }: Agreement, [from, to]: readonly [number, number], offerBytes: number): Uint8Array {
  const length = offer ? [counters(offerBytes)] : [];
  return createHash('sha256')
    .update('countersign/mpc/hello/3\0')
    .update(lengthPrefixed(sessionId, Buffer.from(planDigest, 'hex'), counters(parties, from, to), Buffer.from(correlations), Buffer.from(baseTransfers), ...length))
    .digest();
}
