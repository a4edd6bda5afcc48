import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import { type Budget, type Scope } from '../rules.js';
import { type PolicyJob, type RuleCitation } from '../types.js';
import { periodOf } from './period.js';
import { reaches } from './scope.js';

/** A limit that a job draws on, in one period of the calendar. */
export interface Limit {
  /** Names scope, kind, period and asker, but not how much: a changed amount keeps what was used. */
  readonly key: string;
  readonly of: Budget['of'];
  /** Decimal text. */
  readonly most: string;
  /** What this job draws, in decimal text. */
  readonly amount: string;
  /** The period, RFC 3339; `until` is not included. */
  readonly from: string;
  readonly until: string;
  readonly scope: Scope;
  /** Where each asker has its own, the one that it is of. */
  readonly node?: string;
  readonly rule: RuleCitation;
}

const names = new WeakMap<Budget, string>();

/** The part of a key that the rule alone determines. */
function nameOf(budget: Budget): string {
  const known = names.get(budget);
  if (known !== undefined) return known;
  const { scope, of, per, zone, each } = budget;
  const name = bytesToHex(sha256(utf8ToBytes(canonicalize({ scope, of, per, ...(zone === undefined ? {} : { zone }), ...(each === undefined ? {} : { each }) }) ?? '')));
  names.set(budget, name);
  return name;
}

/** What a job draws on limits of one kind; undefined for the epsilon of a job without differential privacy, which has no bound. */
export const amountOf = (of: Budget['of'], { privacy }: PolicyJob): string | undefined => (of === 'computations' ? '1' : privacy?.epsilon);

/** The limit of a rule that reaches a job, for the asker and the period of `now`. Throws when it is not known what time it is. */
export function limitOf(budget: Budget, { requester }: { readonly requester: Pick<PolicyJob['requester'], 'node'> }, now: string): Omit<Limit, 'amount' | 'rule'> {
  const { of, most, per, zone = 'UTC', scope, each } = budget;
  const { fromText: from, untilText: until } = periodOf(now, per, zone);
  const key = `${nameOf(budget)} ${from}${each === undefined ? '' : ` ${requester.node}`}`;
  return { key, of, most, from, until, scope, ...(each === undefined ? {} : { node: requester.node }) };
}

/**
 * What another job, counted at the instant `at`, draws on a limit: decimal text, or undefined when it does not fall under it. A job without differential
 * privacy has no epsilon that could be counted; it can only be one from before the sentence was in force.
 */
export function drawnOn({ of, scope, node, from, until }: Omit<Limit, 'amount'>, job: PolicyJob, at: string): string | undefined {
  const instant = Date.parse(at);
  const isIn = instant >= Date.parse(from) && instant < Date.parse(until) && (node === undefined || node === job.requester.node);
  return isIn && reaches(scope, { job, facts: { now: at } }) ? amountOf(of, job) : undefined;
}
