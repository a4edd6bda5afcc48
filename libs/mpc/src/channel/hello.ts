import { createHash } from 'node:crypto';
import { type Mesh } from './mesh.js';

/** What every pair of parties must agree on before anything else crosses a link. */
export interface Agreement {
  /** 32 bytes that bind job, attempt and plan; never used twice. */
  readonly sessionId: Uint8Array;
  /** Hex SHA-256 of the plan. */
  readonly planDigest: string;
  readonly parties: number;
}

const protocol = 'session-hello/1';
const helloBytes = 32;

/**
 * The first round: each party tells each other one which session, plan and place it believes to be in.
 *
 *     SHA-256("countersign/mpc/hello/1" ‖ 0x00 ‖ sessionId ‖ planDigest ‖ parties u32 ‖ from u32 ‖ to u32)
 *
 * Throws `CS0701` and blames the peer whose hello differs. The link is authenticated, so a hello needs no secret.
 */
export async function exchangeHellos(mesh: Mesh, agreement: Agreement): Promise<void> {
  const hellos = await mesh.exchange(
    protocol,
    'hello',
    (peer) => hello(agreement, mesh.self, peer),
    () => helloBytes,
  );
  for (const peer of mesh.peers) {
    if (!Buffer.from(hello(agreement, peer.party, mesh.self)).equals(hellos[peer.party]!)) {
      throw peer.abort('CS0701', `party ${peer.party} runs another session, plan or place`, 'hello');
    }
  }
}

function hello(agreement: Agreement, from: number, to: number): Uint8Array {
  const numbers = new Uint8Array(12);
  new Uint32Array(numbers.buffer).set([agreement.parties, from, to]);
  return createHash('sha256')
    .update('countersign/mpc/hello/1\0')
    .update(agreement.sessionId)
    .update(Buffer.from(agreement.planDigest, 'hex'))
    .update(numbers)
    .digest();
}
