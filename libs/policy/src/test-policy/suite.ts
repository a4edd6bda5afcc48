import { type Outcome, type PolicyFacts, type PolicyJob } from '../types.js';

/** Cases that a policy must decide as they say: what a `.policy-test.yaml` holds, beside the names. */
export interface PolicySuite {
  /** People who can sign. The nodes of the registry can as well, each with its own name. */
  readonly signers?: readonly CaseSigner[];
  /** Of every case that states no time of its own. RFC 3339, UTC. */
  readonly now: string;
  /** Where nodes are. */
  readonly regions?: Readonly<Record<string, string>>;
  readonly cases: readonly PolicyCase[];
}

/** `key` where it is not her own: two signers of one key are one. */
export interface CaseSigner {
  readonly name: string;
  readonly roles?: readonly string[];
  readonly node?: string;
  readonly key?: string;
}

export interface PolicyCase {
  readonly name: string;
  /** Absent: the case is about replacing this policy. */
  readonly job?: CaseRequest;
  /** Who has signed; at the time of the case where no other is stated. */
  readonly signatures?: readonly (string | { readonly signer: string; readonly at: string })[];
  readonly facts?: CaseFacts;
  readonly expect: Outcome | CaseExpectation;
}

/** A request as one would say it. What is left out: all owners of the dataset, the result for the one who asks, no agent, no purpose, the plainest protocol. */
export interface CaseRequest {
  readonly as: string;
  readonly agent?: boolean;
  readonly program: string;
  /** With `nodes`; or `inputs`. */
  readonly dataset?: string;
  readonly nodes?: readonly string[];
  readonly inputs?: readonly { readonly node: string; readonly dataset: string }[];
  readonly parties?: readonly string[];
  readonly receivers?: readonly string[];
  readonly purpose?: string;
  readonly security?: Partial<PolicyJob['security']>;
  readonly privacy?: PolicyJob['privacy'];
}

/** What is known, where it is not the plainest: nothing used, nobody vetoed or approved the program, links measured at start. */
export interface CaseFacts {
  readonly now?: string;
  /** Besides those of the suite. */
  readonly signers?: readonly CaseSigner[];
  readonly regions?: Readonly<Record<string, string>>;
  readonly vetoes?: readonly string[];
  /** By a part of the limit's sentence. */
  readonly used?: Readonly<Record<string, string | number>>;
  readonly links?: PolicyFacts['links'];
  readonly approvals?: readonly string[];
}

export interface CaseExpectation {
  readonly outcome: Outcome;
  /** Each as "Bank B" or "2 of Bank A, Bank B and Bank C", names in alphabetical order; in any order. */
  readonly missing?: readonly string[];
  /** The line of a sentence that denies, or a part of it; `nothing` where no sentence allows it. */
  readonly by?: number | string;
  /** A part of the nearest request that would be allowed. */
  readonly nearest?: string;
  /** How many records the result must cover. */
  readonly records?: number;
}
