import { type BatchShape } from '#program/plans';
import { type Lane } from '../channel/index.js';
import {
  type ExtensionParty, FerretReceiver, FerretSender, type FerretParty, type ReceivingTransfers, type SendingTransfers,
  TransferReceiver, TransferSender, inIterations, setUpReceiver, setUpSender,
} from '../ot/index.js';

/** One role's end of a leg's transfers, whichever way they are made. */
export interface Supply<Transfers> {
  /** The batches that run before the supply is renewed. */
  sections<B extends BatchShape>(batches: readonly B[]): B[][];
  /** Called before each section. Throws `ProtocolAbort`. */
  renew(): Promise<void>;
  /** The transfers of one batch on one stream; both parties draw in the same order. */
  draw(batch: BatchShape, stream: number): Transfers;
  /** Wipes what is not in the kernels' memory, when nothing runs on it any more. */
  retire(): void;
}

const nothing = (): void => undefined;

export async function softspokenSender(party: ExtensionParty, lanes: readonly Lane[]): Promise<Supply<SendingTransfers>> {
  const punctured = await setUpSender(party);
  const senders = lanes.map((lane, stream) => new TransferSender(lane, party.binding, party.k, stream, punctured));
  for (const secret of punctured.leaves) secret.fill(0);
  return { sections: (batches) => [[...batches]], renew: async () => nothing(), draw: (_, stream) => senders[stream]!, retire: () => void punctured.delta.fill(0) };
}

export async function softspokenReceiver(party: ExtensionParty, lanes: readonly Lane[]): Promise<Supply<ReceivingTransfers>> {
  const leaves = await setUpReceiver(party);
  const receivers = lanes.map((lane, stream) => new TransferReceiver(lane, party.binding, party.k, stream, leaves));
  for (const secret of leaves) secret.fill(0);
  return { sections: (batches) => [[...batches]], renew: async () => nothing(), draw: (_, stream) => receivers[stream]!, retire: nothing };
}

export async function ferretSender(party: FerretParty, lanes: readonly Lane[]): Promise<Supply<SendingTransfers>> {
  const ferret = await FerretSender.setUp(party);
  return { ...ofFerret(ferret, party, lanes), retire: () => void ferret.delta.fill(0) };
}

export async function ferretReceiver(party: FerretParty, lanes: readonly Lane[]): Promise<Supply<ReceivingTransfers>> {
  return { ...ofFerret(await FerretReceiver.setUp(party), party, lanes), retire: nothing };
}

const ofFerret = <T>(ferret: { iterate(): Promise<void>; draw(lane: Lane, columns: number): T }, { parameters }: FerretParty, lanes: readonly Lane[]): Omit<Supply<T>, 'retire'> => ({
  sections: (batches) => inIterations(parameters, batches),
  renew: () => ferret.iterate(),
  draw: ({ transfers }, stream) => ferret.draw(lanes[stream]!, transfers),
});
