import { type KernelMemory } from '#kernels';
import { type Binding, Channel, type Lane, type Randomness } from '../../channel/index.js';
import { type BaseTransfers } from '../base-transfers.js';
import { PadHash, blockBytes } from '../hash.js';
import { type ReceivingTransfers } from '../transfers.js';
import { baseTransfers, correctionsBytes, extensionFlow, treeDepths, treesFlow } from './flow.js';
import { Rows } from './rows.js';
import { type Leaves, growTrees } from './trees.js';

export interface ExtensionParty {
  readonly lane: Lane;
  /** Roles are sender, receiver of the extension. */
  readonly binding: Binding;
  readonly base: BaseTransfers;
  readonly randomness: Randomness;
  /** Depth of the trees, 2 … 8. */
  readonly k: number;
}

/** Steps 0 and 1: the leaves of all trees. Secret. */
export async function setUpReceiver({ lane, binding, base, randomness, k }: ExtensionParty): Promise<Leaves[]> {
  // The roles of the base transfers are the other way round: who extends as sender receives there.
  const baseKeys = await base.send({ lane, binding, randomness }, baseTransfers);
  const roots = randomness.bytes(treeDepths(k).length * blockBytes);
  const { leaves, message } = growTrees(binding, k, roots, baseKeys);
  roots.fill(0);
  baseKeys.fill(0);
  const channel = new Channel(treesFlow, 'receiver', lane);
  await channel.send('trees', message);
  channel.finish();
  return leaves;
}

export class TransferReceiver implements ReceivingTransfers {
  readonly security = 'semi-honest';
  readonly #rows: Rows;
  #batch = 0;
  /** Corrections that were sent, to be written over: fresh memory for every batch would be cleared page by page. */
  #spare: Uint8Array | undefined;

  constructor(readonly lane: Lane, readonly binding: Binding, readonly k: number, readonly stream: number, leaves: readonly Leaves[]) {
    this.#rows = new Rows(leaves, stream, 'no leaf');
  }

  /** Steps 2 and 3. */
  extend<T>(memory: KernelMemory, choices: Uint8Array, use: (blocks: number, hash: PadHash) => T): { corrections: Uint8Array; pads: T } {
    const columns = choices.length * 8;
    const hash = new PadHash(extensionFlow.protocol, this.binding, this.stream, this.#batch++);
    const bytes = correctionsBytes(this.k, columns);
    const corrections = this.#spare?.length === bytes ? this.#spare : new Uint8Array(bytes);
    this.#spare = undefined;
    const choicesAt = memory.put(choices);
    const rows = this.#rows.draw(memory, columns, (tree, u) => {
      memory.kernels.xorInto(u, choicesAt, choices.length);
      corrections.set(memory.bytes.subarray(u, u + choices.length), tree * choices.length);
    });
    return { corrections, pads: use(Rows.transpose(memory, rows, columns), hash) };
  }

  async sendCorrections(corrections: Uint8Array): Promise<void> {
    const channel = new Channel(extensionFlow, 'receiver', this.lane);
    await channel.send('corrections', corrections);
    channel.finish();
    this.#spare = corrections;
  }
}
