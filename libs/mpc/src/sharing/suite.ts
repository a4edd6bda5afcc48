import { type KernelMemory } from '#kernels';
import { type Series, type SuiteName } from '#program/plans';
import { type Against, type Announce, type SecurityModel } from '../channel/index.js';

/**
 * What a suite is to the machine that walks instructions. Shares lie in the kernels' memory at 16-byte aligned offsets:
 *
 * words   `components` vectors one after the other, each of the register's length, 8 bytes an element: elements of Z_2^64 two's complement, or
 *         canonical residues modulo 2^61 − 1. A component begins at the next multiple of 16 bytes.
 * bits    `components` matrices one after the other, plane by plane; a plane takes `planeBytes(lanes)` bytes. A component begins at the next
 *         multiple of 16 bytes. Bits beyond the last lane of a plane are undefined and never told apart.
 *
 * Every linear operation is the same on each component; the ring says which kernels do it. A constant is added to `constants` only.
 */
export interface Suite<M extends SecurityModel = SecurityModel> extends Against<M> {
  readonly name: SuiteName;
  readonly ring: 'z64' | 'p61';
  readonly components: number;
  /** Bits of memory per Boolean lane and component: packed bits, or a byte of GF(2^8). */
  readonly laneBits: 1 | 8;
  /** The components of this party to which a public constant is added, for words and bits alike. */
  readonly constants: readonly number[];

  /**
   * All operations of one level in one round: one message to each peer that gets any, one from each. Consumes correlations in the order of
   * the operations. Throws `ProtocolAbort`.
   */
  round(memory: KernelMemory, operations: readonly RoundOperation[]): Promise<void>;

  /**
   * Shares the private vectors of all parties in one round: `lengths[p]` elements of party p, `own` this party's (two's complement). Returns
   * them by owner, each as words at fresh regions of `words(length)` bytes that `take` gives.
   */
  shareInputs(memory: KernelMemory, own: BigUint64Array, lengths: readonly number[], take: (owner: number) => number): Promise<void>;

  /** What a party keeps of outputs until they are opened: a copy of shares, all components. */
  openTo(words: BigUint64Array, length: number, to: readonly number[]): Promise<BigUint64Array | undefined>;

  /**
   * A uniform sharing of the same words, which receivers that are no party may see whole; local, and called by all parties alike. Suites
   * whose outputs are uniform sharings as they are have none.
   */
  refresh?(words: BigUint64Array, length: number): BigUint64Array;

  /** Local conversions, of suites that have them. `addends`: Boolean shares of the low `planes` bits of each addend. */
  addends?(memory: KernelMemory, value: number, length: number, targets: readonly number[], planes: number): void;
  /** Shares as words of the bits whose exclusive or a bit is; `targets` have planes · lanes elements, plane by plane. */
  inject?(memory: KernelMemory, value: number, planes: number, lanes: number, targets: readonly number[]): void;
  /** Shares of the sum of the addends shifted right. */
  shiftAddends?(memory: KernelMemory, value: number, length: number, bits: number, target: number): void;
  /** A uniform word of this party's own below 2^bits, of which the shared word is the sum. */
  random?(memory: KernelMemory, length: number, bits: number, target: number): void;
  /** Random bits shared both ways. */
  daBits?(memory: KernelMemory, planes: number, lanes: number, word: number, bit: number): void;

  /** How transcripts are confirmed after the last level, of suites that go on without parties that are lost after the inputs. */
  readonly announce?: Announce;

  /** Wipes what is left of correlations and of keys. */
  wipe(): void;
}

/** Regions are offsets of shares; opened values lie as one component. */
export type RoundOperation =
  | { readonly op: 'multiply'; readonly out: number; readonly left: number; readonly right: number; readonly length: number }
  | {
    readonly op: 'matmul'; readonly out: number; readonly left: number; readonly right: number; readonly rows: number; readonly inner: number; readonly columns: number;
    readonly series?: Series;
  }
  | { readonly op: 'and'; readonly out: number; readonly left: number; readonly right: number; readonly planes: number; readonly lanes: number }
  | { readonly op: 'openWords'; readonly out: number; readonly value: number; readonly length: number }
  /** Opened bits are packed, whatever a lane takes in shares. */
  | { readonly op: 'openBits'; readonly out: number; readonly value: number; readonly planes: number; readonly lanes: number };

export { bitsStride, planeBytes, wordsStride } from '#program/plans';
