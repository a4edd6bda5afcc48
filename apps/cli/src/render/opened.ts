import { type Plan, type ProgramDefinition } from '#program';

export const openedShapes = ({ outputs }: Pick<Plan, 'outputs'>): { readonly name: string; readonly shape: readonly number[] }[] => outputs.map(({ name, shape, length }) => ({ name, shape: shape ?? [length] }));

/** What is opened, as the steps have it and not as the author says. */
export const openedText = ({ outputs }: Pick<Plan, 'outputs'>): string =>
  openedShapes({ outputs }).map(({ name, shape }) => `${name} (${shape.join(' × ')})`).join(', ');

/** What a result tells. The sentence of a published program is its author's, so what its steps open stands beside it. */
export const openedLines = ({ computation, opens }: Pick<ProgramDefinition, 'computation' | 'opens'>, plan: Pick<Plan, 'outputs'>): string[] =>
  (computation.kind === 'recorded' ? [`its author says: ${opens}`, `its steps open: ${openedText(plan)}`] : [opens]);
