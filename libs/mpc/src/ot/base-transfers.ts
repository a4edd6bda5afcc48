import { type BaseName } from '#program/plans';
import { type Against, type Binding, type Lane, type Randomness, type SecurityModel } from '../channel/index.js';

export interface BaseParty {
  readonly lane: Lane;
  /** Roles are receiver, sender. */
  readonly binding: Binding;
  readonly randomness: Randomness;
}

/** A protocol of random transfers that needs none before it. Both parties run the same: its name is part of the session's hello. */
export interface BaseTransfers<M extends SecurityModel = SecurityModel> extends Against<M> {
  readonly name: BaseName;
  /** The keys k_c of `count` transfers, 16 bytes each, for the packed choice bits. Secret. Throws `ProtocolAbort`. */
  receive(party: BaseParty, choices: Uint8Array, count: number): Promise<Uint8Array>;
  /** The key pairs of `count` transfers, k_0 ‖ k_1 at 32 bytes each. Secret. Throws `ProtocolAbort`. */
  send(party: BaseParty, count: number): Promise<Uint8Array>;
}
