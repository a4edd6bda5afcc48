import { covers, reaches } from '../decide/scope.js';
import { actionOf } from '../meaning/action.js';
import { conditionIn } from '../meaning/condition.js';
import { actionText, conditionText } from '../render/parts.js';
import { type Permit } from '../rules.js';
import { type GrantNode } from '../syntax.js';
import { type SentenceForm } from './form.js';

export const permitForm: SentenceForm<GrantNode, Permit> = {
  node: 'grant',
  rule: 'permit',

  meaning(names, node) {
    const scope = actionOf(names, node);
    const condition = conditionIn(names, node.when);
    if (node.when?.how === 'unless') {
      names.refusals.add('CS0223', names.place(node.when), 'a signature cannot take a permission away', { help: ['write a second sentence that forbids it, or say `only if` and who must sign'] });
      return undefined;
    }
    if (node.only && node.when === null) {
      names.refusals.add('CS0229', names.place(node), '`only allow` needs an `if`', { help: ['say who must sign, or leave out `only`: nobody may do what no sentence allows'] });
      return undefined;
    }
    if (scope === undefined || condition === undefined) return undefined;
    const binding = node.only || node.when?.how === 'only if';
    return { kind: 'permit', scope, ...(condition === null ? {} : { when: condition }), ...(binding ? { binding } : {}) };
  },

  render: ({ scope, when, binding }) => `Allow ${actionText(scope)}${when === undefined ? '' : ` ${binding ? 'only if' : 'if'} ${conditionText(when)}`}.`,
  explain: ({ binding }) => (binding ? 'Any other sentence that allows the same needs these signatures too.' : ''),

  apply(rule, deciding) {
    const permits = covers(rule.scope, deciding);
    const binds = rule.binding === true && reaches(rule.scope, deciding);
    if (!permits && !binds) return;
    const state = deciding.state(rule.when);
    if (permits) deciding.permits(state);
    if (binds) deciding.holds(state, { met: 'its signatures are there', open: 'waits for signatures', closed: 'the signatures that it needs can no longer be given' }[state.is]);
  },
};
