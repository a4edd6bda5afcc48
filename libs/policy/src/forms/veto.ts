import { reaches } from '../decide/scope.js';
import { poolOf } from '../meaning/condition.js';
import { limitsOf } from '../meaning/scope.js';
import { limitsText, signersListText } from '../render/parts.js';
import { type Veto } from '../rules.js';
import { type VetoNode } from '../syntax.js';
import { type SentenceForm } from './form.js';

export const vetoForm: SentenceForm<VetoNode, Veto> = {
  node: 'veto',
  rule: 'veto',

  meaning(names, node) {
    const scope = limitsOf(names, node.limits);
    const by = poolOf(names, node.by, { kind: 'one', start: node.by.start, end: node.by.end }, node.by);
    return scope && by && { kind: 'veto', scope, by };
  },

  render: ({ scope, by }) => `${signersListText(by)} may veto a computation${limitsText(scope)}.`.replace(/^./, (first) => first.toUpperCase()),
  explain: () => 'A veto denies the request, whoever else has signed.',

  apply({ scope, by }, deciding) {
    if (!reaches(scope, deciding)) return;
    const { vetoes } = deciding.facts;
    if (vetoes === undefined) return deciding.denies('it is not known whether anybody vetoed this');
    const against = deciding.belonging(by, vetoes);
    if (vetoes.length > 0) deciding.restsOn({ vetoes: vetoes.map(({ signer }) => signer) });
    if (against.length > 0) deciding.denies(`${against.join(' and ')} vetoed this`);
  },
};
