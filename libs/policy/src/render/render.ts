import { formOf } from '../forms/forms.js';
import { type CompiledPolicy, type Rule } from '../rules.js';

/** The canonical sentence of a rule: compiling it gives the same rule. */
export const render = (rule: Rule): string => formOf(rule).render(rule);

/** What each sentence of a policy does, in its order: the canonical sentence, and what it means beyond its words. */
export const explain = (policy: CompiledPolicy): string[] =>
  policy.rules.map(({ rule }) => [render(rule), formOf(rule).explain?.(rule) ?? ''].filter((text) => text !== '').join(' '));
