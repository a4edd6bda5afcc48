import { type PeriodUnit } from '../rules.js';
import { wallClock } from './wall-clock.js';

/** Instants in milliseconds, and as RFC 3339; `until` is not included. */
export interface Period {
  readonly from: number;
  readonly until: number;
  readonly fromText: string;
  readonly untilText: string;
}

/** More than any zone is ahead of or behind UTC. */
const MAX_OFFSET_MS = 16 * 3_600_000;

const dayText = (utc: number): string => new Date(utc).toISOString().slice(0, 10);

/** The first day of the period that a day lies in, and of the next one, by the calendar alone. */
function daysOf(day: string, per: PeriodUnit): readonly [string, string] {
  const [year, month, date] = day.split('-').map(Number);
  const at = (y: number, m: number, d: number): string => dayText(Date.UTC(y, m - 1, d));
  switch (per) {
    case 'day':
      return [day, at(year, month, date + 1)];
    case 'week': {
      const monday = date - ((new Date(day).getUTCDay() + 6) % 7);
      return [at(year, month, monday), at(year, month, monday + 7)];
    }
    case 'month':
      return [at(year, month, 1), at(year, month + 1, 1)];
    case 'quarter': {
      const first = month - ((month - 1) % 3);
      return [at(year, first, 1), at(year, first + 3, 1)];
    }
    case 'year':
      return [at(year, 1, 1), at(year + 1, 1, 1)];
  }
}

/** The first instant at which the calendar of a zone shows this day or a later one. */
function startOf(day: string, zone: string): number {
  const midnight = Date.parse(day);
  if (zone === 'UTC') return midnight;
  const hasBegun = (at: number): boolean => wallClock(new Date(at).toISOString(), zone).day >= day;
  const shown = wallClock(day, zone);
  const usual = 2 * midnight - Date.parse(`${shown.day}T${shown.time}Z`);
  if (hasBegun(usual) && !hasBegun(usual - 1)) return usual;
  let [before, from] = [midnight - MAX_OFFSET_MS, midnight + MAX_OFFSET_MS];
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (hasBegun(middle)) from = middle;
    else before = middle;
  }
  return from;
}

const latest = new Map<string, Period>();

/**
 * The period of the calendar of a zone that an instant (RFC 3339) lies in. It begins with the first instant that the calendar shows its first day: a day on
 * which the clock is changed is an hour shorter or longer, and one whose midnight is skipped begins when the clock goes on. Throws for what is no
 * instant or no zone.
 */
export function periodOf(instant: string, per: PeriodUnit, zone: string): Period {
  const at = Date.parse(instant);
  const key = `${per} ${zone}`;
  const known = latest.get(key);
  if (known !== undefined && at >= known.from && at < known.until) return known;
  const [first, next] = daysOf(wallClock(instant, zone).day, per);
  const [from, until] = [startOf(first, zone), startOf(next, zone)];
  const period = { from, until, fromText: new Date(from).toISOString(), untilText: new Date(until).toISOString() };
  latest.set(key, period);
  return period;
}
