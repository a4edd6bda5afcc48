import { render } from './render.js';
import { type CompiledPolicy } from './rules.js';

/** What each rule does, one line per sentence of the policy, in its order. */
export function explain(policy: CompiledPolicy): string[] {
  return policy.rules.map(({ rule }) => {
    const sentence = render(rule);
    if (rule.kind !== 'permit' || rule.binding !== true) return sentence;
    return `${sentence} This also binds every other sentence that allows it.`;
  });
}
