import { reaches } from '../decide/scope.js';
import { nodesOf, resultsOf } from '../meaning/scope.js';
import { limitsText, named, ofPrograms } from '../render/parts.js';
import { type Receivers } from '../rules.js';
import { type ReceiveNode } from '../syntax.js';
import { type SentenceForm } from './form.js';

export const receiversForm: SentenceForm<ReceiveNode, Receivers> = {
  node: 'receive',
  rule: 'receivers',

  meaning(names, node) {
    const scope = resultsOf(names, node);
    const receivers = node.to.kind === 'requester' ? 'requester' : nodesOf(names, node.to);
    return scope && receivers && { kind: 'receivers', scope, receivers };
  },

  render: ({ scope, receivers }) => `Only ${receivers === 'requester' ? 'the requester' : named(receivers, 'and')} may receive the result${ofPrograms(scope)}${limitsText(scope)}.`,

  apply({ scope, receivers }, deciding) {
    const { job } = deciding;
    if (!reaches(scope, deciding)) return;
    const others = job.receivers.filter((receiver) => (receivers === 'requester' ? receiver !== job.requester.node : !receivers.includes(receiver)));
    if (others.length > 0) deciding.denies(`${others.join(' and ')} may not receive this result`);
  },
};
