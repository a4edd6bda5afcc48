import { wallClock } from '../decide/wall-clock.js';
import { dayText } from '../meaning/calendar.js';
import { type Check } from './looking.js';

/** Dated sentences whose last day has passed. */
export const over: Check = function* (looking) {
  for (const written of looking.policy.rules) {
    if (!('scope' in written.rule) || written.rule.scope.during?.until === undefined) continue;
    const { during, ...rest } = written.rule.scope;
    const { until, zone = 'UTC' } = during;
    if (until === undefined || wallClock(looking.known.now, zone).day <= until) continue;
    const now = looking.first(rest, ({ facts }) => facts.now === looking.known.now);
    yield {
      code: 'CS0270', severity: 'warning', rules: [looking.cite(written, 'is over')],
      message: `this sentence was over on ${dayText(until)} and does nothing any more`,
      help: ['take it out, or write a later date'],
      ...(typeof now === 'object' ? { example: looking.example(looking.protectedMost(now), 'the decision on this request is the same without the sentence') } : {}),
    };
  }
};
