import { compareDecimals } from '../decimal.js';
import { type Rule, type Scope } from '../rules.js';
import { demandsAsMuch, isAsStrict, isNarrower, isWithin, textOf } from './narrower.js';

type Of<Kind extends Rule['kind']> = Extract<Rule, { kind: Kind }>;
type Loosened = { readonly [Kind in Rule['kind']]: (old: Of<Kind>, now: Of<Kind>) => readonly (string | false)[] };

const holdsForFewer = (old: { readonly scope: Scope }, now: { readonly scope: Scope }): string | false => !isNarrower(old.scope, now.scope) && 'it holds for other requests than before, not for all of those';
const lifted = (old: Of<'forbid'>['unless'], now: Of<'forbid'>['unless']): string | false => {
  if (now === undefined) return false;
  return old === undefined ? 'signatures lift it now' : !isAsStrict(now, old) && 'other signatures lift it now';
};
const isEarlier = (old: { readonly seconds: number }, now: { readonly seconds: number }): boolean => now.seconds <= old.seconds;

/** What a changed rule holds off no more, kind by kind. What the two texts do not show to be as strict counts as looser. */
const LOOSENED: Loosened = {
  permit: (old, now) => [
    old.binding === true && now.binding !== true && 'its signatures bind other permissions no more',
    old.when !== undefined && now.when === undefined ? 'it needs no signatures any more' : !isAsStrict(now.when, old.when) && 'other signatures are enough now',
    !isNarrower(now.scope, old.scope) && 'it allows other requests than before',
    old.binding === true && now.binding === true && holdsForFewer(old, now),
  ],
  forbid: (old, now) => [lifted(old.unless, now.unless), holdsForFewer(old, now)],
  pause: (old, now) => [lifted(old.until, now.until), holdsForFewer(old, now)],
  veto: (old, now) => [!isWithin(old.by.map(textOf), now.by.map(textOf)) && 'not all who could veto still can', holdsForFewer(old, now)],
  receivers: (old, now) => [textOf(old.receivers) !== textOf(now.receivers) && (old.receivers === 'requester' || now.receivers === 'requester' || !isWithin(now.receivers, old.receivers)) && 'others may receive results now', holdsForFewer(old, now)],
  'minimum-group': (old, now) => [now.records < old.records && `results may be about ${now.records} records instead of ${old.records}`, holdsForFewer(old, now)],
  require: (old, now) => [!old.must.every((lax) => now.must.some((strict) => demandsAsMuch(strict, lax))) && 'it asks for less, or for something else', holdsForFewer(old, now)],
  budget: (old, now) => [
    compareDecimals(now.most, old.most) > 0 && `the limit is raised from ${old.most} to ${now.most}`,
    (now.per !== old.per || now.zone !== old.zone) && 'it counts over other periods',
    now.each === true && old.each !== true && 'each node that asks has its own now',
    now.of !== old.of && 'it limits something else',
    holdsForFewer(old, now),
  ],
  notice: (old, now) => [!isEarlier(old, now) && 'there is more time for it', !isWithin(old.notify.map(textOf), now.notify.map(textOf)) && 'not all who were told still are', holdsForFewer(old, now)],
  deletion: (old, now) => [!isEarlier(old, now) && 'there is more time for it', holdsForFewer(old, now)],
  'signature-validity': (old, now) => [!isEarlier(old, now) && 'signatures last longer', holdsForFewer(old, now)],
  'policy-change': (old, now) => [!isAsStrict(now.needs, old.needs) && 'other signatures are enough for the next policy'],
  'no-self-signing': () => [],
  group: () => [],
};

/** What a rule that became another of its kind holds off no more, in one line. */
export function loosened(old: Rule, now: Rule): string | undefined {
  if (old.kind !== now.kind) return undefined;
  const said = (LOOSENED[old.kind] as (old: Rule, now: Rule) => readonly (string | false)[])(old, now).filter((text) => text !== false);
  return said.length === 0 ? undefined : said.join('; ');
}
