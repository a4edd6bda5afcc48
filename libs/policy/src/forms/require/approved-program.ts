import { conditionOf, MAX_VERBLESS_DEPTH } from '../../meaning/condition.js';
import { listed, signersText } from '../../render/parts.js';
import { type ProgramRequirement } from '../../rules.js';
import { type ProgramNode } from '../../syntax.js';
import { type RequirementForm } from '../form.js';

export const programRequirement: RequirementForm<ProgramNode, ProgramRequirement> = {
  node: 'approvedProgram',
  requirement: 'approved-program',

  meaning(names, node) {
    const by = conditionOf(names, node.by, MAX_VERBLESS_DEPTH);
    return by && { kind: 'approved-program', by };
  },

  // What follows could be another requirement, which "and" begins.
  render: ({ by }) => `use a program approved by ${signersText(by, 'and')}`,

  failure({ by }, deciding) {
    const { job: { program }, facts: { programApprovals } } = deciding;
    if (programApprovals === undefined) return `it is not known who approved ${program.name}`;
    const state = deciding.programState(by);
    if (state.is === 'met') return undefined;
    return state.is === 'closed' ? `${program.name} is not approved, and those who could approve it cannot` : `${program.name} is not approved: ${listed(state.canSign, 'or')} can approve it`;
  },
};
