import { type KernelMemory } from '#kernels';
import { type Binding, Channel, type Lane } from '../../channel/index.js';
import { PadHash, blockBytes } from '../hash.js';
import { bitAt, maskOf } from '../select.js';
import { type SendingTransfers } from '../transfers.js';
import { baseTransfers, correctionsBytes, extensionFlow, treesBytes, treesFlow } from './flow.js';
import { type ExtensionParty } from './receiver.js';
import { Rows, rowStride } from './rows.js';
import { type Leaves, punctureTrees } from './trees.js';

/** Δ and the leaves but one of every tree, renumbered. Secret. */
export interface Punctured {
  readonly delta: Uint8Array;
  readonly leaves: readonly Leaves[];
}

/** Steps 0 and 1, for a fresh Δ unless one is given. */
export async function setUpSender({ lane, binding, base, randomness, k }: ExtensionParty, delta = randomness.bytes(blockBytes)): Promise<Punctured> {
  const baseKeys = await base.receive({ lane, binding, randomness }, delta, baseTransfers);
  const channel = new Channel(treesFlow, 'sender', lane);
  const message = await channel.receive('trees', treesBytes);
  channel.finish();
  const leaves = punctureTrees(binding, k, delta, baseKeys, message);
  baseKeys.fill(0);
  return { delta, leaves };
}

export class TransferSender implements SendingTransfers {
  readonly security = 'semi-honest';
  readonly #rows: Rows;
  readonly #delta: Uint8Array;
  #batch = 0;
  /** Corrections that were used, to be received over. */
  #spare: Uint8Array | undefined;

  constructor(readonly lane: Lane, readonly binding: Binding, readonly k: number, readonly stream: number, { delta, leaves }: Punctured) {
    this.#rows = new Rows(leaves, stream, 'first leaf');
    this.#delta = delta;
  }

  async receiveCorrections(columns: number): Promise<Uint8Array> {
    const channel = new Channel(extensionFlow, 'sender', this.lane);
    const bytes = correctionsBytes(this.k, columns);
    const corrections = this.#spare?.length === bytes ? this.#spare : new Uint8Array(bytes);
    this.#spare = undefined;
    await channel.receiveInto('corrections', corrections);
    channel.finish();
    return corrections;
  }

  /** Step 3. */
  extend<T>(memory: KernelMemory, corrections: Uint8Array, columns: number, use: (blocks: number, shifted: number, hash: PadHash) => T): T {
    const hash = new PadHash(extensionFlow.protocol, this.binding, this.stream, this.#batch++);
    const rowBytes = columns / 8;
    const stride = rowStride(columns);
    const correction = memory.take(rowBytes);
    let row = 0;
    const rows = this.#rows.draw(memory, columns, (tree, _u, firstRow, depth) => {
      memory.bytes.set(corrections.subarray(tree * rowBytes, (tree + 1) * rowBytes), correction);
      for (let j = 0; j < depth; j++, row++) {
        memory.kernels.xorMasked(firstRow + j * stride, correction, rowBytes, maskOf(bitAt(this.#delta, row)));
      }
    });
    this.#spare = corrections;
    const blocks = Rows.transpose(memory, rows, columns);
    const shifted = memory.take(columns * blockBytes);
    memory.kernels.xorBlock(shifted, blocks, memory.put(this.#delta), columns);
    return use(blocks, shifted, hash);
  }
}
