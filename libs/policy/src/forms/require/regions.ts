import { freeWordsOf, normalWords } from '../../meaning/free-words.js';
import { joinOf, sortedNames } from '../../meaning/lists.js';
import { listed } from '../../render/parts.js';
import { type RegionsRequirement } from '../../rules.js';
import { type RegionsNode } from '../../syntax.js';
import { type RequirementForm } from '../form.js';

export const regionsRequirement: RequirementForm<RegionsNode, RegionsRequirement> = {
  node: 'regions',
  requirement: 'regions',

  meaning(names, node) {
    if (joinOf(names.refusals, names.place(node), node.regions) === undefined) return undefined;
    const found = node.regions.items.map((region) => freeWordsOf(names, region, 'region'));
    return found.includes(undefined) ? undefined : { kind: 'regions', regions: sortedNames((found as string[]).map(normalWords)) };
  },

  render: ({ regions }) => `run only on nodes in ${listed(regions.map((region) => `"${region}"`), 'or')}`,

  failure({ regions }, deciding) {
    const { job, facts } = deciding;
    const places = (facts.regions ?? []).filter(({ node }) => job.parties.includes(node));
    deciding.restsOn({ regions: places });
    const known = new Map(places.map(({ node, region }) => [node, region]));
    for (const party of job.parties) {
      const region = known.get(party);
      if (region === undefined) return `it is not known where ${party} is`;
      if (!regions.includes(normalWords(region))) return `${party} is in ${region}`;
    }
    return undefined;
  },
};
