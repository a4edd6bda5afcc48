import { decide } from '../decide/decide.js';
import { isNarrower } from '../diff/narrower.js';
import { withSignatures, type Supposed } from '../requests/supposed.js';
import { type Permit, type WrittenRule } from '../rules.js';
import { lineOf, permitsOf, type Check, type Looking } from './looking.js';

/** Ways to sign that are tried for one request: all subsets of up to so many signers. */
const MOST_SIGNERS = 6;

/** Permissions that another one gives already, with no more signatures. */
export const shadowed: Check = function* (looking) {
  const permits = permitsOf(looking);
  for (const [i, { written, permit }] of permits.entries()) {
    // Its signatures bind others, so that it does something even where it permits nothing more.
    if (permit.binding === true) continue;
    const wider = permits.find((other, j) => i !== j && isNarrower(permit.scope, other.permit.scope) && !(i < j && isNarrower(other.permit.scope, permit.scope)) && asksNoMore(looking, permit, written, other.written));
    if (wider === undefined) continue;
    const example = looking.first(permit.scope, () => true);
    if (typeof example !== 'object') continue;
    yield {
      code: 'CS0262', severity: 'warning', rules: [looking.cite(written, 'allows nothing more'), looking.cite(wider.written, 'allows the same, with no more signatures')],
      message: `all that this sentence allows, ${lineOf(wider.written)} allows already`,
      help: ['take it out, or narrow the other one'],
      example: looking.example(looking.protectedMost(example), 'the decision on this request is the same without the sentence'),
    };
  }
};

/** Whether signatures that satisfy one permit always satisfy the other. */
function asksNoMore(looking: Looking, permit: Permit, written: WrittenRule, other: WrittenRule): boolean {
  if (other.rule.kind !== 'permit') return false;
  if (other.rule.when === undefined || JSON.stringify(other.rule.when) === JSON.stringify(permit.when)) return true;
  const [one, two] = [looking.alone(written, { anybody: false }), looking.alone(other, { anybody: false })];
  const dearer = looking.first(permit.scope, (supposed) => {
    const { canSign, outcome } = decide(one, supposed.job, supposed.facts, { nearest: false });
    if (outcome === 'deny') return false;
    return canSign.length > MOST_SIGNERS || [...signings(supposed, canSign)].some(({ job, facts }) => decide(one, job, facts, { nearest: false }).outcome === 'allow' && decide(two, job, facts, { nearest: false }).outcome !== 'allow');
  });
  return dearer === undefined;
}

function* signings({ job, facts }: Supposed, names: readonly string[]): Generator<Supposed> {
  for (let chosen = 0; chosen < 2 ** names.length; chosen++) yield { job, facts: withSignatures(facts, (name) => names.includes(name) && ((chosen >> names.indexOf(name)) & 1) === 1) };
}
