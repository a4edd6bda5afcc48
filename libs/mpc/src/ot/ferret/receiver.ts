import { type KernelMemory } from '#kernels';
import { Channel, type Lane } from '../../channel/index.js';
import { seedBytes } from '../expand.js';
import { type PadHash, blockBytes } from '../hash.js';
import { setUpReceiver } from '../softspoken/index.js';
import { type ReceivingTransfers } from '../transfers.js';
import { receiveFirst } from './base.js';
import { digestOf, weightedSums } from './check.js';
import { commitmentTo, matrixSeedOf } from './coins.js';
import { type Drawn, Extension, type FerretParty, takeBase } from './extension.js';
import { challengeBytes, checkDigestBytes, checkFlow, choicesFlow, coinsBytes, coinsFlow, commitmentBytes, sumsBytes, sumsFlow, treeMessages } from './flow.js';
import { checkTransfers } from '#program/plans';

/** The receiver of silent transfers. Secret. */
export class FerretReceiver {
  private constructor(readonly extension: Extension) {}

  /** Step 0. Throws `ProtocolAbort`, with `CS0703` for an opening that was not committed to. */
  static async setUp(party: FerretParty): Promise<FerretReceiver> {
    const { lane, binding, randomness, memory, parameters } = party;
    const channel = new Channel(coinsFlow, 'receiver', lane);
    const commitment = await channel.receive('commitment', commitmentBytes);
    const leaves = await setUpReceiver(party);
    const coins = randomness.bytes(coinsBytes);
    await channel.send('coins', coins);
    const base = takeBase(memory, parameters);
    await receiveFirst(party, leaves, base);
    for (const secret of leaves) secret.fill(0);
    const opening = await channel.receive('opening', coinsBytes);
    channel.finish();
    if (Buffer.compare(commitmentTo(binding, opening), commitment) !== 0) throw lane.peer.abort('CS0703', 'an opening of another commitment', 'opening');
    return new FerretReceiver(new Extension(party, base, matrixSeedOf(binding, opening, coins)));
  }

  /** Steps 1 to 3: an iteration's transfers, in place of what is left of the last one's. Throws `ProtocolAbort`. */
  async iterate(): Promise<void> {
    const { lane, parameters, checked } = this.extension.party;
    const forest = this.extension.begin();
    for (const range of treeMessages(parameters)) {
      const channel = new Channel(sumsFlow, 'receiver', lane);
      forest.puncture(range, await channel.receive('sums', sumsBytes(parameters, range)));
      channel.finish();
    }
    if (checked) await this.#verify();
  }

  /** Step 3. Throws `CS0703` when the sender's sums were not those of its trees. */
  async #verify(): Promise<void> {
    const { party: { lane, binding, memory, randomness }, sizes, leaves, checkBase, iteration } = this.extension;
    const channel = new Channel(checkFlow, 'receiver', lane);
    const challenge = new Uint8Array(challengeBytes);
    challenge.set(randomness.bytes(seedBytes));
    const expected = memory.within(() => {
      const sums = weightedSums(memory, leaves, sizes.outputs, challenge.subarray(0, seedBytes));
      memory.kernels.xorInto(sums, checkBase, checkTransfers * blockBytes);
      const masked = memory.take(checkTransfers / 8);
      memory.kernels.lowBits(masked, sums, checkTransfers);
      challenge.set(memory.bytes.subarray(masked, masked + checkTransfers / 8), seedBytes);
      return digestOf(memory, binding, iteration, sums);
    });
    await channel.send('challenge', challenge);
    const digest = await channel.receive('digest', checkDigestBytes);
    channel.finish();
    if (Buffer.compare(digest, expected) !== 0) throw lane.peer.abort('CS0703', 'sums that are not those of any trees', 'digest');
  }

  /** The next `columns` transfers of this iteration, for one batch on `lane`. */
  draw(lane: Lane, columns: number): ReceivingTransfers {
    return new DrawnReceiver(lane, this, this.extension.draw(columns));
  }
}

class DrawnReceiver implements ReceivingTransfers {
  readonly security = 'semi-honest';

  constructor(readonly lane: Lane, readonly ferret: FerretReceiver, readonly drawn: Drawn) {}

  /** Steps 4 and 5: the corrections are the choices under the random ones. */
  extend<T>(memory: KernelMemory, choices: Uint8Array, use: (blocks: number, hash: PadHash) => T): { corrections: Uint8Array; pads: T } {
    const columns = 8 * choices.length;
    const { blocks, hash } = this.ferret.extension.open(this.drawn, columns);
    const masked = memory.take(choices.length);
    memory.kernels.lowBits(masked, blocks, columns);
    memory.kernels.xorInto(masked, memory.put(choices), choices.length);
    const corrections = memory.bytes.slice(masked, masked + choices.length);
    return { corrections, pads: use(blocks, hash) };
  }

  async sendCorrections(corrections: Uint8Array): Promise<void> {
    const channel = new Channel(choicesFlow, 'receiver', this.lane);
    await channel.send('choices', corrections);
    channel.finish();
  }
}
