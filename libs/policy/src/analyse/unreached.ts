import { reaches } from '../decide/scope.js';
import { type Rule } from '../rules.js';
import { type Check } from './looking.js';

/** A prohibition of what nobody may do anyway is a precaution against sentences to come; so is a group. */
const PRECAUTIONS: readonly string[] = ['permit', 'forbid', 'pause', 'group'] satisfies readonly Rule['kind'][];

/** Guards, requirements and limits on requests that no sentence allows. */
export const unreached: Check = function* (looking) {
  for (const written of looking.policy.rules) {
    const { rule } = written;
    if (PRECAUTIONS.includes(rule.kind) || !('scope' in rule) || looking.firstPermitted((supposed) => reaches(rule.scope, supposed)) !== undefined) continue;
    // Over, or about data that is not registered: said elsewhere.
    const example = looking.first(rule.scope, () => true);
    if (typeof example !== 'object') continue;
    yield {
      code: 'CS0263', severity: 'warning', rules: [looking.cite(written, 'concerns no request that is allowed')],
      message: 'this sentence concerns no request that any sentence allows, so it does nothing',
      help: ['check the names in it, or allow what it speaks of'],
      example: looking.exampleSigned(example, 'this request is what the sentence speaks of, and it is denied because no sentence allows it'),
    };
  }
};
