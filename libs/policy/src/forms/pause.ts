import { reaches } from '../decide/scope.js';
import { conditionOf } from '../meaning/condition.js';
import { resultsOf, saysWithWhom } from '../meaning/scope.js';
import { byText, conditionText, limitsText, ofPrograms } from '../render/parts.js';
import { type Pause } from '../rules.js';
import { type PauseNode } from '../syntax.js';
import { type SentenceForm } from './form.js';

export const pauseForm: SentenceForm<PauseNode, Pause> = {
  node: 'pause',
  rule: 'pause',

  meaning(names, node) {
    const scope = resultsOf(names, node);
    const until = node.until === null ? null : conditionOf(names, node.until);
    return !saysWithWhom(names, node.limits) || scope === undefined || until === undefined ? undefined : { kind: 'pause', scope, ...(until === null ? {} : { until }) };
  },

  render: ({ scope, until }) => `Pause all computations${ofPrograms(scope)}${byText(scope)}${limitsText(scope)}${until === undefined ? '' : ` until ${conditionText(until)}`}.`,
  explain: ({ until }) => (until === undefined ? 'It ends when a policy without this sentence is published.' : 'Each such signature lets the one request through that it is for.'),

  apply({ scope, until }, deciding) {
    if (!reaches(scope, deciding)) return;
    if (until === undefined) return deciding.denies('such computations are paused');
    const state = deciding.state(until);
    deciding.holds(state, { met: 'is lifted by signature', open: 'such computations are paused until it is signed', closed: 'such computations are paused, and the signatures that would lift it can no longer be given' }[state.is]);
  },
};
