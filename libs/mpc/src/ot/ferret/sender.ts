import { type KernelMemory } from '#kernels';
import { Channel, type Lane } from '../../channel/index.js';
import { type PadHash, blockBytes } from '../hash.js';
import { setUpSender } from '../softspoken/index.js';
import { type SendingTransfers } from '../transfers.js';
import { sendFirst } from './base.js';
import { digestOf, weightedSums } from './check.js';
import { commitmentTo, matrixSeedOf } from './coins.js';
import { type Drawn, Extension, type FerretParty, takeBase } from './extension.js';
import { challengeBytes, checkFlow, choicesFlow, coinsBytes, coinsFlow, sumsFlow, treeMessages } from './flow.js';
import { checkTransfers } from '#program/plans';

/** The sender of silent transfers. Secret. */
export class FerretSender {
  private constructor(readonly extension: Extension, readonly delta: Uint8Array) {}

  /** Step 0. Throws `ProtocolAbort`. */
  static async setUp(party: FerretParty): Promise<FerretSender> {
    const { lane, binding, randomness, memory, parameters } = party;
    const delta = randomness.bytes(blockBytes);
    delta[0]! |= 1;
    const opening = randomness.bytes(coinsBytes);
    const channel = new Channel(coinsFlow, 'sender', lane);
    await channel.send('commitment', commitmentTo(binding, opening));
    const punctured = await setUpSender(party, delta);
    const coins = await channel.receive('coins', coinsBytes);
    const base = takeBase(memory, parameters);
    await sendFirst(party, punctured, base);
    for (const secret of punctured.leaves) secret.fill(0);
    await channel.send('opening', opening);
    channel.finish();
    return new FerretSender(new Extension(party, base, matrixSeedOf(binding, opening, coins)), delta);
  }

  /** Steps 1 to 3: an iteration's transfers, in place of what is left of the last one's. Throws `ProtocolAbort`. */
  async iterate(): Promise<void> {
    const { lane, randomness, parameters, checked } = this.extension.party;
    const forest = this.extension.begin();
    const roots = randomness.bytes(blockBytes * parameters.trees);
    try {
      for (const range of treeMessages(parameters)) {
        const channel = new Channel(sumsFlow, 'sender', lane);
        await channel.send('sums', forest.grow(range, roots, this.delta));
        channel.finish();
      }
    } finally {
      roots.fill(0);
    }
    if (checked) await this.#prove();
  }

  /** Step 3. */
  async #prove(): Promise<void> {
    const { party: { lane, binding, memory }, sizes, leaves, checkBase, iteration } = this.extension;
    const channel = new Channel(checkFlow, 'sender', lane);
    const challenge = await channel.receive('challenge', challengeBytes);
    const digest = memory.within(() => {
      const sums = weightedSums(memory, leaves, sizes.outputs, challenge.subarray(0, blockBytes));
      memory.kernels.xorInto(sums, checkBase, checkTransfers * blockBytes);
      memory.kernels.xorWhere(sums, memory.put(challenge.subarray(blockBytes)), memory.put(this.delta), checkTransfers);
      return digestOf(memory, binding, iteration, sums);
    });
    await channel.send('digest', digest);
    channel.finish();
  }

  /** The next `columns` transfers of this iteration, for one batch on `lane`. */
  draw(lane: Lane, columns: number): SendingTransfers {
    return new DrawnSender(lane, this, this.extension.draw(columns));
  }
}

class DrawnSender implements SendingTransfers {
  readonly security = 'semi-honest';

  constructor(readonly lane: Lane, readonly ferret: FerretSender, readonly drawn: Drawn) {}

  async receiveCorrections(columns: number): Promise<Uint8Array> {
    const channel = new Channel(choicesFlow, 'sender', this.lane);
    const choices = await channel.receive('choices', columns / 8);
    channel.finish();
    return choices;
  }

  /** Steps 4 and 5. */
  extend<T>(memory: KernelMemory, choices: Uint8Array, columns: number, use: (blocks: number, shifted: number, hash: PadHash) => T): T {
    const { blocks, hash } = this.ferret.extension.open(this.drawn, columns);
    const delta = memory.put(this.ferret.delta);
    memory.kernels.xorWhere(blocks, memory.put(choices), delta, columns);
    const shifted = memory.take(columns * blockBytes);
    memory.kernels.xorBlock(shifted, blocks, delta, columns);
    return use(blocks, shifted, hash);
  }
}
