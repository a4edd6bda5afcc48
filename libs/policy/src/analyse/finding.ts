import { type Outcome, type PolicyFacts, type PolicyJob, type RuleCitation } from '../types.js';

/** Something that the author of a policy hardly meant. */
export interface Finding {
  /** Stable, e.g. `CS0260`. */
  readonly code: string;
  /** `error`: the sentence cannot do what it says. `warning`: it does less than it seems to. `note`: it does nothing, and harms nothing. */
  readonly severity: 'error' | 'warning' | 'note';
  /** The sentence that it is about first. */
  readonly rules: readonly [RuleCitation, ...RuleCitation[]];
  /** One line in lower case. */
  readonly message: string;
  readonly help: readonly string[];
  readonly example?: Example;
}

/** A request that shows it, with what is known then and what is decided. */
export interface Example {
  /** Absent where it is about the next policy. */
  readonly job?: PolicyJob;
  readonly facts: PolicyFacts;
  readonly outcome: Outcome;
  /** One line in lower case. */
  readonly shows: string;
}
