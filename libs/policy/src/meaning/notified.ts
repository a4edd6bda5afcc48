import { type Signers } from '../rules.js';
import { type List, type Pool, type Range } from '../syntax.js';
import { distinct, poolOf } from './condition.js';
import { joinOf } from './lists.js';
import { type Resolver } from './resolver.js';

/** Everybody who is to be told, or undefined after refusing a part of the list. */
export function noticePoolOf(names: Resolver, at: Range, list: List<Pool>): readonly Signers[] | undefined {
  const join = joinOf(names.refusals, names.place(at), list);
  const pools = list.items.map((item) => poolOf(names, item, { kind: 'one', start: item.start, end: item.end }, item));
  if (join === undefined || pools.includes(undefined)) return undefined;
  if (join === 'and') return distinct((pools as Signers[][]).flat());
  names.refusals.add('CS0246', names.place(at), 'does not say who of them is told', { help: ['write `and` if all are told; a role is told when any one who holds it is'] });
  return undefined;
}
