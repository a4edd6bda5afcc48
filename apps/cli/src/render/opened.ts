import { type Plan, type ProgramDefinition } from '#program';

export const openedShapes = ({ outputs }: Pick<Plan, 'outputs'>): { readonly name: string; readonly shape: readonly number[] }[] => outputs.map(({ name, shape, length }) => ({ name, shape: shape ?? [length] }));

/** What is opened, as the steps have it and not as the author says. */
export const openedText = ({ outputs }: Pick<Plan, 'outputs'>): string =>
  openedShapes({ outputs }).map(({ name, shape }) => `${name} (${shape.join(' × ')})`).join(', ');

/** Of rows that are checked on shares, whose: what all parties learn beside the receivers' result. */
function checkedText({ steps, parties }: Pick<Plan, 'steps' | 'parties'>): string[] {
  const ownersOf = (because?: 'order'): string => [...new Set(steps.flatMap((step) => (step.op === 'require_within' && step.because === because ? [step.party] : [])))].sort((a, b) => a - b).map((party) => parties[party]!).join(', ');
  const [owners, ordered] = [ownersOf(), ownersOf('order')];
  return [...(owners ? [`before that all parties learn whether what ${owners} shared keeps to what its node declares, checked on shares; where not, that node is named and nothing else is opened`] : []),
    ...(ordered ? [`before that all parties learn whether rows of ${ordered} have the same keys as those that they are put beside, compared on shares; where not, that node is named and nothing else is opened`] : [])];
}

/** What a result tells. The sentence of a published program is its author's, so what its steps open stands beside it. */
export const openedLines = ({ computation, opens }: Pick<ProgramDefinition, 'computation' | 'opens'>, plan: Pick<Plan, 'outputs' | 'steps' | 'parties'>): string[] =>
  [...(computation.kind === 'recorded' ? [`its author says: ${opens}`, `its steps open: ${openedText(plan)}`] : [opens]), ...checkedText(plan)];
