import { type KernelMemory } from '#kernels';
import { type BatchShape, type Source, primarySender, streamsPerLeg } from '#program/plans';
import { type Binding, type Peer, type Randomness, pairLane } from '../channel/index.js';
import { type BaseTransfers, type ReceivingTransfers, type SendingTransfers } from '../ot/index.js';
import { type Supply, ferretReceiver, ferretSender, softspokenReceiver, softspokenSender } from './supply.js';

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
  // The lower index sends on the first leg, the higher on the second.
  const primary = primarySender(self, peer) === low ? 'low' : 'high';
  return (['low', 'high'] as const)
    .map((sends, i): Leg => ({
      role: (sends === 'low') === (self === low) ? 'sender' : 'receiver',
      primary: sends === primary,
      lane: pairLane + i * streamsPerLeg,
    }))
    .filter((leg) => leg.primary || both);
}

/** Some work on transfers, in either role. */
export interface Batch extends BatchShape {
  send(transfers: SendingTransfers): Promise<void>;
  receive(transfers: ReceivingTransfers): Promise<void>;
}

export interface LegRun {
  readonly self: number;
  readonly peer: Peer;
  readonly leg: Leg;
  readonly batches: readonly Batch[];
  readonly sessionId: Uint8Array;
  readonly base: BaseTransfers;
  readonly randomness: Randomness;
  readonly memory: KernelMemory;
  readonly source: Source;
  readonly k: number;
  readonly onBatch: () => void;
}

/** Sets the transfers of a leg up and runs its batches. Without batches there is no set-up either. */
export async function runLeg(run: LegRun): Promise<void> {
  const { self, peer, leg, batches, source } = run;
  if (batches.length === 0) return;
  const binding: Binding = { sessionId: run.sessionId, roles: leg.role === 'sender' ? [self, peer.party] : [peer.party, self] };
  const lanes = Array.from({ length: Math.min(streamsPerLeg, batches.length) }, (_, stream) => peer.lane(leg.lane + stream));
  const party = { lane: lanes[0]!, binding, base: run.base, randomness: run.randomness, k: run.k, memory: run.memory };
  const ferret = source.kind === 'ferret' ? { ...party, parameters: source.parameters, checked: source.checked } : undefined;
  if (leg.role === 'sender') {
    await runBatches(run, await (ferret ? ferretSender(ferret, lanes) : softspokenSender(party, lanes)), (batch, transfers) => batch.send(transfers));
  } else {
    await runBatches(run, await (ferret ? ferretReceiver(ferret, lanes) : softspokenReceiver(party, lanes)), (batch, transfers) => batch.receive(transfers));
  }
}

/** Batch b of a section runs on stream b modulo their number. */
async function runBatches<T>({ batches, onBatch }: LegRun, supply: Supply<T>, run: (batch: Batch, transfers: T) => Promise<void>): Promise<void> {
  let running: Promise<void>[] = [];
  try {
    for (const section of supply.sections(batches)) {
      await supply.renew();
      const drawn = section.map((batch, b) => ({ batch, stream: b % streamsPerLeg, transfers: supply.draw(batch, b % streamsPerLeg) }));
      running = Array.from({ length: streamsPerLeg }, (_, stream) =>
        inTurn(drawn.filter((each) => each.stream === stream), async ({ batch, transfers }) => {
          await run(batch, transfers);
          onBatch();
        }));
      await Promise.all(running);
    }
  } finally {
    // INVARIANT: not while one of them runs on after another failed: under Δ = 0 both pads are one, and a payload is x itself.
    void Promise.allSettled(running).then(() => supply.retire());
  }
}

async function inTurn<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await run(item);
}
