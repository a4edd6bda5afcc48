import { reaches } from '../decide/scope.js';
import { resultsOf } from '../meaning/scope.js';
import { byText, limitsText, ofPrograms } from '../render/parts.js';
import { type Require, type Requirement } from '../rules.js';
import { type RequireNode, type RequirementNode } from '../syntax.js';
import { type RequirementForm, type SentenceForm } from './form.js';
import { programRequirement } from './require/approved-program.js';
import { assumptionsRequirement } from './require/assumptions.js';
import { partiesRequirement } from './require/parties.js';
import { privacyRequirement } from './require/privacy.js';
import { purposeRequirement } from './require/purpose.js';
import { regionsRequirement } from './require/regions.js';
import { roundTripRequirement } from './require/round-trip.js';
import { securityRequirement } from './require/security.js';
import { windowRequirement } from './require/window.js';

type AnyForm = RequirementForm<RequirementNode, Requirement>;
const FORMS = [purposeRequirement, securityRequirement, assumptionsRequirement, privacyRequirement, partiesRequirement, regionsRequirement, windowRequirement, roundTripRequirement, programRequirement] as unknown as readonly AnyForm[];
const byNode = new Map<string, AnyForm>(FORMS.map((form) => [form.node, form]));
const byKind = new Map<string, AnyForm>(FORMS.map((form) => [form.requirement, form]));
const formOf = (requirement: Requirement): AnyForm => {
  const form = byKind.get(requirement.kind);
  if (form === undefined) throw new Error(`unknown requirement ${requirement.kind}`);
  return form;
};

export const requireForm: SentenceForm<RequireNode, Require> = {
  node: 'require',
  rule: 'require',

  meaning(names, node) {
    const scope = resultsOf(names, node);
    const must = node.requirements.map((requirement) => {
      const form = byNode.get(requirement.kind);
      if (form !== undefined) return form.meaning(names, requirement as RequirementNode);
      names.refusals.add('CS0232', names.place(requirement), `I do not know the requirement \`${names.short(requirement)}\``, { help: ['known: `use a malicious-secure protocol`, `be for research`, `use differential privacy with epsilon at most 0.5`, `use a program approved by Compliance`, `use at least 3 computing parties`, `rest on Module-LWE only`, `use an LPN-free protocol`, `use links with a round trip of at most 80 ms`, `run only on nodes in the EU`, `start on weekdays Europe/London time`'] });
      return undefined;
    });
    return scope === undefined || must.includes(undefined) ? undefined : { kind: 'require', scope, must: must as Requirement[] };
  },

  render: ({ scope, must }) =>
    `Every computation${ofPrograms(scope)}${byText(scope)}${limitsText(scope)} must ${must.map((requirement) => formOf(requirement).render(requirement)).join(' and ')}.`,

  apply({ scope, must }, deciding) {
    if (!reaches(scope, deciding)) return;
    for (const requirement of must) {
      const failure = formOf(requirement).failure(requirement, deciding);
      if (failure !== undefined) deciding.denies(failure);
    }
  },
};
