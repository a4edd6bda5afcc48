import { compareDecimals } from '../../decimal.js';
import { decimalOf } from '../../meaning/decimal.js';
import { type Resolver } from '../../meaning/resolver.js';
import { type PrivacyRequirement } from '../../rules.js';
import { type BoundNode, type PrivacyNode, type Range } from '../../syntax.js';
import { type RequirementForm } from '../form.js';

export const privacyRequirement: RequirementForm<PrivacyNode, PrivacyRequirement> = {
  node: 'privacy',
  requirement: 'privacy',

  meaning(names, node) {
    const epsilon = boundOf(names, node, node.epsilon, 'epsilon');
    const delta = node.delta === null ? null : boundOf(names, node, node.delta, 'delta');
    return epsilon === undefined || delta === undefined ? undefined : { kind: 'privacy', epsilon, ...(delta === null ? {} : { delta }) };
  },

  render: ({ epsilon, delta }) => `use differential privacy with epsilon at most ${epsilon}${delta === undefined ? '' : ` and delta at most ${delta}`}`,

  failure({ epsilon, delta }, { job: { privacy } }) {
    if (privacy === undefined) return 'the request does not ask for differential privacy';
    if (compareDecimals(privacy.epsilon, epsilon) > 0) return `the request asks for an epsilon of ${privacy.epsilon}, and ${epsilon} is the most`;
    if (privacy.delta === undefined) return undefined;
    if (delta === undefined) return 'the request asks for a delta, and only pure differential privacy will do';
    return compareDecimals(privacy.delta, delta) > 0 ? `the request asks for a delta of ${privacy.delta}, and ${delta} is the most` : undefined;
  },
};

function boundOf(names: Resolver, at: Range, bound: BoundNode | null, of: 'epsilon' | 'delta'): string | undefined {
  if (bound?.kind === 'bound') return decimalOf(names, bound, bound.most, of);
  names.refusals.add('CS0242', names.place(bound ?? at), `does not say how much ${of} at most`, { help: [`write \`${of} at most ${of === 'epsilon' ? '0.5' : '0.000001'}\``] });
  return undefined;
}
