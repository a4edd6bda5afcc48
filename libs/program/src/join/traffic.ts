import { type JoinColumn, type PlanJoin } from '../plan.js';
import { wireBytes } from '../traffic/frame.js';
import { ranges } from '../traffic/transfers/blocks.js';
import { type BaseName, baseMessages } from '../traffic/transfers/base.js';
import { correctionsBytes, extensionRows, treeDepth, treesBytes } from '../traffic/transfers/softspoken.js';
import { joinBins, joinTagBits } from './shape.js';

/** What both parties know of a join beforehand. */
export interface JoinSize {
  readonly bins: number;
  readonly tagBits: number;
  /** The most rows of the right table. */
  readonly rightRows: number;
  /** The right table's columns. */
  readonly columns: number;
}

export const joinSizeOf = ({ left, right, columns }: { readonly left: Pick<PlanJoin['left'], 'maxRows'>; readonly right: Pick<PlanJoin['right'], 'maxRows'>; readonly columns: readonly Pick<JoinColumn, 'side'>[] }): JoinSize => {
  const bins = joinBins(left.maxRows);
  return { bins, tagBits: joinTagBits(bins), rightRows: right.maxRows, columns: columns.filter(({ side }) => side === 'right').length };
};

/** Transfers of seeds of the OPRF: its code has 448 bits, and transfers come in groups of 128. */
export const seedTransfers = 512;
const codeBytes = 56;
/** Bins of one message of corrections. */
export const maxBatchBins = 65_536;
export const binCorrectionBytes = (bins: number): number => codeBytes * bins;

/** Slots of a store of at most so many keys, and how many of `width` words a message takes. */
export const slotsFor = (keys: number): number => Math.ceil((11 * keys) / 10) + 256;
const slotsMessageBytes = 4 * 1024 * 1024;
export const slotsPerMessage = (width: number): number => Math.floor(slotsMessageBytes / (8 * width));

/** Messages that wait for each other. */
export const joinTurns = 4;

/** What the left and the right party send each other, whole frames (libs/mpc/src/join/flow.ts). */
export function joinTraffic({ bins, rightRows, columns }: JoinSize, base: BaseName): { readonly left: number; readonly right: number } {
  const { keys, ciphertexts } = baseMessages(base, extensionRows);
  const batches = (count: number, most: number, bytes: (count: number) => number): number =>
    ranges(count, most).reduce((sum, [from, to]) => sum + wireBytes(bytes(to - from)), 0);
  const width = 1 + columns;
  return {
    left: wireBytes(keys) + batches(bins, maxBatchBins, binCorrectionBytes),
    right: [ciphertexts, treesBytes, correctionsBytes(treeDepth, seedTransfers)].reduce((sum, body) => sum + wireBytes(body), 0)
      + batches(slotsFor(3 * rightRows), slotsPerMessage(width), (slots) => 8 * width * slots),
  };
}
