import { subtractFrom } from '#kernels';
import { type MatrixPlan, neededOf } from '#program/plans';
import { type Ciphertext, type Coins, type PublicKey, Rerandomiser, type Scheme, type Sums, finish } from '../../../ahe/index.js';
import { type Block, type Words, gather, scatter } from './blocks.js';
import { termsAtATime } from './plan.js';

/** What the evaluator works with. */
export interface Evaluation {
  readonly scheme: Scheme;
  readonly key: PublicKey;
  readonly coins: Coins;
  readonly plan: MatrixPlan;
  readonly a: Words;
  readonly share: Words;
}

/** One row window's answer on its way. */
interface Pending {
  /** Â of each window of columns: runs one after the other, words of 64 bits. */
  readonly compact: readonly number[];
  readonly sums: Sums;
  readonly rerandomiser: Rerandomiser;
}

/** Step 2 for some windows of rows: their answers. Writes the shares. `kept` are the ciphertexts of the window of columns. */
export function answersTo(evaluation: Evaluation, kept: readonly Ciphertext[], blocks: readonly Block[]): Uint8Array[] {
  const { scheme, key, coins } = evaluation;
  const { memory, ring, moduli } = scheme;
  return memory.within(() => {
    const first = memory.take(0);
    const pending = blocks.map((block): Pending => ({
      compact: compactRows(evaluation, block, kept.length),
      sums: { body: ring.zeros(moduli.length), mask: ring.zeros(moduli.length) },
      rerandomiser: new Rerandomiser(scheme, key, coins),
    }));
    const end = memory.take(0);
    moduli.forEach((_, limb) => memory.within(() => sumLimb(evaluation, kept, pending, limb)));
    const answers = blocks.map((block, g) => mask(evaluation, block, pending[g]!.sums));
    memory.bytes.fill(0, first, end);
    return answers;
  });
}

/** The windows of one row window's A, at fresh regions. */
function compactRows({ scheme: { memory }, plan: { shape, window }, a }: Evaluation, { rows }: Block, count: number): number[] {
  return Array.from({ length: count }, (_, h) => {
    const words = window.rows * window.inner;
    const at = memory.take(8 * words);
    const columns = [h * window.inner, Math.min((h + 1) * window.inner, shape.inner)] as const;
    gather(a, { rows, columns }, new BigUint64Array(memory.bytes.buffer, at, words).fill(0n), (r, j) => r * window.inner + j);
    return at;
  });
}

/** One prime's residues of all sums, taken back. The ciphertexts' residues are read once for all windows of rows. */
function sumLimb({ scheme, plan: { window } }: Evaluation, kept: readonly Ciphertext[], pending: readonly Pending[], limb: number): void {
  const { memory, ring, moduli, degree } = scheme;
  const { prime, montgomery } = moduli[limb]!;
  const part = (of: Uint8Array): number => memory.put(of.subarray(limb * ring.polyBytes, (limb + 1) * ring.polyBytes));
  const [bodies, masks] = [kept.map(({ body }) => part(body)), kept.map(({ mask: a }) => part(a))];
  const windows = Array.from({ length: Math.min(termsAtATime, kept.length) }, () => memory.take(ring.polyBytes));
  const runs = memory.take(ring.polyBytes);
  const offsets = memory.take(4 * 3 * termsAtATime);
  const lists = new Uint32Array(memory.bytes.buffer, offsets, 3 * termsAtATime);
  lists.set(windows);
  const words = window.rows * window.inner;
  for (const { compact, sums, rerandomiser } of pending) {
    const at: Sums = { body: sums.body + limb * ring.polyBytes, mask: sums.mask + limb * ring.polyBytes };
    for (let h = 0; h < kept.length; h += termsAtATime) {
      const terms = Math.min(termsAtATime, kept.length - h);
      for (let t = 0; t < terms; t++) {
        // With one column to a window, runs fill the polynomial.
        const target = window.columns === 1 ? windows[t]! : runs;
        memory.bytes.fill(0, target, target + 4 * words);
        memory.kernels.residueAddWords(target, compact[h + t]!, words, prime, montgomery);
        if (window.columns === 1) ring.forward(prime, target);
        else ring.spread(prime, windows[t]!, runs, window.rows, window.inner);
      }
      lists.set(bodies.slice(h, h + terms), termsAtATime);
      lists.set(masks.slice(h, h + terms), 2 * termsAtATime);
      memory.kernels.residueDot(at.body, offsets + 4 * termsAtATime, offsets, terms, degree, prime);
      memory.kernels.residueDot(at.mask, offsets + 8 * termsAtATime, offsets, terms, degree, prime);
    }
    rerandomiser.add(limb, at);
  }
  for (const poly of windows) ring.clear(poly);
}

/** The answer, with fresh masks M; −M goes to the share. */
function mask({ scheme, coins, plan: { window }, share }: Evaluation, block: Block, sums: Sums): Uint8Array {
  const { memory } = scheme;
  const needed = neededOf(window, block.rows[1] - block.rows[0], block.columns[1] - block.columns[0]);
  return memory.within(() => {
    const masks = coins.draw(memory, 8 * needed.count);
    const answer = finish(scheme, coins, sums, needed, masks);
    const words = new BigUint64Array(memory.bytes.buffer, masks, needed.count);
    const negated = new BigUint64Array(needed.count);
    subtractFrom(negated, words);
    scatter(share, block, negated, (r, c) => r * window.columns + c);
    words.fill(0n);
    return answer;
  });
}
