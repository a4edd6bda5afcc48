import { type Budget, type CompiledPolicy } from '../rules.js';
import { type PolicyFacts, type PolicyJob } from '../types.js';
import { amountOf, limitOf, type Limit } from './limit.js';
import { indexOf } from './rule-index.js';
import { reaches } from './scope.js';

/** What a limit allows, as a decision cites it. */
export const whyOf = (budget: Budget): string => `allows ${unit(budget)}`;

const unit = ({ of, most, per }: Budget): string => (of === 'epsilon' ? `a total epsilon of ${most} per ${per}` : `${most} computation${most === '1' ? '' : 's'} per ${per}`);

/**
 * The limits that a job draws on in the period of `now`. Those on epsilon are left out for a job without differential privacy, since `decide` denies it
 * whatever was used. Throws for a job that lacks what a scope speaks of, and for a `now` that is no instant.
 */
export function limitsOn(policy: CompiledPolicy, job: PolicyJob, { now }: Pick<PolicyFacts, 'now'>): readonly Limit[] {
  return indexOf(policy).about(job).flatMap(({ rule, source }): Limit[] => {
    if (rule.kind !== 'budget' || !reaches(rule.scope, { job, facts: { now } })) return [];
    const amount = amountOf(rule.of, job);
    return amount === undefined ? [] : [{ ...limitOf(rule, job, now), amount, rule: { file: policy.file, ...source, why: whyOf(rule) } }];
  });
}
