import { type Binding, boundHash } from './binding.js';
import { type Mesh } from './mesh.js';
import { ProtocolAbort } from './abort.js';

const protocol = 'transcript-confirmation/1';
const digestBytes = 32;

/**
 * One round in which all parties tell each other what they saw on each of their links. Returns the session's transcript,
 * 32 bytes, the same at every party: a hash over the transcripts of all links. Throws `CS0708` when two ends of a link differ, so that
 * nothing is opened after a message was altered. Call it when no protocol is under way.
 */
export async function confirmTranscripts(mesh: Mesh, sessionId: Uint8Array): Promise<Uint8Array> {
  const seen = new Map(mesh.peers.map((peer) => [peer.party, peer.transcript(mesh.self < peer.party ? 'self' : 'peer')]));
  const claims = await mesh.exchange(protocol, 'seen', () => Buffer.concat([...seen.values()]), () => digestBytes * mesh.peers.length);
  claims[mesh.self] = Buffer.concat([...seen.values()]);
  // INVARIANT: a peer's frames arrive in order and are read on demand, so what waits now came before its claim and belongs to no step.
  for (const peer of mesh.peers) if (peer.waitingFrames > 0) throw peer.abort('CS0704', 'a message that no step expects', 'seen');

  const claim = (of: number, link: number): Uint8Array => {
    const place = link < of ? link : link - 1;
    return claims[of]!.subarray(digestBytes * place, digestBytes * (place + 1));
  };
  const links: Uint8Array[] = [];
  for (let low = 0; low < mesh.parties; low++) {
    for (let high = low + 1; high < mesh.parties; high++) {
      if (Buffer.compare(claim(low, high), claim(high, low)) !== 0) {
        throw new ProtocolAbort('CS0708', `parties ${low} and ${high} saw different messages`, { step: 'seen' });
      }
      links.push(claim(low, high));
    }
  }
  const everyone: Binding = { sessionId, roles: [0, mesh.parties - 1] };
  return boundHash(protocol, 'session', everyone, ...links);
}
