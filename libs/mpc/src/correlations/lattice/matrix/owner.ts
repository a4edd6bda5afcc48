import { type MatrixPlan, matrixAnswerBytes, matrixQueryBytes, neededOf, ranges } from '#program/plans';
import { Coins, Mask, decrypt, encrypt } from '../../../ahe/index.js';
import { Channel } from '../../../channel/index.js';
import { seedBytes } from '../../../ot/index.js';
import { type LatticeParty } from '../lattice.js';
import { type Block, type Words, gather, scatter } from './blocks.js';
import { answerFlow, queryFlow } from './flow.js';

/** Writes the owner's share of A·B, for its matrix B. Throws `ProtocolAbort`. */
export async function runOwner(party: LatticeParty, { shape, window }: MatrixPlan, b: Words, share: Words): Promise<void> {
  const { lane, own } = party;
  if (!own) throw new RangeError('who encrypts a matrix has a key of its own');
  const coins = new Coins(party.randomness);
  for (const columns of ranges(shape.columns, window.columns)) {
    for (const rows of ranges(shape.inner, window.inner)) {
      const channel = new Channel(queryFlow, 'owner', lane);
      await channel.send('query', query(party, coins, window.inner, b, { rows, columns }));
      channel.finish();
    }
    for (const rows of ranges(shape.rows, window.rows)) {
      const channel = new Channel(answerFlow, 'owner', lane);
      const answer = await channel.receive('answer', matrixAnswerBytes(window, rows[1] - rows[0], columns[1] - columns[0]));
      channel.finish();
      read(party, window, answer, share, { rows, columns });
    }
  }
}

/** Step 1: B̂ of a window. */
function query({ lattice: { memory, schemes }, own, randomness }: LatticeParty, coins: Coins, width: number, b: Words, block: Block): Uint8Array {
  const scheme = schemes[0]!;
  const message = new Uint8Array(matrixQueryBytes);
  const seed = randomness.bytes(seedBytes);
  message.set(seed);
  memory.within(() => {
    const at = memory.take(8 * scheme.degree);
    const words = new BigUint64Array(memory.bytes.buffer, at, scheme.degree).fill(0n);
    gather(b, block, words, (j, c) => c * width + width - 1 - j);
    message.set(encrypt(scheme, own![0]!, coins, new Mask(scheme, seed, 0), at), seedBytes);
    words.fill(0n);
  });
  return message;
}

/** Step 2, the owner's part. */
function read({ lattice: { memory, schemes }, own }: LatticeParty, window: MatrixPlan['window'], answer: Uint8Array, share: Words, block: Block): void {
  const needed = neededOf(window, block.rows[1] - block.rows[0], block.columns[1] - block.columns[0]);
  memory.within(() => {
    const words = new BigUint64Array(memory.bytes.buffer, decrypt(schemes[0]!, own![0]!, answer, needed), needed.count);
    scatter(share, block, words, (r, c) => r * window.columns + c);
    words.fill(0n);
  });
}
