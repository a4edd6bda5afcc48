import { decide } from '../decide/decide.js';
import { MADE_FOR_ONE, Requests, without, type Narrowed } from '../requests/requests.js';
import { signedByAll, type Known, type Supposed } from '../requests/supposed.js';
import { type CompiledPolicy, type Rule, type Scope, type WrittenRule } from '../rules.js';
import { type RuleCitation } from '../types.js';
import { type Example, type Finding } from './finding.js';

/** Requests that are looked at to answer one question. */
const MOST_FOR_ONE = 4_000;

/** `undefined`: there is no such request; `unknown`: there were too many to look at. */
export type Sought = Supposed | undefined | 'unknown';

const ANYBODY: WrittenRule = { rule: { kind: 'permit', scope: {} }, source: { line: 0, column: 0, sentence: '' } };
/** What a condition is judged by besides itself. */
const ABOUT_SIGNATURES: readonly string[] = ['no-self-signing', 'signature-validity'] satisfies readonly Rule['kind'][];

/** A policy that is looked at, with the requests that could be made of it. */
export class Looking {
  private readonly requests: Requests;
  private looked = 0;
  /** Whether some answer was `unknown`. */
  gaveUp = false;

  constructor(readonly policy: CompiledPolicy, readonly known: Known, private readonly most: number) {
    this.requests = new Requests(policy, known, most * MADE_FOR_ONE);
  }

  /** The first request in the scope that fits. */
  first(scope: Scope, fits: (supposed: Supposed) => boolean, narrowed?: Narrowed): Sought {
    return this.search(this.requests.covered(scope, narrowed), fits);
  }

  /** The first request covered by a permit that fits. */
  firstPermitted(fits: (supposed: Supposed) => boolean): Sought {
    return this.search(this.requests.permitted(), fits);
  }

  private search(all: Iterable<Supposed>, fits: (supposed: Supposed) => boolean): Sought {
    let here = 0;
    for (const supposed of all) {
      if (here++ >= MOST_FOR_ONE || this.looked++ >= this.most) {
        this.gaveUp = true;
        return 'unknown';
      }
      if (fits(supposed)) return supposed;
    }
    if (this.requests.areTooMany) {
      this.gaveUp = true;
      return 'unknown';
    }
    return undefined;
  }

  /** Whether signatures could get a request through, with all the protection that is asked for. */
  canPass(supposed: Supposed, policy = this.policy): boolean {
    return this.requests.decided(supposed, policy).decision.outcome !== 'deny';
  }

  /** Whether this very request is denied, whoever signs. */
  isDenied({ job, facts }: Supposed): boolean {
    return decide(this.policy, job, facts, { nearest: false }).outcome === 'deny';
  }

  /** The same request with all the protection that a policy could want. */
  protectedMost(supposed: Supposed): Supposed {
    return this.requests.protectedMost(supposed);
  }

  /** A policy of one rule and of those about signatures; with `anybody` all is permitted besides. */
  alone(written: WrittenRule, { anybody }: { readonly anybody: boolean }): CompiledPolicy {
    const signing = this.policy.rules.filter(({ rule }) => ABOUT_SIGNATURES.includes(rule.kind));
    return { ...this.policy, rules: [...(anybody ? [ANYBODY] : []), written, ...signing] };
  }

  without(...left: readonly Rule[]): CompiledPolicy {
    return without(this.policy, ...left);
  }

  /** The rules that a decision on the request with everybody's signature cites. */
  deniers(supposed: Supposed): readonly WrittenRule[] {
    const { job, facts } = signedByAll(this.protectedMost(supposed));
    const cited = decide(this.policy, job, facts, { nearest: false }).rules;
    return this.policy.rules.filter(({ source }) => cited.some(({ line, column }) => line === source.line && column === source.column));
  }

  cite({ source: { line, column, sentence } }: WrittenRule, why: string): RuleCitation {
    return { file: this.policy.file, line, column, sentence, why };
  }

  /** The request with everybody's signature and all protection, as an example. */
  exampleSigned(supposed: Supposed, shows: string): Example {
    return this.example(signedByAll(this.protectedMost(supposed)), shows);
  }

  example({ job, facts }: Supposed, shows: string): Example {
    return { job, facts, outcome: decide(this.policy, job, facts, { nearest: false }).outcome, shows };
  }
}

/** One thing to look for. */
export type Check = (looking: Looking) => Iterable<Finding>;

export const lineOf = ({ source: { line } }: WrittenRule): string => `line ${line}`;
export const permitsOf = ({ policy }: Looking) => policy.rules.flatMap((written) => (written.rule.kind === 'permit' ? [{ written, permit: written.rule }] : []));
