import { type Binding, type Lane, type Randomness } from '../channel/index.js';
import { type BaseTransfers } from '../ot/index.js';

export interface JoinParty {
  readonly lane: Lane;
  /** Roles are left, right. */
  readonly binding: Binding;
  readonly base: BaseTransfers;
  readonly randomness: Randomness;
}
