import { compareDecimals, decimalLeft } from '../decimal.js';
import { type CompiledPolicy, type PrivacyRequirement } from '../rules.js';
import { type PolicyFacts, type PolicyJob } from '../types.js';
import { limitsOn } from './limits-on.js';

type Bound = Pick<PrivacyRequirement, 'epsilon' | 'delta'>;

/** The privacy that requirements, and what is left of limits, would let a request have, the largest epsilon first; pure where the request or the rule is. */
export function strongerPrivacy(policy: CompiledPolicy, required: readonly Bound[], job: PolicyJob, facts: PolicyFacts): readonly Bound[] {
  const { privacy } = job;
  const left = limitsOn(policy, { ...job, privacy: { epsilon: '0' } }, facts).flatMap(({ of, key, most }): Bound[] => {
    const used = of === 'epsilon' ? facts.uses?.find((use) => use.key === key)?.used : undefined;
    return used === undefined ? [] : [{ epsilon: decimalLeft(most, used), delta: privacy?.delta }];
  });
  const least = (a: string, b: string | undefined): string => (b === undefined || compareDecimals(a, b) <= 0 ? a : b);
  return [...required, ...left]
    .filter(({ epsilon }) => epsilon !== '0')
    .map(({ epsilon, delta }) => ({ epsilon: least(epsilon, privacy?.epsilon), ...(delta === undefined || privacy?.delta === undefined ? {} : { delta: least(delta, privacy.delta) }) }))
    .sort((a, b) => compareDecimals(b.epsilon, a.epsilon));
}
