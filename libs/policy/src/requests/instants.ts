import { reaches } from '../decide/scope.js';
import { wallClock } from '../decide/wall-clock.js';
import { isOpen } from '../forms/require/window.js';
import { type CompiledPolicy, type Dates, type WindowRequirement } from '../rules.js';
import { type PolicyFacts, type PolicyJob } from '../types.js';

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
/** Later days on which something begins or ends are not looked at. */
const MAX_STARTS = 64;

/** The first instant at or after `midnightUtc` less 14 hours at which the wall clock of the zone shows this day and this time, or a later one. */
function instantOf(day: string, time: string, zone: string): number {
  const wanted = `${day} ${time}`;
  const from = Date.parse(`${day}T00:00:00Z`) - 14 * 3_600_000;
  for (let at = from; ; at += QUARTER_MS) {
    const shown = wallClock(new Date(at).toISOString(), zone);
    if (`${shown.day} ${shown.time}` >= wanted) return at;
  }
}

const dayAfter = (day: string, days = 1): string => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

/** When dated rules begin and end. */
const turnsOf = (dates: readonly Dates[]): number[] =>
  dates.flatMap(({ from, until, zone = 'UTC' }) => [...(from === undefined ? [] : [instantOf(from, '00:00', zone)]), ...(until === undefined ? [] : [instantOf(dayAfter(until), '00:00', zone)])]);

/** When a window opens and closes in the eight days from an instant on. */
function* turnsOfWindow({ from = '00:00', until = '24:00', zone }: WindowRequirement, start: number): Generator<number> {
  const { day } = wallClock(new Date(start).toISOString(), zone);
  for (let i = 0; i < 8; i++) {
    yield instantOf(dayAfter(day, i), from, zone);
    yield until === '24:00' ? instantOf(dayAfter(day, i + 1), '00:00', zone) : instantOf(dayAfter(day, i), until, zone);
  }
}

/** Instants from `now` on, RFC 3339, of which one shows each set of windows and dated rules that can be open together. `now` is the first. */
export function instantsOf({ rules }: CompiledPolicy, now: string): readonly string[] {
  const distinct = <T>(found: readonly T[]): T[] => [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
  const dates = distinct(rules.flatMap(({ rule }): Dates[] => ('scope' in rule && rule.scope.during !== undefined ? [rule.scope.during] : [])));
  const windows = distinct(rules.flatMap(({ rule }) => (rule.kind === 'require' ? rule.must.filter((must) => must.kind === 'window') : [])));
  const first = Date.parse(now);
  const starts = [...new Set([first, ...turnsOf(dates).filter((at) => at > first)])].sort((a, b) => a - b).slice(0, MAX_STARTS);
  const turns = [...starts, ...starts.flatMap((start) => windows.flatMap((window) => [...turnsOfWindow(window, start)])).filter((at) => at > first).sort((a, b) => a - b)];
  const seen = new Map<string, string>();
  for (const turn of turns) {
    const instant = turn === first ? now : new Date(turn).toISOString();
    const state = [...dates.map((during) => isActive(during, instant)), ...windows.map((window) => isOpenAt(window, instant))].join();
    if (!seen.has(state)) seen.set(state, instant);
  }
  return [...seen.values()];
}

function isOpenAt(window: WindowRequirement, now: string): boolean {
  const { weekday, time } = wallClock(now, window.zone);
  return isOpen(window, weekday, time);
}

const ANY_JOB = { requester: { node: '' }, program: { name: '' }, inputs: [], parties: [] } as unknown as PolicyJob;
const isActive = (during: Dates, now: string): boolean => reaches({ during }, { job: ANY_JOB, facts: { now } as PolicyFacts });
