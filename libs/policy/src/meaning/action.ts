import { type Scope } from '../rules.js';
import { type Act, type ActionNode } from '../syntax.js';
import { type Resolver } from './resolver.js';
import { limitsOf, programsOf, whoOf } from './scope.js';

/** The jobs that a permission or a prohibition is about, or undefined after refusing a part of it. */
export function actionOf(names: Resolver, { who, act, limits }: ActionNode): Scope | undefined {
  const parts = [whoOf(names, who), actOf(names, act), limitsOf(names, limits)];
  return parts.includes(undefined) ? undefined : Object.assign({}, ...parts);
}

function actOf(names: Resolver, act: Act | null): Pick<Scope, 'programs'> | undefined {
  if (act === null) return {};
  if (act.kind === 'act') return programsOf(names, act.programs);
  names.refusals.add('CS0210', names.place(act), `I do not know the verb \`${names.text(act)}\``, { help: ['write `compute`, or `run` and the name of a program'] });
  return undefined;
}
