import { type MatrixPlan, matrixQueryBytes, ranges } from '#program/plans';
import { type Ciphertext, Coins, Mask, readCiphertext } from '../../../ahe/index.js';
import { Channel } from '../../../channel/index.js';
import { seedBytes } from '../../../ot/index.js';
import { type LatticeParty } from '../lattice.js';
import { answersTo } from './answers.js';
import { type Words } from './blocks.js';
import { answerFlow, queryFlow } from './flow.js';
import { windowsAtATime } from './plan.js';

/** Writes the evaluator's share of A·B, for its matrix A. Throws `ProtocolAbort`. */
export async function runEvaluator(party: LatticeParty, plan: MatrixPlan, a: Words, share: Words): Promise<void> {
  const { lane, peers } = party;
  const { shape, window } = plan;
  if (!peers) throw new RangeError('who multiplies an encrypted matrix has the key of its owner');
  const work = { scheme: party.lattice.schemes[0]!, key: peers[0]!, coins: new Coins(party.randomness), plan, a, share };
  const rowWindows = ranges(shape.rows, window.rows);
  for (const columns of ranges(shape.columns, window.columns)) {
    const kept: Ciphertext[] = [];
    for (let h = 0; h < Math.ceil(shape.inner / window.inner); h++) kept.push(await receiveQuery(party));
    for (const [from, to] of ranges(rowWindows.length, windowsAtATime(plan))) {
      for (const answer of answersTo(work, kept, rowWindows.slice(from, to).map((rows) => ({ rows, columns })))) {
        const channel = new Channel(answerFlow, 'evaluator', lane);
        await channel.send('answer', answer);
        channel.finish();
      }
    }
  }
}

/** Step 1. */
async function receiveQuery({ lane, lattice }: LatticeParty): Promise<Ciphertext> {
  const scheme = lattice.schemes[0]!;
  const channel = new Channel(queryFlow, 'evaluator', lane);
  const query = await channel.receive('query', matrixQueryBytes);
  channel.finish();
  const ciphertext = readCiphertext(scheme, query.subarray(seedBytes), new Mask(scheme, query.subarray(0, seedBytes), 0));
  if (!ciphertext) throw lane.peer.abort('CS0703', 'a ciphertext with a coefficient that is not reduced', 'query');
  return ciphertext;
}
