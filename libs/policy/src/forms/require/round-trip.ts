import { countOf } from '../../meaning/count.js';
import { type RoundTripRequirement } from '../../rules.js';
import { type RoundTripNode } from '../../syntax.js';
import { type RequirementForm } from '../form.js';

export const roundTripRequirement: RequirementForm<RoundTripNode, RoundTripRequirement> = {
  node: 'roundTrip',
  requirement: 'round-trip',

  meaning(names, node) {
    if (node.count === null) {
      names.refusals.add('CS0220', names.place(node), 'does not say how many milliseconds', { help: ['write a number, for example `at most 80 ms`'] });
      return undefined;
    }
    const count = countOf(names, node.count, node.unit?.startsWith('s') ? 'seconds' : 'milliseconds');
    return count === undefined ? undefined : { kind: 'round-trip', atMostMs: node.unit?.startsWith('s') ? count * 1_000 : count };
  },

  render: ({ atMostMs }) => `use links with a round trip of at most ${atMostMs} ms`,

  failure({ atMostMs }, deciding) {
    const { job: { parties }, facts: { links } } = deciding;
    deciding.roundTripAtMost(atMostMs);
    if (links !== undefined) deciding.restsOn({ links });
    if (links === 'measured at start') return undefined;
    const all = [...new Set(parties)];
    for (const [i, a] of all.entries()) {
      for (const b of all.slice(i + 1)) {
        const measured = (links ?? []).filter(({ between }) => between.includes(a) && between.includes(b)).map(({ roundTripMs }) => roundTripMs);
        if (measured.length === 0) return `it is not known how long a round trip between ${a} and ${b} takes`;
        const slowest = Math.max(...measured);
        // Also when a measurement is no number.
        if (!(slowest <= atMostMs)) return `a round trip between ${a} and ${b} takes ${slowest} ms`;
      }
    }
    return undefined;
  },
};
