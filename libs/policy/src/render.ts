import { type Condition, type Quorum, type Requirement, type Rule, type Scope, type Signers } from './rules.js';
import { isLanguage } from './words.js';

/** "A", "A and B", "A, B and C". */
export const listed = (items: readonly string[], join: 'and' | 'or'): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${join} ${items[items.length - 1]}`;

const name = (text: string): string => (isLanguage(text) ? `"${text}"` : text);
const names = (texts: readonly string[], join: 'and' | 'or'): string => listed(texts.map(name), join);
const purposeText = (purposes: readonly string[]): string => listed(purposes.map((purpose) => `"${purpose}"`), 'or');

function limits({ data, with: others, purposes }: Scope): string {
  const selectors = data?.map((selector) => ('dataset' in selector ? name(selector.dataset) : `data tagged "${selector.tag}"`));
  return [
    selectors === undefined ? '' : ` on ${listed(selectors, 'or')}`,
    others === undefined ? '' : ` with ${names(others.nodes, others.match === 'any' ? 'or' : 'and')}`,
    purposes === undefined ? '' : ` for ${purposeText(purposes)}`,
  ].join('');
}

const act = ({ programs }: Scope): string => (programs === undefined ? 'compute' : `run ${names(programs, 'or')}`);
const whoText = ({ who }: Scope): string => (who === undefined ? 'anyone' : names(who, 'or'));
const ofPrograms = ({ programs }: Scope): string => (programs === undefined ? '' : ` of ${names(programs, 'or')}`);

function poolText(of: readonly Signers[]): string {
  return listed(of.map((part) => ('node' in part ? name(part.node) : 'role' in part ? `${name(part.role)}${part.at === undefined ? '' : ` of ${name(part.at)}`}` : part.owners === 'other' ? 'other data owners' : 'data owners')), 'and');
}

function quorumText({ need, of }: Quorum): string {
  const [first] = of;
  const single = of.length === 1;
  if (need === 'every' || need === 'majority') {
    const pool = single && 'role' in first ? `people from ${poolText(of)}` : poolText(of);
    return `${need === 'every' ? 'all' : 'a majority of'} ${pool}`;
  }
  if (single && need === 1 && !('owners' in first)) return poolText(of);
  if (single && 'role' in first) return `at least ${need} people from ${poolText(of)}`;
  return `at least ${need} of ${poolText(of)}`;
}

/** Who must sign, without the verb. */
function signersText(condition: Condition): string {
  if ('quorum' in condition) return quorumText(condition.quorum);
  if ('all' in condition) return `both ${condition.all.map(signersText).join(' and ')}`;
  return `either ${condition.any.map(signersText).join(' or ')}`;
}

export const conditionText = (condition: Condition): string => `${signersText(condition)} sign`;

const requirementText = (requirement: Requirement): string =>
  requirement.kind === 'security' ? 'use a malicious-secure protocol' : `be for ${purposeText(requirement.purposes)}`;

/** The canonical sentence of a rule: compiling it gives the same rule. */
export function render(rule: Rule): string {
  switch (rule.kind) {
    case 'permit':
      return `Allow ${whoText(rule.scope)} to ${act(rule.scope)}${limits(rule.scope)}${rule.when === undefined ? '' : ` ${rule.binding ? 'only if' : 'if'} ${conditionText(rule.when)}`}.`;
    case 'forbid':
      return `Never allow ${whoText(rule.scope)} to ${act(rule.scope)}${limits(rule.scope)}${rule.unless === undefined ? '' : ` unless ${conditionText(rule.unless)}`}.`;
    case 'receivers':
      return `Only ${rule.receivers === 'requester' ? 'the requester' : names(rule.receivers, 'and')} may receive the result${ofPrograms(rule.scope)}${limits(rule.scope)}.`;
    case 'minimum-group':
      return `Every result${ofPrograms(rule.scope)}${limits(rule.scope)} must cover at least ${rule.records} records.`;
    case 'require':
      return `Every computation${ofPrograms(rule.scope)}${rule.scope.who === undefined ? '' : ` by ${whoText(rule.scope)}`}${limits(rule.scope)} must ${rule.must.map(requirementText).join(' and ')}.`;
    case 'no-self-signing':
      return 'Requesters must not sign their own jobs.';
    case 'group':
      return `Define ${name(rule.name)} as ${names(rule.members, 'and')}.`;
  }
}
