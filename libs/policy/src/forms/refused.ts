import { type Resolver } from '../meaning/resolver.js';
import { type RefusedNode } from '../syntax.js';

export function refuse(names: Resolver, node: RefusedNode): undefined {
  const { refusals } = names;
  switch (node.kind) {
    case 'onlyMay':
      refusals.add('CS0229', names.place(node), '`only … may` could also be meant to forbid it to all others', { help: ['nobody may do what no sentence allows: leave out `only`'] });
      return;
    case 'wrongModal': {
      const modal = names.text(node.modal).toLowerCase();
      if (modal === 'must') refusals.add('CS0211', names.place(node.modal), 'a policy cannot make a node compute', { help: ['write `may` if it is allowed, `must not` if it is forbidden'] });
      else refusals.add('CS0211', names.place(node.modal), `\`${modal}\` does not say whether this is allowed or required`, { help: ['write `may` or `must`'] });
      return;
    }
    case 'doubleNegation':
      refusals.add('CS0212', names.place(node.twice), 'says no twice', { help: ['write `may` if it is allowed, `must not` if it is forbidden'] });
      return;
    case 'mayReceive':
      refusals.add('CS0235', names.place(node.what), 'who receives a result is said by exclusion', { help: ['write `Only … may receive the result of …`'] });
      return;
    case 'unknownDemand':
      refusals.add('CS0232', names.place(node.what), `I do not know the requirement \`${names.short(node.what)}\``, { help: ['known for results: `cover at least 25 records`, `be deleted after 30 days`'] });
      return;
  }
}
