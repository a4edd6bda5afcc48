import { sharePieceBytes as pieceBytes } from '#program/plans';
import { type ShareField } from './fields.js';

export { pieceBytes };

/** What dealers share of their own; every party ends up with its share of the sum of all. */
export interface Dealing {
  readonly kind: 'deal';
  readonly field: ShareField;
  readonly count: number;
  /** `reducers`: what is dealt are shares of degree 2t, one of each of 2t + 1 parties, and the sum is of what they share. */
  readonly dealers: readonly number[] | 'reducers';
  /** This party's elements [from, from + count), if it deals. */
  values(from: number, count: number): Uint8Array;
  readonly shares: Uint8Array;
}

/** Shares that all parties send to those in `to`. */
export interface Opening {
  readonly kind: 'open';
  readonly field: ShareField;
  readonly count: number;
  readonly to: readonly number[];
  readonly shares: Uint8Array;
  /** Takes elements [from, from + count) of the values, which lie at `at` of the workspace. Called at parties in `to`. */
  opened(at: number, from: number, count: number): void;
}

export type Item = Dealing | Opening;

export function eachPiece({ field, count }: { readonly field: ShareField; readonly count: number }, each: (from: number, count: number) => void): void {
  const most = pieceBytes / field.elementBytes;
  for (let from = 0; from < count; from += most) each(from, Math.min(most, count - from));
}
