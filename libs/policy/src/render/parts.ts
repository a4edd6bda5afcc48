import { type Condition, type Quorum, type Scope, type Signers } from '../rules.js';
import { isLanguage } from '../words.js';

/** "A", "A and B", "A, B and C". */
export const listed = (items: readonly string[], join: 'and' | 'or'): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${join} ${items[items.length - 1]}`;

/** A name as it must be written in a sentence. */
export const name = (text: string): string => (isLanguage(text) ? `"${text}"` : text);
export const named = (texts: readonly string[], join: 'and' | 'or'): string => listed(texts.map(name), join);
export const purposesText = (purposes: readonly string[]): string => listed(purposes.map((purpose) => `"${purpose}"`), 'or');

/** On which data, with whom and for what, with a space before. */
export function limitsText({ data, with: others, purposes }: Scope): string {
  const selectors = data?.map((selector) => ('dataset' in selector ? name(selector.dataset) : `data tagged "${selector.tag}"`));
  return [
    selectors === undefined ? '' : ` on ${listed(selectors, 'or')}`,
    others === undefined ? '' : ` with ${named(others.nodes, others.match === 'any' ? 'or' : 'and')}`,
    purposes === undefined ? '' : ` for ${purposesText(purposes)}`,
  ].join('');
}

const act = ({ programs }: Scope): string => (programs === undefined ? 'compute' : `run ${named(programs, 'or')}`);
export const whoText = ({ who }: Scope): string => (who === undefined ? 'anyone' : named(who, 'or'));
export const ofPrograms = ({ programs }: Scope): string => (programs === undefined ? '' : ` of ${named(programs, 'or')}`);

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

/** "anyone to compute on Payroll". */
export const actionText = (scope: Scope): string => `${whoText(scope)} to ${act(scope)}${limitsText(scope)}`;
