import { zoneOf } from '../../meaning/calendar.js';
import { joinOf } from '../../meaning/lists.js';
import { type Resolver } from '../../meaning/resolver.js';
import { listed } from '../../render/parts.js';
import { type WindowRequirement } from '../../rules.js';
import { type Days, type Range, type WindowNode } from '../../syntax.js';
import { wallClock } from '../../decide/wall-clock.js';
import { type RequirementForm } from '../form.js';

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const WEEKDAYS = [1, 2, 3, 4, 5];
const WEEKENDS = [6, 7];
const before = (day: number): number => (day === 1 ? 7 : day - 1);

export const windowRequirement: RequirementForm<WindowNode, WindowRequirement> = {
  node: 'window',
  requirement: 'window',

  meaning(names, node) {
    const days = node.days === null ? null : daysOf(names, node.days);
    const times = node.times?.map((time) => timeOf(names, time));
    if (days === undefined || times?.includes(undefined)) return undefined;
    if (days === null && times === undefined) {
      names.refusals.add('CS0232', names.place(node), 'does not say when', { help: ['write `start on weekdays between 08:00 and 18:00 Europe/London time`'] });
      return undefined;
    }
    if (times !== undefined && times[0] === times[1]) {
      names.refusals.add('CS0238', names.place(node), 'begins and ends at the same time, so it never opens', { help: ['leave the times out if the whole day is meant'] });
      return undefined;
    }
    if (node.zone === null) {
      const { end } = names.place(node);
      names.refusals.add('CS0230', names.place(node), 'does not say which time zone', { help: ['say which, for example `Europe/London time`'], labels: [{ at: { start: end, end }, text: 'the time zone belongs here' }] });
      return undefined;
    }
    const zone = zoneOf(names, node.zone);
    if (zone === undefined) return undefined;
    return { kind: 'window', ...(days === null ? {} : { days }), ...(times === undefined ? {} : { from: times[0], until: times[1] }), zone };
  },

  render: ({ days, from, until, zone }) => `start${days === undefined ? '' : ` on ${daysText(days)}`}${from === undefined ? '' : ` between ${from} and ${until}`} ${zone} time`,

  failure(requirement, deciding) {
    const { facts } = deciding;
    deciding.restsOn({ now: facts.now });
    const { day, weekday, time } = wallClock(facts.now, requirement.zone);
    return isOpen(requirement, weekday, time) ? undefined : `it is ${DAYS[weekday - 1]} ${day} ${time} ${requirement.zone} time`;
  },
};

export function isOpen({ days = [...WEEKDAYS, ...WEEKENDS], from = '00:00', until = '24:00' }: WindowRequirement, weekday: number, time: string): boolean {
  if (from < until) return days.includes(weekday) && time >= from && time < until;
  return (days.includes(weekday) && time >= from) || (days.includes(before(weekday)) && time < until);
}

const dayOf = (names: Resolver, range: Range): number => DAYS.findIndex((day) => names.text(range).toLowerCase().startsWith(day.toLowerCase())) + 1;

function daysOf(names: Resolver, days: Days): readonly number[] | undefined {
  switch (days.kind) {
    case 'weekdays':
      return WEEKDAYS;
    case 'weekends':
      return WEEKENDS;
    case 'dayRange': {
      const found: number[] = [];
      const last = dayOf(names, days.last);
      for (let day = dayOf(names, days.first); ; day = (day % 7) + 1) {
        found.push(day);
        if (day === last) return found.sort((a, b) => a - b);
      }
    }
    case 'dayList':
      return joinOf(names.refusals, names.place(days), days) && [...new Set(days.items.map((day) => dayOf(names, day)))].sort((a, b) => a - b);
  }
}

function daysText(days: readonly number[]): string {
  const key = days.join();
  return key === WEEKDAYS.join() ? 'weekdays' : key === WEEKENDS.join() ? 'weekends' : listed(days.map((day) => DAYS[day - 1]), 'or');
}

/** `HH:MM`, or undefined after refusing it. */
function timeOf(names: Resolver, range: Range): string | undefined {
  const text = names.text(range);
  const padded = text.padStart(5, '0');
  if (/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/.test(padded)) return padded;
  names.refusals.add('CS0240', names.place(range), `\`${text}\` is no time of day`, { help: ['write it like `08:00` or `18:30`'] });
  return undefined;
}
