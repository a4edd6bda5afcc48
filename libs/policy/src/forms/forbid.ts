import { reaches } from '../decide/scope.js';
import { actionOf } from '../meaning/action.js';
import { conditionIn } from '../meaning/condition.js';
import { saysWithWhom } from '../meaning/scope.js';
import { actionText, conditionText } from '../render/parts.js';
import { type Forbid } from '../rules.js';
import { type ProhibitNode } from '../syntax.js';
import { type SentenceForm } from './form.js';

export const forbidForm: SentenceForm<ProhibitNode, Forbid> = {
  node: 'prohibit',
  rule: 'forbid',

  meaning(names, node) {
    const scope = actionOf(names, node);
    const condition = conditionIn(names, node.when);
    if (node.when?.how === 'if') {
      names.refusals.add('CS0223', names.place(node.when), 'a signature cannot forbid', { help: ['write `unless` if the signature lifts the prohibition'] });
      return undefined;
    }
    if (node.when?.how === 'only if') {
      names.refusals.add('CS0212', names.place(node.when), 'forbids `only if`, which says no twice', { help: ['write `unless` if the signature lifts the prohibition'] });
      return undefined;
    }
    if (!saysWithWhom(names, node.limits) || scope === undefined || condition === undefined) return undefined;
    return { kind: 'forbid', scope, ...(condition === null ? {} : { unless: condition }) };
  },

  render: ({ scope, unless }) => `Never allow ${actionText(scope)}${unless === undefined ? '' : ` unless ${conditionText(unless)}`}.`,
  explain: ({ scope }) => [
    scope.data === undefined ? '' : 'One such input is enough.',
    scope.purposes === undefined ? '' : 'A request that names no purpose is forbidden too.',
  ].filter((text) => text !== '').join(' '),

  apply({ scope, unless }, deciding) {
    if (!reaches(scope, deciding)) return;
    if (unless === undefined) return deciding.denies('forbids this');
    const state = deciding.state(unless);
    deciding.holds(state, { met: 'is lifted by signature', open: 'forbids this until it is signed', closed: 'forbids this, and the signatures that would lift it can no longer be given' }[state.is]);
  },
};
