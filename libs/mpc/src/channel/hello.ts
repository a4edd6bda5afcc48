import { createHash } from 'node:crypto';
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
  /** How long this party's offer of its stock is, in a session that draws on stock: told, not compared. */
  readonly offerBytes?: number;
}

const protocol = 'session-hello/3';
const helloBytes = 32;

/**
 * The first round: each party tells each other one which session, plan and place it believes to be in.
 *
 *     SHA-256("countersign/mpc/hello/3" ‖ 0x00 ‖ sessionId ‖ planDigest ‖ parties, from, to ‖ correlations ‖ baseTransfers), each behind its length
 *     ‖ offerBytes u32le, in a session that draws on stock
 *
 * Returns how long the offers of all parties are, by index. Throws `CS0701` and blames the peer whose hello differs. The link is authenticated,
 * so a hello needs no secret.
 */
export async function exchangeHellos(mesh: Mesh, agreement: Agreement): Promise<readonly number[]> {
  const { offerBytes } = agreement;
  const tail = offerBytes === undefined ? new Uint8Array(0) : counters(offerBytes);
  const hellos = await mesh.exchange(
    protocol,
    'hello',
    (peer) => Buffer.concat([hello(agreement, mesh.self, peer), tail]),
    () => helloBytes + tail.length,
  );
  for (const peer of mesh.peers) {
    if (!Buffer.from(hello(agreement, peer.party, mesh.self)).equals(hellos[peer.party]!.subarray(0, helloBytes))) {
      throw peer.abort('CS0701', `party ${peer.party} runs another session, plan or place, or makes its correlations otherwise`, 'hello');
    }
  }
  return hellos.map((each) => (each && tail.length > 0 ? new DataView(each.buffer, each.byteOffset).getUint32(helloBytes, true) : (offerBytes ?? 0)));
}

function hello(agreement: Agreement, from: number, to: number): Uint8Array {
  const { sessionId, planDigest, parties, correlations, baseTransfers } = agreement;
  return createHash('sha256')
    .update('countersign/mpc/hello/3\0')
    .update(lengthPrefixed(sessionId, Buffer.from(planDigest, 'hex'), counters(parties, from, to), Buffer.from(correlations), Buffer.from(baseTransfers)))
    .digest();
}
