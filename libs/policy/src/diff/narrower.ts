import canonicalize from 'canonicalize';
import { compareDecimals } from '../decimal.js';
import { restsOnNoMore } from '../forms/require/assumptions.js';
import { type Condition, type DataSelector, type Dates, type Requirement, type Scope } from '../rules.js';

export const textOf = (value: unknown): string => canonicalize(value) ?? '';
const isSame = (a: unknown, b: unknown): boolean => textOf(a) === textOf(b);

/** Whether everything in `some` is in `all`; an absent list is everything. */
export function isWithin(some: readonly (string | DataSelector)[] | undefined, all: readonly (string | DataSelector)[] | undefined): boolean {
  return all === undefined || (some !== undefined && some.every((one) => all.some((other) => isSame(one, other))));
}

/** Whether every request that a scope reaches or covers, another one does too, as far as the two texts show. */
export function isNarrower(some: Scope, all: Scope): boolean {
  const { who, programs, data, purposes, during, ...rest } = all;
  if (!isWithin(some.who, who) || !isWithin(some.programs, programs) || !isWithin(some.data, data) || !isWithin(some.purposes, purposes)) return false;
  return isDuring(some.during, during) && (Object.keys(rest) as (keyof typeof rest)[]).every((field) => isSame(some[field], all[field]));
}

const isDuring = (some: Dates | undefined, all: Dates | undefined): boolean =>
  all === undefined || (some !== undefined && some.zone === all.zone && (all.from === undefined || (some.from ?? '') >= all.from) && (all.until === undefined || (some.until ?? '~') <= all.until));

/** Whether whoever meets a condition meets another one too, as far as the two texts show. No condition is always met. */
export function isAsStrict(strict: Condition | undefined, lax: Condition | undefined): boolean {
  if (lax === undefined || isSame(strict, lax)) return true;
  if (strict === undefined) return false;
  if ('all' in strict && strict.all.some((item) => isAsStrict(item, lax))) return true;
  if ('any' in lax && lax.any.some((item) => isSame(item, strict))) return true;
  if (!('quorum' in strict) || !('quorum' in lax)) return false;
  const [a, b] = [strict.quorum, lax.quorum];
  return isSame(a.of, b.of) && typeof a.need === 'number' && typeof b.need === 'number' && a.need >= b.need;
}

/** Whether every request that meets a requirement meets another one too, as far as the two texts show. */
export function demandsAsMuch(strict: Requirement, lax: Requirement): boolean {
  if (isSame(strict, lax)) return true;
  switch (strict.kind) {
    case 'privacy':
      return lax.kind === 'privacy' && compareDecimals(strict.epsilon, lax.epsilon) <= 0
        && (strict.delta === undefined || (lax.delta !== undefined && compareDecimals(strict.delta, lax.delta) <= 0));
    case 'parties':
      return lax.kind === 'parties' && (strict.atLeast ?? 0) >= (lax.atLeast ?? 0) && (lax.majority === undefined || strict.majority === lax.majority);
    case 'purpose':
      return lax.kind === 'purpose' && isWithin(strict.purposes, lax.purposes);
    case 'regions':
      return lax.kind === 'regions' && isWithin(strict.regions, lax.regions);
    case 'round-trip':
      return lax.kind === 'round-trip' && strict.atMostMs <= lax.atMostMs;
    case 'approved-program':
      return lax.kind === 'approved-program' && isAsStrict(strict.by, lax.by);
    case 'assumptions':
      return lax.kind === 'assumptions' && restsOnNoMore(strict.profile, lax.profile);
    case 'security':
    case 'window':
      return false;
  }
}
