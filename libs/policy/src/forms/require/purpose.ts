import { normalWords } from '../../meaning/free-words.js';
import { purposesOf } from '../../meaning/scope.js';
import { purposesText } from '../../render/parts.js';
import { type PurposeRequirement } from '../../rules.js';
import { type PurposeNode } from '../../syntax.js';
import { type RequirementForm } from '../form.js';

export const purposeRequirement: RequirementForm<PurposeNode, PurposeRequirement> = {
  node: 'purposes',
  requirement: 'purpose',

  meaning(names, node) {
    const found = purposesOf(names, node.purposes);
    if (found === undefined) return undefined;
    if (found.purposes !== undefined) return { kind: 'purpose', purposes: found.purposes };
    names.refusals.add('CS0232', names.place(node), '`any purpose` asks for nothing', { help: ['name the purposes'] });
    return undefined;
  },

  render: ({ purposes }) => `be for ${purposesText(purposes)}`,

  failure({ purposes }, { job: { purpose } }) {
    if (purpose === undefined) return 'the request names no purpose';
    return purposes.includes(normalWords(purpose)) ? undefined : `the purpose \`${purpose}\` is not one of these`;
  },
};
