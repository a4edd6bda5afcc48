import { KernelMemory } from '#kernels';
import { seedBytes, seedTransfers, treeDepth } from '#program/plans';
import { type Binding, type Lane, type Randomness, boundHash } from '../../channel/index.js';
import { type BaseTransfers, TransferReceiver, TransferSender, extensionMemoryBytes, setUpReceiver, setUpSender } from '../../ot/index.js';
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
  const corrections = await sender.receiveCorrections(seedTransfers);
  const memory = new KernelMemory(extensionMemoryBytes(k, seedTransfers));
  try {
    return memory.within(() => sender.extend(memory, corrections, seedTransfers, (blocks, shifted, hash) => {
      const [zero, one] = [blocks, shifted].map((at) => {
        hash.inPlace(memory, at, seedTransfers);
        return memory.bytes.slice(at, at + seedBytes * codeBits);
      }) as [Uint8Array, Uint8Array];
      return [zero, one] as const;
    }));
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
  const choices = party.randomness.bytes(seedTransfers / 8);
  const memory = new KernelMemory(extensionMemoryBytes(k, seedTransfers));
  try {
    const { corrections, pads: seeds } = memory.within(() => receiver.extend(memory, choices, (blocks, hash) => {
      hash.inPlace(memory, blocks, seedTransfers);
      return memory.bytes.slice(blocks, blocks + seedBytes * codeBits);
    }));
    await receiver.sendCorrections(corrections);
    choices.fill(0, codeBits / 8);
    return { choices, seeds };
  } finally {
    memory.wipe();
  }
}
