import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { type ResultValue } from '../result.js';
import { type OpenedTensors } from './opened.js';

/** What a classifier says of held-out rows: all of one length. */
export interface Scored {
  /** Above 0 for 1, below for 0. Padding is 0. */
  readonly scores: Tensor;
  /** 1 and 0; 0 of padding. */
  readonly labels: Tensor;
  /** 1 for rows and 0 for padding; absent where there is none. */
  readonly present?: Tensor;
}

/** Fraction bits that scores are told apart by. */
const SCORE_BITS = 16;

/** Names of what `openEvaluation` opens. */
const CONFUSION = 'test.confusion';
const PAIRS = 'test.pairs';
const POSITIVES = 'test.positives';

/** Opens how many rows a classifier calls rightly and wrongly 1 and 0, twice the number of pairs of a 1 and a 0 that it orders rightly, and, for `points`, the ROC. */
export function openEvaluation(builder: TensorBuilder, { scores, labels, present }: Scored, points: number): void {
  const rows = scores.length;
  const called = scores.lessThan(0).not();
  const counted = present ? called.times(present) : called;
  const [hits, calls, ones] = [called.times(labels).sum(), counted.sum(), labels.sum()];
  const all = present ? present.sum() : builder.constant([rows]);
  builder.output(CONFUSION, builder.concat([hits, calls.minus(hits), ones.minus(hits), all.minus(calls).minus(ones).plus(hits)]), { labels: [['tp', 'fp', 'fn', 'tn']] });
  const ranked = sorted(scores, labels, present);
  builder.output(PAIRS, orderedPairs(builder, ranked, ones, all));
  if (points > 0) {
    const calls = rocCalls(rows, points);
    if (calls.length > 0) builder.output(POSITIVES, builder.concat(calls.map((each) => ranked.labels.slice(0, rows - each, rows).sum())), { labels: [calls.map(String)] });
  }
}

/** How many of the highest scores each point of the ROC calls 1. */
const rocCalls = (rows: number, points: number): number[] => {
  const steps = Math.min(points, rows);
  return Array.from({ length: Math.max(0, steps - 1) }, (_, i) => Math.round(((i + 1) * rows) / steps));
};

interface Ranked {
  /** Ascending; of equal ones those with label 0 first. */
  readonly scores: Tensor;
  readonly labels: Tensor;
}

/** By score, padding first. The label is the lowest bit of what is sorted. */
function sorted(all: Tensor, labels: Tensor, present: Tensor | undefined): Ranked {
  const whole = all.shifted(-SCORE_BITS).floor();
  const scores = present ? present.select(whole, Number(whole.range!.min) - 1) : whole;
  const both = scores.times(2).plus(labels).sort();
  const ranked = both.shifted(1).floor();
  return { scores: ranked, labels: both.minus(ranked.times(2)).within(0, 1) };
}

/**
 * 2·U of Mann and Whitney: over all pairs of a 1 and a 0, 2 where the 1 has the higher score and 1 where both have the same. With the average place of each group of equal
 * scores as that of its elements, U is the sum of the places of the ones less what they take up among themselves, and less the padding in front.
 */
function orderedPairs(builder: TensorBuilder, { scores, labels }: Ranked, ones: Tensor, all: Tensor): Tensor {
  const rows = scores.length;
  const places = groupEnds(builder, scores);
  const sum = labels.times(places).sum();
  const padding = all.negated().plus(rows);
  return sum.minus(ones.times(ones.minus(1).plus(padding.times(2)))).within(0, 2 * rows * rows);
}

/** For every place the first plus the last place with an equal score, by doubling: a place takes what the place 2^i before it has found, if all in between are equal. */
function groupEnds(builder: TensorBuilder, scores: Tensor): Tensor {
  const rows = scores.length;
  const numbers = builder.constant(Array.from({ length: rows }, (_, i) => i));
  if (rows === 1) return numbers.times(2);
  const zero = builder.constant([0]);
  const same = scores.slice(0, 1, rows).equals(scores.slice(0, 0, rows - 1));
  let [first, last, before, after] = [numbers, numbers, builder.concat([zero, same]), builder.concat([same, zero])];
  for (let span = 1; span < rows; span *= 2) {
    const filler = builder.constant(Array.from({ length: span }, () => 0));
    const fromLeft = (values: Tensor): Tensor => builder.concat([filler, values.slice(0, 0, rows - span)]);
    const fromRight = (values: Tensor): Tensor => builder.concat([values.slice(0, span, rows), filler]);
    const [leftmost, rightmost] = [fromLeft(first), fromRight(last)];
    [first, last] = [first.plus(before.times(leftmost.minus(first))).within(0, rows - 1), last.plus(after.times(rightmost.minus(last))).within(0, rows - 1)];
    [before, after] = [before.times(fromLeft(before)), after.times(fromRight(after))];
  }
  return first.plus(last);
}

/** What was opened as a result; null for what the rows do not say. */
export function evaluationResult(opened: OpenedTensors): { readonly [name: string]: ResultValue } {
  const [tp, fp, fn, tn] = opened.numbers(CONFUSION) as [number, number, number, number];
  const [rows, ones, zeros] = [tp + fp + fn + tn, tp + fn, fp + tn];
  const ratio = (part: number, of: number): number | null => (of === 0 ? null : part / of);
  return {
    test: { rows, accuracy: ratio(tp + tn, rows), auc: ratio(opened.number(PAIRS), 2 * ones * zeros) },
    confusion: { 'called 1': { 'is 1': tp, 'is 0': fp }, 'called 0': { 'is 1': fn, 'is 0': tn } },
    ...(opened.names.includes(POSITIVES) && { roc: roc(opened.value(POSITIVES) as Readonly<Record<string, number>>, ones, zeros) }),
  };
}

/** [false positive rate, true positive rate] from (0, 0) to (1, 1). Padding lies behind all rows, and counts as none. */
function roc(hitsByCalls: Readonly<Record<string, number>>, ones: number, zeros: number): number[][] {
  if (ones === 0 || zeros === 0) return [];
  return [[0, 0], ...Object.entries(hitsByCalls).map(([calls, hits]) => [Math.min(zeros, Number(calls) - hits) / zeros, hits / ones]), [1, 1]];
}

export const isEvaluated = (opened: OpenedTensors): boolean => opened.names.includes(PAIRS);
