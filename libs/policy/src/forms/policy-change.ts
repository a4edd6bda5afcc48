import { conditionOf, MAX_VERBLESS_DEPTH } from '../meaning/condition.js';
import { signersText } from '../render/parts.js';
import { type Condition, type PolicyChange } from '../rules.js';
import { type PolicyChangeNode } from '../syntax.js';
import { type SentenceForm } from './form.js';

export const policyChangeForm: SentenceForm<PolicyChangeNode, PolicyChange> = {
  node: 'policyChange',
  rule: 'policy-change',

  meaning(names, node) {
    if (node.needs === null) {
      names.refusals.add('CS0231', names.place(node), 'does not say whose signatures', { help: ['write, for example, `Policy changes need at least 2 of Node A, Node B and Node C to sign`'] });
      return undefined;
    }
    const needs = conditionOf(names, node.needs, MAX_VERBLESS_DEPTH);
    if (needs === undefined) return undefined;
    if (!namesOwners(needs)) return { kind: 'policy-change', needs };
    names.refusals.add('CS0247', names.place(node.needs), 'a policy has no data owners, only a computation has', { help: ['name the nodes or roles that must sign'] });
    return undefined;
  },

  render: ({ needs }) => `Policy changes need ${signersText(needs)} to sign.`,
  explain: () => 'This counts for the policy that replaces this one.',
  // It is about no job, see decide/publication.ts.
  apply: () => undefined,
};

const namesOwners = (condition: Condition): boolean =>
  'quorum' in condition ? condition.quorum.of.some((part) => 'owners' in part) : ('all' in condition ? condition.all : condition.any).some(namesOwners);
