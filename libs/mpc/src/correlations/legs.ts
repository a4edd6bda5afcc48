import { type Binding, type Peer, type Randomness, pairLane } from '../channel/index.js';
import { type ExtensionParty, type Kem, TransferReceiver, TransferSender, setUpReceiver, setUpSender } from '../ot/index.js';

/** Batches of one leg that run side by side, so that neither end waits for the link. */
const streamsPerLeg = 2;

/** One direction of transfers between a pair. */
export interface Leg {
  readonly role: 'sender' | 'receiver';
  /** The leg that elementwise triples take. */
  readonly primary: boolean;
  /** Its first lane. */
  readonly lane: number;
}

/** The legs between `self` and `peer`: the primary one, and the other when `both` are needed. */
export function legsOf(self: number, peer: number, both: boolean): Leg[] {
  const low = Math.min(self, peer);
  // The lower index sends on the first leg, the higher on the second; which is primary alternates, to spread the work.
  const primary = (self + peer) % 2 === 1 ? 'low' : 'high';
  return (['low', 'high'] as const)
    .map((sends, i): Leg => ({
      role: (sends === 'low') === (self === low) ? 'sender' : 'receiver',
      primary: sends === primary,
      lane: pairLane + i * streamsPerLeg,
    }))
    .filter((leg) => leg.primary || both);
}

/** Some work on transfers, in either role. */
export interface Batch {
  send(transfers: TransferSender): Promise<void>;
  receive(transfers: TransferReceiver): Promise<void>;
}

export interface LegRun {
  readonly self: number;
  readonly peer: Peer;
  readonly leg: Leg;
  readonly batches: readonly Batch[];
  readonly sessionId: Uint8Array;
  readonly kem: Kem;
  readonly randomness: Randomness;
  readonly k: number;
  readonly onBatch: () => void;
}

/** Sets the transfers of a leg up and runs its batches, number b on stream b mod 2. Without batches there is no set-up either. */
export async function runLeg({ peer, leg, batches, sessionId, kem, randomness, k, onBatch, self }: LegRun): Promise<void> {
  if (batches.length === 0) return;
  const binding: Binding = { sessionId, roles: leg.role === 'sender' ? [self, peer.party] : [peer.party, self] };
  const party: ExtensionParty = { lane: peer.lane(leg.lane), binding, kem, randomness, k };
  const streams = Array.from({ length: Math.min(streamsPerLeg, batches.length) }, (_, stream) => stream);
  const onStream = (stream: number, run: (batch: Batch) => Promise<void>): Promise<void> =>
    inTurn(batches.filter((_, b) => b % streamsPerLeg === stream), async (batch) => {
      await run(batch);
      onBatch();
    });
  if (leg.role === 'sender') {
    const punctured = await setUpSender(party);
    const senders = streams.map((stream) => new TransferSender(peer.lane(leg.lane + stream), binding, k, stream, punctured));
    for (const secret of punctured.leaves) secret.fill(0);
    const runs = senders.map((sender, stream) => onStream(stream, (batch) => batch.send(sender)));
    // INVARIANT: not while one of them runs on after another failed: under Δ = 0 both pads are one, and a payload is x itself.
    void Promise.allSettled(runs).then(() => punctured.delta.fill(0));
    await Promise.all(runs);
  } else {
    const leaves = await setUpReceiver(party);
    const receivers = streams.map((stream) => new TransferReceiver(peer.lane(leg.lane + stream), binding, k, stream, leaves));
    for (const secret of leaves) secret.fill(0);
    await Promise.all(receivers.map((receiver, stream) => onStream(stream, (batch) => batch.receive(receiver))));
  }
}

async function inTurn<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await run(item);
}
