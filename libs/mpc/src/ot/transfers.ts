import { type KernelMemory } from '#kernels';
import { type Against, type Lane, type SecurityModel } from '../channel/index.js';
import { type PadHash } from './hash.js';

export { columnsFor, maxBatchTransfers } from '#program/plans';

/** One sender of correlated transfers with chosen choices, a batch at a time, wherever they come from. */
export interface SendingTransfers<M extends SecurityModel = SecurityModel> extends Against<M> {
  readonly lane: Lane;
  /** What tells the sender of `columns` choices, masked; for one `extend`, which may reuse its memory. Throws `ProtocolAbort`. */
  receiveCorrections(columns: number): Promise<Uint8Array>;
  /** What `use` makes of the blocks q_j and q_j ⊕ Δ, which lie at the given offsets of the memory, with this batch's hash. */
  extend<T>(memory: KernelMemory, corrections: Uint8Array, columns: number, use: (blocks: number, shifted: number, hash: PadHash) => T): T;
}

/** The receiver of such transfers. */
export interface ReceivingTransfers<M extends SecurityModel = SecurityModel> extends Against<M> {
  readonly lane: Lane;
  /**
   * For the packed choices c (whole groups of 128): the corrections to send, and `pads`, what `use` made of the blocks
   * t_j = q_j ⊕ c_j·Δ at the given offset of the memory, with this batch's hash.
   */
  extend<T>(memory: KernelMemory, choices: Uint8Array, use: (blocks: number, hash: PadHash) => T): { corrections: Uint8Array; pads: T };
  /** Once for each batch; the memory of the corrections may be reused. */
  sendCorrections(corrections: Uint8Array): Promise<void>;
}
