import { reaches } from '../decide/scope.js';
import { durationText, secondsOf } from '../meaning/calendar.js';
import { resultsOf, thingsOf } from '../meaning/scope.js';
import { limitsText, ofPrograms } from '../render/parts.js';
import { type Scope, type SignatureValidity } from '../rules.js';
import { type ValidityNode } from '../syntax.js';
import { type SentenceForm } from './form.js';

const isEmpty = (scope: Scope): boolean => Object.keys(scope).length === 0;

export const signatureValidityForm: SentenceForm<ValidityNode, SignatureValidity> = {
  node: 'validity',
  rule: 'signature-validity',
  comesFirst: true,

  meaning(names, node) {
    const scope = node.things !== null ? thingsOf(names, node, node.things) : node.about !== null ? resultsOf(names, node.about) : {};
    const seconds = secondsOf(names, node.duration);
    return scope === undefined || seconds === undefined ? undefined : { kind: 'signature-validity', scope, seconds };
  },

  render: ({ scope, seconds }) => `Signatures${isEmpty(scope) ? '' : ` for computations${ofPrograms(scope)}${limitsText(scope)}`} expire after ${durationText(seconds)}.`,
  explain: () => 'After that the request waits for a new signature.',

  apply({ scope, seconds }, deciding) {
    if (!reaches(scope, deciding)) return;
    deciding.signaturesLast(seconds);
    deciding.restsOn({ now: deciding.facts.now });
  },
};
