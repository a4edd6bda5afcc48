import { type DurationNode, type Range } from '../syntax.js';
import { secondsOf } from './calendar.js';
import { type Resolver } from './resolver.js';

/** The seconds until something is due, or undefined after refusing them. `at` is marked where no time is written. */
export function deadlineOf(names: Resolver, at: Range, duration: DurationNode | null): number | undefined {
  if (duration !== null) return secondsOf(names, duration);
  names.refusals.add('CS0245', names.place(at), 'does not say by when', { help: ['write a time at its end, for example `within 1 hour` or `after 30 days`'] });
  return undefined;
}
