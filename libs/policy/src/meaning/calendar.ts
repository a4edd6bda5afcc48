import { type Dates } from '../rules.js';
import { type DurationNode, type Limit, type Range } from '../syntax.js';
import { countOf } from './count.js';
import { nearestName } from './nearest-name.js';
import { type Resolver } from './resolver.js';

const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];
const two = (n: number): string => String(n).padStart(2, '0');

/** `YYYY-MM-DD`, or undefined after refusing what is no day of the calendar. */
function dayOf(names: Resolver, range: Range): string | undefined {
  const text = names.text(range).toLowerCase();
  const [, day, month, year] = /^([0-9]{1,2}) ([a-z]+) ([0-9]{4})$/.exec(text) ?? [];
  const iso = year === undefined ? text : `${year}-${two(MONTHS.indexOf(month) + 1)}-${two(Number(day))}`;
  // A day that does not exist, like 31 February, becomes another one.
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(iso) && !Number.isNaN(Date.parse(iso)) && new Date(iso).toISOString().startsWith(iso)) return iso;
  names.refusals.add('CS0237', names.place(range), `\`${names.text(range)}\` is no date`, { help: ['write it like `1 October 2026`'] });
  return undefined;
}

export const dayText = (iso: string): string => `${Number(iso.slice(8))} ${MONTHS[Number(iso.slice(5, 7)) - 1].replace(/^./, (first) => first.toUpperCase())} ${iso.slice(0, 4)}`;

/** "from 1 October 2026 until 31 December 2026". */
export function datesOf(names: Resolver, limit: Extract<Limit, { kind: 'dates' }>): { readonly during: Dates } | undefined {
  const from = limit.from === null ? null : dayOf(names, limit.from);
  const until = limit.until === null ? null : dayOf(names, limit.until);
  const zone = limit.zone === null ? null : zoneOf(names, limit.zone);
  if (from === undefined || until === undefined || zone === undefined) return undefined;
  if (from !== null && until !== null && until < from) {
    names.refusals.add('CS0238', names.place(limit), 'ends before it begins', { help: ['exchange the two dates'] });
    return undefined;
  }
  if (until !== null && names.today !== undefined && until < names.today) {
    names.refusals.add('CS0239', names.place(limit), `was over on ${dayText(until)}`, { help: ['leave the sentence out, or write a later date'] });
    return undefined;
  }
  return { during: { ...(from === null ? {} : { from }), ...(until === null ? {} : { until }), ...(zone === null ? {} : { zone }) } };
}

const knownZones = new Map<string, boolean>();
const MAX_KNOWN_ZONES = 1_024;

/** Looked up once for each name, since it takes long. */
function isZone(zone: string): boolean {
  let known = knownZones.get(zone);
  if (known !== undefined) return known;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    known = true;
  } catch {
    known = false;
  }
  if (knownZones.size < MAX_KNOWN_ZONES) knownZones.set(zone, known);
  return known;
}

/** An IANA zone as written, or undefined after refusing it. */
export function zoneOf(names: Resolver, range: Range): string | undefined {
  const zone = names.text(range).replace(/ time$/i, '');
  if (/^(?:utc|gmt)$/i.test(zone)) return 'UTC';
  if (zone.includes('/') && isZone(zone)) return zone;
  const zones = Intl.supportedValuesOf('timeZone');
  const near = zones.find((known) => known.toLowerCase().endsWith(`/${zone.toLowerCase()}`)) ?? nearestName(zone, zones, (known) => known);
  names.refusals.add('CS0236', names.place(range), `I do not know the time zone \`${zone}\``, { help: [near === undefined ? 'write it like `Europe/London`' : `did you mean \`${near}\`?`] });
  return undefined;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { week: 604_800, day: 86_400, hour: 3_600, minute: 60, second: 1 };

/** Seconds, or undefined after refusing the count. */
export function secondsOf(names: Resolver, { count, unit }: DurationNode): number | undefined {
  const name = names.text(unit).toLowerCase().replace(/s$/, '');
  const many = countOf(names, count, `${name}s`);
  return many === undefined ? undefined : many * UNIT_SECONDS[name];
}

/** "4 hours": in the largest unit that it is a multiple of. */
export function durationText(seconds: number): string {
  const [unit, size] = Object.entries(UNIT_SECONDS).find(([, each]) => seconds % each === 0) ?? ['second', 1];
  return `${seconds / size} ${unit}${seconds === size ? '' : 's'}`;
}
