import { KernelMemory } from '#kernels';
import { seedTransfers, treeDepth } from '#program/plans';
import { type Binding, type Lane, type Randomness, boundHash } from '../../channel/index.js';
import { type BaseTransfers, TransferReceiver, TransferSender, extensionMemoryBytes, receiveRandom, sendRandom, setUpReceiver, setUpSender } from '../../ot/index.js';
import { codeBits, oprfFlow } from './flow.js';

export interface OprfParty {
  readonly lane: Lane;
  /** Roles are sender, receiver. */
  readonly binding: Binding;
  readonly base: BaseTransfers;
  readonly randomness: Randomness;
}

const k = treeDepth;

/** The transfers' own binding: who receives there sends here. */
const transfersOf = ({ binding, ...party }: OprfParty): OprfParty & { readonly k: number } => ({
  ...party, k, binding: { sessionId: boundHash(oprfFlow.protocol, 'seeds', binding), roles: [binding.roles[1], binding.roles[0]] },
});

/** Step 0 of the receiver: both seeds of every transfer, 16 bytes each. Secret. */
export async function bothSeeds(party: OprfParty): Promise<readonly [Uint8Array, Uint8Array]> {
  const transfers = transfersOf(party);
  const punctured = await setUpSender(transfers);
  const sender = new TransferSender(transfers.lane, transfers.binding, k, 0, punctured);
  const memory = new KernelMemory(extensionMemoryBytes(k, seedTransfers));
  try {
    return await sendRandom(sender, memory, codeBits);
  } finally {
    memory.wipe();
    punctured.delta.fill(0);
    for (const leaves of punctured.leaves) leaves.fill(0);
  }
}

/** Step 0 of the sender: the choices s (64 bytes, zeros behind the w-th bit) and the seed that each gets. Secret. */
export async function chosenSeeds(party: OprfParty): Promise<{ readonly choices: Uint8Array; readonly seeds: Uint8Array }> {
  const transfers = transfersOf(party);
  const leaves = await setUpReceiver(transfers);
  const receiver = new TransferReceiver(transfers.lane, transfers.binding, k, 0, leaves);
  for (const secret of leaves) secret.fill(0);
  const choices = new Uint8Array(seedTransfers / 8);
  choices.set(party.randomness.bytes(codeBits / 8));
  const memory = new KernelMemory(extensionMemoryBytes(k, seedTransfers));
  try {
    return { choices, seeds: await receiveRandom(receiver, memory, choices, codeBits) };
  } finally {
    memory.wipe();
  }
}
