import { type Condition, type Group, type Requirement, type Rule, type Scope } from '../rules.js';
import { type Act, type Condition as WrittenCondition, type Form, type Limit, type Ref, type RequirementNode, type Sentence, type Things, type Who } from '../syntax.js';
import { conditionOf, countOf } from './condition.js';
import { sortedNames } from './lists.js';
import { nodesOf, limitsOf, programsOf, purposesOf, whoOf } from './scope.js';
import { type Resolver } from './resolver.js';

type Written<Kind extends Form['kind']> = Extract<Form, { kind: Kind }>;

/** What a sentence means, or undefined after refusing it. */
export function ruleOf(names: Resolver, { form, rest }: Sentence): Rule | undefined {
  const rule = meaningOf(names, form);
  if (rest === null) return rule;
  names.refusals.add('CS0228', names.place(rest), `I do not understand \`${shorten(names.text(rest))}\` here`, { help: ['end the sentence before it with a full stop, or leave it out'] });
  return undefined;
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

function meaningOf(names: Resolver, form: Form): Rule | undefined {
  switch (form.kind) {
    case 'grant':
      return permitOf(names, form);
    case 'prohibit':
      return forbidOf(names, form);
    case 'receive':
      return receiversOf(names, form);
    case 'cover':
      return minimumGroupOf(names, form);
    case 'require':
      return requireOf(names, form);
    case 'noSelfSigning':
      return { kind: 'no-self-signing' };
    case 'define':
      return names.groups.get(names.groups.nameOf(names.unquoted(form.name)));
    case 'onlyMay':
      names.refusals.add('CS0229', names.place(form), '`only … may` could also be meant to forbid it to all others', { help: ['nobody may do what no sentence allows: leave out `only`'] });
      return undefined;
    case 'wrongModal': {
      const modal = names.text(form.modal).toLowerCase();
      names.refusals.add('CS0211', names.place(form.modal), `\`${modal}\` does not say whether this is allowed or required`, { help: ['write `may` or `must not`'] });
      return undefined;
    }
    case 'doubleNegation':
      names.refusals.add('CS0212', names.place(form.twice), 'says no twice', { help: ['write `may` if it is allowed, `must not` if it is forbidden'] });
      return undefined;
  }
}

function actOf(names: Resolver, act: Act | null): ReturnType<typeof programsOf> {
  if (act === null) return {};
  if (act.kind === 'act') return programsOf(names, act.programs);
  names.refusals.add('CS0210', names.place(act), `I do not know the verb \`${names.text(act)}\``, { help: ['write `compute`, or `run` and the name of a program'] });
  return undefined;
}

function actionOf(names: Resolver, { who, act, limits }: { readonly who: Who; readonly act: Act | null; readonly limits: readonly Limit[] }): Scope | undefined {
  const parts = [whoOf(names, who), actOf(names, act), limitsOf(names, limits)];
  return parts.includes(undefined) ? undefined : Object.assign({}, ...parts);
}

function conditionIn(names: Resolver, when: WrittenCondition | null): { readonly condition?: Condition } | undefined {
  if (when === null) return {};
  const condition = conditionOf(names, when.body);
  return condition && { condition };
}

function permitOf(names: Resolver, form: Written<'grant'>): Rule | undefined {
  const scope = actionOf(names, form);
  const { when } = form;
  const met = conditionIn(names, when);
  if (when?.how === 'unless') {
    names.refusals.add('CS0223', names.place(when), 'a signature cannot take a permission away', { help: ['write a second sentence that forbids it, or say `only if` and who must sign'] });
    return undefined;
  }
  if (form.only && when === null) {
    names.refusals.add('CS0229', names.place(form), '`only allow` needs an `if`', { help: ['say who must sign, or leave out `only`: nobody may do what no sentence allows'] });
    return undefined;
  }
  if (scope === undefined || met === undefined) return undefined;
  const binding = form.only || when?.how === 'only if';
  return { kind: 'permit', scope, ...(met.condition === undefined ? {} : { when: met.condition }), ...(binding ? { binding } : {}) };
}

function forbidOf(names: Resolver, form: Written<'prohibit'>): Rule | undefined {
  const scope = actionOf(names, form);
  const { when } = form;
  const met = conditionIn(names, when);
  if (when?.how === 'if') {
    names.refusals.add('CS0223', names.place(when), 'a signature cannot forbid', { help: ['write `unless` if the signature lifts the prohibition'] });
    return undefined;
  }
  if (when?.how === 'only if') {
    names.refusals.add('CS0212', names.place(when), 'forbids `only if`, which says no twice', { help: ['write `unless` if the signature lifts the prohibition'] });
    return undefined;
  }
  if (scope === undefined || met === undefined) return undefined;
  return { kind: 'forbid', scope, ...(met.condition === undefined ? {} : { unless: met.condition }) };
}

function resultsOf(names: Resolver, { programs, limits }: { readonly programs: Things | null; readonly limits: readonly Limit[] }): Scope | undefined {
  const parts = [programsOf(names, programs), limitsOf(names, limits)];
  return parts.includes(undefined) ? undefined : Object.assign({}, ...parts);
}

function receiversOf(names: Resolver, form: Written<'receive'>): Rule | undefined {
  const scope = resultsOf(names, form);
  const receivers = form.to.kind === 'requester' ? 'requester' : nodesOf(names, form.to);
  return scope && receivers && { kind: 'receivers', scope, receivers };
}

function minimumGroupOf(names: Resolver, form: Written<'cover'>): Rule | undefined {
  const scope = resultsOf(names, form);
  const records = countOf(names, form.count, 'records');
  return scope === undefined || records === undefined ? undefined : { kind: 'minimum-group', scope, records };
}

function requireOf(names: Resolver, form: Written<'require'>): Rule | undefined {
  const scope = resultsOf(names, form);
  const must = form.requirements.map((requirement) => requirementOf(names, requirement));
  return scope === undefined || must.includes(undefined) ? undefined : { kind: 'require', scope, must: must as Requirement[] };
}

function requirementOf(names: Resolver, requirement: RequirementNode): Requirement | undefined {
  switch (requirement.kind) {
    case 'malicious':
      return { kind: 'security', model: 'malicious' };
    case 'purposes': {
      const found = purposesOf(names, requirement.purposes);
      return found?.purposes && { kind: 'purpose', purposes: found.purposes };
    }
    case 'unknownRequirement':
      names.refusals.add('CS0232', names.place(requirement), `I do not know the requirement \`${shorten(names.text(requirement))}\``, { help: ['known: use a malicious-secure protocol; be for a purpose'] });
      return undefined;
  }
}

const GROUPS = { node: 'nodes', program: 'programs', dataset: 'datasets' } as const;

/** A group of nodes, of programs or of datasets; a member may be a group that was defined before. */
export function groupOf(names: Resolver, name: Ref, members: readonly Ref[]): Group | undefined {
  const found = members.map((member) => names.resolve(member, ['node', 'program', 'dataset']));
  if (found.includes(undefined)) return undefined;
  const kinds = new Set(found.map((item) => (item?.kind === 'group' ? item.of : item?.kind)));
  const [kind] = kinds;
  if (kinds.size > 1 || kind === undefined || kind === 'role') {
    names.refusals.add('CS0233', names.place({ start: members[0].start, end: members[members.length - 1].end }), `a group holds names of one kind, not ${[...kinds].map((k) => `${k}s`).join(' and ')}`);
    return undefined;
  }
  const all = sortedNames(found.flatMap((item) => (item?.kind === 'group' ? item.members : [item?.name ?? ''])));
  return { kind: 'group', name: names.unquoted(name), of: GROUPS[kind], members: all };
}
