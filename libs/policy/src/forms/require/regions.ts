import { lower } from '../../names.js';
import { joinOf, sortedNames } from '../../meaning/lists.js';
import { listed } from '../../render/parts.js';
import { type RegionsRequirement } from '../../rules.js';
import { type RegionsNode } from '../../syntax.js';
import { type RequirementForm } from '../form.js';

const normal = (region: string): string => lower(region).trim().replace(/ {2,}/g, ' ');

export const regionsRequirement: RequirementForm<RegionsNode, RegionsRequirement> = {
  node: 'regions',
  requirement: 'regions',

  meaning(names, node) {
    if (joinOf(names.refusals, names.place(node), node.regions) === undefined) return undefined;
    return { kind: 'regions', regions: sortedNames(node.regions.items.map((region) => normal(names.unquoted(region)))) };
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
      if (!regions.includes(normal(region))) return `${party} is in ${region}`;
    }
    return undefined;
  },
};
