import { dayText } from '../meaning/calendar.js';
import { type Condition, type Dates, type OtherParties, type Quorum, type Scope, type Signers } from '../rules.js';
import { isLanguage } from '../words.js';

/** "A", "A and B", "A, B and C". */
export const listed = (items: readonly string[], join: 'and' | 'or'): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} ${join} ${items[items.length - 1]}`;

/** A name as it must be written in a sentence. */
export const name = (text: string): string => (isLanguage(text) ? `"${text}"` : text);
export const named = (texts: readonly string[], join: 'and' | 'or'): string => listed(texts.map(name), join);
export const purposesText = (purposes: readonly string[]): string => listed(purposes.map((purpose) => `"${purpose}"`), 'or');

/** On which data, with whom and for what, with a space before. */
export function limitsText({ data, with: others, purposes, during }: Scope): string {
  const selectors = data?.map((selector) => ('dataset' in selector ? name(selector.dataset) : `data tagged "${selector.tag}"`));
  return [
    selectors === undefined ? '' : ` on ${listed(selectors, 'or')}`,
    others === undefined ? '' : ` with ${othersText(others)}`,
    purposes === undefined ? '' : ` for ${purposesText(purposes)}`,
    during === undefined ? '' : duringText(during),
  ].join('');
}

function othersText({ match, nodes }: OtherParties): string {
  if (match === 'any' || nodes.length < 2) return named(nodes, 'or');
  return `${nodes.length === 2 ? 'both' : 'all of'} ${named(nodes, 'and')}`;
}

const duringText = ({ from, until, zone }: Dates): string => `${from === undefined ? '' : ` from ${dayText(from)}`}${until === undefined ? '' : ` until ${dayText(until)}`}${zone === undefined ? '' : ` ${zone} time`}`;

const act = ({ programs }: Scope): string => (programs === undefined ? 'compute' : `run ${named(programs, 'or')}`);
export function whoText({ who, agents }: Scope): string {
  if (agents === true) return who === undefined ? 'AI agents' : `AI agents of ${named(who, 'or')}`;
  return who === undefined ? 'anyone' : named(who, 'or');
}
export const byText = (scope: Scope): string => (scope.who === undefined && scope.agents === undefined ? '' : ` by ${whoText(scope)}`);
export const ofPrograms = ({ programs }: Scope): string => (programs === undefined ? '' : ` of ${named(programs, 'or')}`);

function signerText(part: Signers): string {
  if ('node' in part) return name(part.node);
  if ('role' in part) return `${name(part.role)}${part.at === undefined ? '' : ` of ${name(part.at)}`}`;
  return part.owners === 'other' ? 'other data owners' : 'data owners';
}

type OneQuorum = Extract<Condition, { readonly quorum: Quorum }>;
const isOneSeat = (condition: Condition): condition is OneQuorum => 'quorum' in condition && condition.quorum.need === 1;
/** Those of whom any one may take the seat, as phrases of their own. */
const takers = ({ quorum: { of } }: OneQuorum): string[] => of.map((part) => ('owners' in part ? `any ${signerText(part).slice(0, -1)}` : signerText(part)));

/** "Any data owner", "Node B or Compliance". */
export const signersListText = (of: readonly Signers[]): string => takers({ quorum: { need: 1, of } }).join(' or ');

/** One who is to be told. */
export const notifiedText = (part: Signers): string => ('owners' in part ? `every ${signerText(part).slice(0, -1)}` : signerText(part));

type Join = 'and' | 'or';

/** A list is joined by the word that does not follow it, so that it ends where it should. */
function quorumText({ need, of }: Quorum, next: Join | undefined): string {
  const pool = listed(of.map(signerText), next === 'and' ? 'or' : 'and');
  const people = of.length === 1 && 'role' in of[0] ? 'people from ' : '';
  if (need === 'every') return `all ${people}${pool}`;
  if (need === 'majority') return `a majority of ${people}${pool}`;
  return `at least ${need} ${people === '' ? 'of ' : people}${pool}`;
}

/** Who must sign, without the verb. `next` is the word that follows. */
export function signersText(condition: Condition, next?: Join): string {
  if (isOneSeat(condition)) {
    const names = takers(condition);
    return names.length === 1 ? names[0] : `either ${names.join(' or ')}`;
  }
  if ('quorum' in condition) return quorumText((condition as OneQuorum).quorum, next);
  const [word, join, items] = 'all' in condition ? (['both', 'and', condition.all] as const) : (['either', 'or', condition.any] as const);
  const texts = items.map((item, i) => (join === 'or' && isOneSeat(item) ? takers(item).join(' or ') : signersText(item, i < items.length - 1 ? join : next)));
  return `${word} ${texts.join(` ${join} `)}`;
}

/** How deep `both` and `either` are nested. */
export const depthOf = (condition: Condition): number => (isOneSeat(condition) ? Math.min(1, condition.quorum.of.length - 1) : 'quorum' in condition ? 0 : 1 + Math.max(...('all' in condition ? condition.all : condition.any).map(depthOf)));

const clauseText = (condition: Condition): string => `${signersText(condition)} ${isOneSeat(condition) || 'any' in condition ? 'signs' : 'sign'}`;

/** "Node B signs". The deepest conditions have a verb in each part, which keeps "both A and B sign" apart from what follows it. */
export function conditionText(condition: Condition): string {
  if (depthOf(condition) < 3) return clauseText(condition);
  return 'all' in condition ? `both ${condition.all.map(clauseText).join(' and ')}` : 'any' in condition ? `either ${condition.any.map(clauseText).join(' or ')}` : clauseText(condition);
}

/** "anyone to compute on Payroll". */
export const actionText = (scope: Scope): string => `${whoText(scope)} to ${act(scope)}${limitsText(scope)}`;
