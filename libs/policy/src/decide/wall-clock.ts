/** What the calendar and the clock on the wall show in a zone. */
export interface WallClock {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  /** 1 is Monday. */
  readonly weekday: number;
  /** `HH:MM`. */
  readonly time: string;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const formats = new Map<string, Intl.DateTimeFormat>();

/** The wall clock of a zone at an instant (RFC 3339). Throws for what is no instant or no zone. */
export function wallClock(instant: string, zone: string): WallClock {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
  return { day: `${part.year}-${part.month}-${part.day}`, weekday: WEEKDAYS.indexOf(part.weekday) + 1, time: `${part.hour}:${part.minute}` };
}
