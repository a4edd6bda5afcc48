import { reaches } from '../decide/scope.js';
import { countOf } from '../meaning/count.js';
import { resultsOf } from '../meaning/scope.js';
import { limitsText, ofPrograms } from '../render/parts.js';
import { type MinimumGroup } from '../rules.js';
import { type CoverNode } from '../syntax.js';
import { type SentenceForm } from './form.js';

export const minimumGroupForm: SentenceForm<CoverNode, MinimumGroup> = {
  node: 'cover',
  rule: 'minimum-group',

  meaning(names, node) {
    const scope = resultsOf(names, node);
    const records = countOf(names, node.count, 'records');
    return scope === undefined || records === undefined ? undefined : { kind: 'minimum-group', scope, records };
  },

  render: ({ scope, records }) => `Every result${ofPrograms(scope)}${limitsText(scope)} must cover at least ${records} records.`,

  apply({ scope, records }, deciding) {
    if (reaches(scope, deciding)) deciding.coversAtLeast(records);
  },
};
