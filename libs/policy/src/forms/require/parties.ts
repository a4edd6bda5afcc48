import { countOf } from '../../meaning/count.js';
import { type PartiesRequirement } from '../../rules.js';
import { type PartiesNode } from '../../syntax.js';
import { type RequirementForm } from '../form.js';

export const partiesRequirement: RequirementForm<PartiesNode, PartiesRequirement> = {
  node: 'parties',
  requirement: 'parties',

  meaning(names, { count, majority }) {
    const atLeast = count === null ? null : countOf(names, count, 'parties');
    if (atLeast === undefined) return undefined;
    return { kind: 'parties', ...(atLeast === null ? {} : { atLeast }), ...(majority === null ? {} : { majority: 'honest' }) };
  },

  render: ({ atLeast, majority }) => `use ${[atLeast === undefined ? '' : `at least ${atLeast} computing parties`, majority === undefined ? '' : 'an honest majority'].filter((part) => part !== '').join(' with ')}`,

  failure({ atLeast = 0, majority }, { job: { parties, security } }) {
    const different = new Set(parties).size;
    if (different < atLeast) return `only ${different} ${different === 1 ? 'party computes' : 'parties compute'}`;
    return majority !== undefined && security.majority !== majority ? 'the request does not ask for a protocol with an honest majority' : undefined;
  },
};
