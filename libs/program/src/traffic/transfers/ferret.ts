import { blockBytes, columnsFor, maxBatchTransfers, ranges } from './blocks.js';

/** One instance of learning parity with noise that is regular: one noisy position in each of `trees` equal parts of the output. */
export interface FerretParameters {
  readonly name: string;
  /** t: trees, and noisy positions. */
  readonly trees: number;
  /** A tree has 2^depth leaves; n = trees · 2^depth. */
  readonly depth: number;
  /** The secret has k = 2^secretLog positions, at most 2^18. */
  readonly secretLog: number;
}

/**
 * About 128 bits against Gauss, SD-ISD, BJMM, hybrid (the binding one), Esser-style and AGB2.0 attacks on regular LPN by `lpnestimator`,
 * as emp-ot 1.0.0-alpha.1 of 19 July 2026 states for its presets of the same names. The paper's own sets fell short. libs/mpc/src/ot/ferret/estimate.spec.ts computes
 * Gauss (140, 142 bits), Gauss on regular noise (139, 141) and the algebraic attack on it (132, 131).
 */
export const ferretSets = {
  b10: { name: 'b10', trees: 850, depth: 10, secretLog: 16 },
  b11: { name: 'b11', trees: 1170, depth: 11, secretLog: 17 },
} as const satisfies Record<string, FerretParameters>;

/** Random transfers that the consistency check uses up, one for each bit of a weight. */
export const checkTransfers = 128;

/** What follows from the parameters, in transfers. */
export interface FerretSizes {
  /** n: outputs of an iteration. */
  readonly outputs: number;
  /** k: positions of the secret. */
  readonly secret: number;
  /** What an iteration uses up: the secret, a transfer per level of each tree, and those of the check. */
  readonly reserved: number;
  /** What an iteration leaves to be used, in whole groups of 128. */
  readonly usable: number;
}

export function sizesOf({ trees, depth, secretLog }: FerretParameters): FerretSizes {
  const outputs = trees << depth;
  const secret = 1 << secretLog;
  const reserved = secret + trees * depth + checkTransfers;
  return { outputs, secret, reserved, usable: Math.floor((outputs - reserved) / 128) * 128 };
}

/** The batches that each iteration serves, in order: a batch is not split. */
export function inIterations<T extends { readonly transfers: number }>(parameters: FerretParameters, batches: readonly T[]): T[][] {
  const { usable } = sizesOf(parameters);
  const iterations: T[][] = [];
  let left = 0;
  for (const batch of batches) {
    if (batch.transfers > left) {
      iterations.push([]);
      left = usable;
    }
    iterations.at(-1)!.push(batch);
    left -= batch.transfers;
  }
  return iterations;
}

/** Batches of SoftSpoken that the first base transfers take. */
export const firstBatches = (parameters: FerretParameters): number[] =>
  ranges(columnsFor(sizesOf(parameters).reserved), maxBatchTransfers).map(([from, to]) => to - from);

/** The coin toss: commitment, coins and opening. */
export const coinsBytes = 32;
export const commitmentBytes = 32;
/** The consistency check: challenge and digest. */
export const challengeBytes = 2 * blockBytes;
export const checkDigestBytes = 32;

/** Trees of one message of an iteration: few, so that the receiver's trees grow while the sender's do. */
const messageTrees = 128;

/** Trees [from, to) of each message of an iteration. */
export const treeMessages = ({ trees }: FerretParameters): (readonly [number, number])[] => ranges(trees, messageTrees);

export const sumsBytes = ({ depth }: FerretParameters, [from, to]: readonly [number, number]): number => blockBytes * (to - from) * depth;
