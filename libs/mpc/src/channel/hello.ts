/**
 * Hellos: agreement on the session
 *
 * Afterwards each party knows that every other one runs the same session and plan, from the place that it has at this party, makes its correlations as this party does, and, in a session
 * that draws on stock, how long its offer is.
 *
 * Paper       none: an exchange of digests over authenticated links.
 * Realises    agreement with abort on public values that each party has already.
 * Security    semi-honest: parties say what they run, and a hello that differs ends the session with CS0701 before anything else has crossed a link. Nothing in it is secret.
 * Assumptions authenticated links; SHA-256 collision-resistant.
 * Cost        1 round, 32 bytes each way per pair; a hash for each length that an offer may have.
 * Notation    sid       32 bytes   of the session: it binds job, attempt and plan
 *             digest    32 bytes   of the plan
 *             n, i, j   numbers    parties, sender and receiver
 *             source    name       of the source of correlations; base that of the base transfers beneath it
 *             offer_i   number     length of i's offer, in sessions with stock alone
 * Deviations  none.
 *
 *     i → j:   hello = SHA-256("countersign/mpc/hello/5" ‖ 0x00 ‖ sid ‖ digest ‖ n, i, j ‖ source ‖ base ‖ offer_i), each part behind its length
 *     j:       is it that of one of the lengths that offers have?        or abort
 */
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
 * The first round: each party tells each other one which session, plan and place it believes to be in. Returns the lengths of all offers by index, of which
 * there are a few, so that the receiver tries them. Throws `CS0701` and blames the peer whose hello differs. The link is authenticated, so a hello needs no secret.
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
    .update('countersign/mpc/hello/5\0')
    .update(lengthPrefixed(sessionId, Buffer.from(planDigest, 'hex'), counters(parties, from, to), Buffer.from(correlations), Buffer.from(baseTransfers), ...length))
    .digest();
}
