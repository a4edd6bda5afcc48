import { type DurationNode, type Range } from '../syntax.js';
import { secondsOf } from './calendar.js';
import { type Resolver } from './resolver.js';

const MOST_SECONDS = 36_525 * 86_400;

/** The seconds until something is due, or undefined after refusing them. `at` is marked where no time is written. */
export function deadlineOf(names: Resolver, at: Range, duration: DurationNode | null): number | undefined {
  if (duration !== null) {
    const seconds = secondsOf(names, duration);
    if (seconds === undefined || seconds <= MOST_SECONDS) return seconds;
    names.refusals.add('CS0245', names.place(duration), 'is more than 100 years from now', { help: ['write an earlier time'] });
    return undefined;
  }
  names.refusals.add('CS0245', names.place(at), 'does not say by when', { help: ['write a time at its end, for example `within 1 hour` or `after 30 days`'] });
  return undefined;
}
