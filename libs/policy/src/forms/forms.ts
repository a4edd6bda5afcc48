import { type Resolver } from '../meaning/resolver.js';
import { type Rule } from '../rules.js';
import { type FormNode, type RefusedNode, type Sentence } from '../syntax.js';
import { budgetForm } from './budget.js';
import { deletionForm } from './deletion.js';
import { forbidForm } from './forbid.js';
import { type SentenceForm } from './form.js';
import { groupForm } from './group.js';
import { minimumGroupForm } from './minimum-group.js';
import { noSelfSigningForm } from './no-self-signing.js';
import { noticeForm } from './notice.js';
import { pauseForm } from './pause.js';
import { permitForm } from './permit.js';
import { policyChangeForm } from './policy-change.js';
import { receiversForm } from './receivers.js';
import { refuse } from './refused.js';
import { requireForm } from './require.js';
import { signatureValidityForm } from './signature-validity.js';
import { vetoForm } from './veto.js';


type AnyForm = SentenceForm<FormNode, Rule>;
// Each form is only handed nodes and rules of its own kind, found in the maps below.
const FORMS = [permitForm, forbidForm, pauseForm, vetoForm, signatureValidityForm, receiversForm, minimumGroupForm, requireForm, budgetForm, noticeForm, deletionForm, policyChangeForm, noSelfSigningForm, groupForm] as unknown as readonly AnyForm[];
const byNode = new Map<string, AnyForm>(FORMS.map((form) => [form.node, form]));
const byRule = new Map<string, AnyForm>(FORMS.map((form) => [form.rule, form]));

/** The form of a compiled rule. Throws for a rule of a later language. */
export function formOf(rule: Rule): AnyForm {
  const form = byRule.get(rule.kind);
  if (form === undefined) throw new Error(`unknown kind of rule ${rule.kind}`);
  return form;
}

/** False for a rule of a later language, which fails when it is applied. */
export const comesFirst = (rule: Rule): boolean => byRule.get(rule.kind)?.comesFirst === true;

/** What a sentence means, or undefined after refusing it. */
export function ruleOf(names: Resolver, { form, rest }: Sentence): Rule | undefined {
  const before = names.refusals.count;
  const known = byNode.get(form.kind);
  const rule = known === undefined ? refuse(names, form as RefusedNode) : known.meaning(names, form as FormNode);
  if (rest === null || names.refusals.count > before) return rule;
  const what = names.short(rest);
  const help = /^(?:compute|run)\b/i.test(what) ? [`write \`to ${what.split(' ')[0].toLowerCase()}\``] : ['leave it out, or end the sentence before it with a full stop'];
  names.refusals.add('CS0228', names.place(rest), `I do not understand \`${what}\` here`, { help });
  return undefined;
}
