import { compareDecimals, sumOfDecimals } from '../decimal.js';
import { amountOf, limitOf } from '../decide/limit.js';
import { reaches } from '../decide/scope.js';
import { zoneOf } from '../meaning/calendar.js';
import { countOf } from '../meaning/count.js';
import { decimalOf } from '../meaning/decimal.js';
import { periodUnitOf } from '../meaning/period-unit.js';
import { type Resolver } from '../meaning/resolver.js';
import { resultsOf, whoOf } from '../meaning/scope.js';
import { limitsText, name, named, ofPrograms } from '../render/parts.js';
import { type Budget, type Scope } from '../rules.js';
import { type BudgetNode, type BudgetWho } from '../syntax.js';
import { type SentenceForm } from './form.js';

export const budgetForm: SentenceForm<BudgetNode, Budget> = {
  node: 'budget',
  rule: 'budget',

  meaning(names, node) {
    const asks = askersOf(names, node.who, node.each);
    const most = mostOf(names, node);
    const per = periodUnitOf(names, node, node.per);
    const zone = node.zone === null ? null : zoneOf(names, node.zone);
    const about = resultsOf(names, node);
    if (asks === undefined || most === undefined || per === undefined || zone === undefined || about === undefined) return undefined;
    return { kind: 'budget', scope: { ...asks.scope, ...about }, of: node.amount.kind, most, per, ...(zone === null ? {} : { zone }), ...(asks.each ? { each: true } : {}) };
  },

  render({ scope, of, most, per, zone, each }) {
    const amount = of === 'epsilon' ? `a total epsilon of ${most}` : `${most} computations${ofPrograms(scope)}`;
    const programs = of === 'epsilon' && scope.programs !== undefined ? ` in computations${ofPrograms(scope)}` : '';
    return `Limit ${askersText(scope, each)} to ${amount} per ${per}${zone === undefined ? '' : ` ${zone} time`}${programs}${limitsText(scope)}.`;
  },

  explain: ({ of, each, scope }) => [
    each === undefined ? (scope.who?.length === 1 ? '' : 'All of them share it.') : 'Each node that asks has its own.',
    of === 'epsilon' ? 'A request without differential privacy is denied, since nothing bounds its epsilon.' : '',
  ].filter((text) => text !== '').join(' '),

  apply(rule, deciding) {
    const { job, facts } = deciding;
    if (!reaches(rule.scope, deciding)) return;
    const amount = amountOf(rule.of, job);
    if (amount === undefined) return deciding.denies('the request does not ask for differential privacy, so nothing bounds its epsilon');
    const { key, from, until, most } = limitOf(rule, job, facts.now);
    const used = facts.uses?.find((use) => use.key === key)?.used;
    if (used === undefined) return deciding.denies('it is not known how much of this limit is used');
    deciding.restsOn({ now: facts.now, limits: [{ key, used, amount, most, from, until }] });
    if (compareDecimals(sumOfDecimals(used, amount), most) <= 0) return;
    const what = rule.of === 'epsilon' ? `an epsilon of ${used} of ${most}` : `${used} of ${most} ${most === '1' ? 'computation' : 'computations'}`;
    deciding.denies(`${what} ${rule.of === 'epsilon' || most === '1' ? 'is' : 'are'} used until ${until}${rule.of === 'epsilon' ? `, and this request asks for ${amount}` : ''}`);
  },
};

function waysOut(text: string, { who, agents }: Scope): string {
  if (agents === true) return `write \`${text} together\``;
  return who === undefined ? 'write `each node`, or `everyone` for all together' : 'write `each of` before it, or `together` after it';
}

/** Whom a limit is for, and whether each of them has its own. */
function askersOf(names: Resolver, asks: BudgetWho | null, saysEach: boolean): { readonly scope: Scope; readonly each: boolean } | undefined {
  const scope = asks === null ? {} : whoOf(names, asks.who);
  if (asks === null || scope === undefined) return scope && { scope, each: saysEach };
  const each = asks.how === 'each' || saysEach;
  if (asks.how === 'both' || (each && asks.how === 'together')) {
    names.refusals.add('CS0244', names.place(asks), 'says both `each` and `together`', { help: ['leave one of them out'] });
    return undefined;
  }
  if (each && scope.agents === true) {
    names.refusals.add('CS0244', names.place(asks), 'AI agents are not told apart, so they have no limits of their own', { help: ['write `AI agents of Node A`, or `AI agents together`'] });
    return undefined;
  }
  const several = scope.who === undefined || scope.who.length > 1;
  if (several && !each && asks.how === 'unsaid') {
    const text = names.text(asks);
    names.refusals.add('CS0244', names.place(asks), `\`${text}\` could mean each of them or all together`, { help: [waysOut(text, scope)] });
    return undefined;
  }
  return { scope, each: each && several };
}

function mostOf(names: Resolver, { amount }: BudgetNode): string | undefined {
  if (amount.kind === 'epsilon') return decimalOf(names, amount, amount.most, 'epsilon');
  if (amount.most !== null) return countOf(names, amount.most, 'computations')?.toString();
  names.refusals.add('CS0220', names.place(amount), 'does not say how many computations', { help: ['write a number, for example `10 computations per day`'] });
  return undefined;
}

function askersText({ who, agents }: Scope, each: true | undefined): string {
  if (each === true) return who === undefined ? 'each node' : `each of ${named(who, 'and')}`;
  if (agents === true) return who === undefined ? 'AI agents together' : `AI agents of ${named(who, 'and')}${who.length > 1 ? ' together' : ''}`;
  if (who === undefined) return 'everyone';
  return who.length === 1 ? name(who[0]) : `${named(who, 'and')} together`;
}
