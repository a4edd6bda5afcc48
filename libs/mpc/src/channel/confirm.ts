/**
 * Confirmation of transcripts
 *
 * Afterwards all parties that are left hold the same 32 bytes, a hash over what crossed each of their links; none of them goes on when two ends of a link saw different messages.
 *
 * Paper       none: what is compared are running hashes of each direction of a link, as in TLS's Finished messages (RFC 8446, §4.4), here between all parties, so that a message
 *             between two others that was altered is noticed too.
 * Realises    agreement with abort on what was sent, before outputs are opened or correlations stored.
 * Security    an altered, dropped or added frame on any link ends the session (CS0708, CS0704) unless SHA-256 collides. Parties that lie together about the link between them agree on
 *             whatever they like: it is theirs.
 * Assumptions SHA-256 collision-resistant; authenticated links.
 * Cost        1 round, 32·(n − 1) bytes from each party to each other.
 * Notation    T_ij     32 bytes   transcript of the link between i and j, i < j: what i says of it and what j says are the same
 * Deviations  none.
 *
 *     all → all:   seen = T_ij for all j ≠ i, in order of j
 *                  all ends of links alike, and no frame waits that no step expects                 or abort
 *                  transcript = SHA-256(label ‖ sessionId ‖ T_01 ‖ T_02 ‖ … )
 */
import { transcriptBytes } from '#program/plans';
import { type Binding, boundHash } from './binding.js';
import { type Mesh } from './mesh.js';
import { ProtocolAbort } from './abort.js';

const protocol = 'transcript-confirmation/1';

/**
 * The same `byteLength` bytes from each party to all others, which come back by party index; undefined where the party itself stands, and for
 * one that is lost where a session goes on without it. `message` is asked for before anything is sent, and again if it is to be sent anew.
 */
export type Announce = (protocol: string, step: string, message: () => Uint8Array, byteLength: number) => Promise<(Uint8Array | undefined)[]>;

/**
 * One round in which all parties tell each other what they saw on each of their links. Returns the session's transcript,
 * 32 bytes, the same at every party: a hash over the transcripts of all links, but for those of parties that are lost. Throws `CS0708`
 * when two ends of a link differ, so that nothing is opened after a message was altered. Call it when no protocol is under way.
 */
export async function confirmTranscripts(mesh: Mesh, sessionId: Uint8Array, announce: Announce = announceTo(mesh)): Promise<Uint8Array> {
  const transcripts = (): Uint8Array => Buffer.concat(mesh.peers.map((peer) => peer.transcript(mesh.self < peer.party ? 'self' : 'peer')));
  let seen: Uint8Array = new Uint8Array();
  const claims = await announce(protocol, 'seen', () => (seen = transcripts()), transcriptBytes * mesh.peers.length);
  claims[mesh.self] = seen;
  // INVARIANT: a peer's frames arrive in order and are read on demand, so what waits now came before its claim and belongs to no step.
  for (const peer of mesh.peers) if (claims[peer.party] && peer.waitingFrames > 0) throw peer.abort('CS0704', 'a message that no step expects', 'seen');

  const claim = (of: number, link: number): Uint8Array => {
    const place = link < of ? link : link - 1;
    return claims[of]!.subarray(transcriptBytes * place, transcriptBytes * (place + 1));
  };
  const links: Uint8Array[] = [];
  for (let low = 0; low < mesh.parties; low++) {
    for (let high = low + 1; high < mesh.parties; high++) {
      if (!claims[low] || !claims[high]) continue;
      if (Buffer.compare(claim(low, high), claim(high, low)) !== 0) {
        throw new ProtocolAbort('CS0708', `parties ${low} and ${high} saw different messages`, { step: 'seen' });
      }
      links.push(claim(low, high));
    }
  }
  const everyone: Binding = { sessionId, roles: [0, mesh.parties - 1] };
  return boundHash(protocol, 'session', everyone, ...links);
}

const announceTo = (mesh: Mesh): Announce => (protocol, step, message, byteLength) => {
  const body = message();
  return mesh.exchange(protocol, step, () => body, () => byteLength);
};
