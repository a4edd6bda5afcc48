import { type CompiledPolicy } from '../rules.js';
import { type PolicyFacts } from '../types.js';
import { limitOf, type Limit } from './limit.js';
import { whyOf } from './limits-on.js';

/** Every limit of a policy in the period of `now`, whoever draws on it; where each asker has its own, one for each of `nodes` that it is for. */
export function limitsAt(policy: CompiledPolicy, { now }: Pick<PolicyFacts, 'now'>, nodes: readonly string[]): readonly Omit<Limit, 'amount'>[] {
  return policy.rules.flatMap(({ rule, source }) => {
    if (rule.kind !== 'budget') return [];
    const cited = { file: policy.file, ...source, why: whyOf(rule) };
    const askers = rule.each === undefined ? [''] : nodes.filter((node) => rule.scope.who?.includes(node) ?? true);
    return askers.map((node) => ({ ...limitOf(rule, { requester: { node } }, now), rule: cited }));
  });
}
