import { type JobSpec } from '#contract';
import { expectedErrors, type DatasetDescriptor, type ExpectedError, type Plan } from '#program';
import { errorText } from './units.js';

/** `differential privacy, epsilon 0.5` */
export const privacyText = ({ epsilon, delta }: { readonly epsilon: string; readonly delta?: string }): string => `differential privacy, epsilon ${epsilon}${delta === undefined ? '' : `, delta ${delta}`}`;

const NAME = { 'discrete-laplace': 'Laplace', 'discrete-gaussian': 'Gaussian' } as const;
const NOT_PROTECTED = [
  'Not protected by it: what many results tell together (their epsilons add up), somebody with many rows,',
  'what is true of people like somebody whether she is in the data or not, and that a job ran or was denied.',
];

/** The most rows that all inputs can have. */
export const mostRecords = ({ inputs }: Pick<JobSpec, 'inputs'>, datasets: readonly Pick<DatasetDescriptor, 'node' | 'name' | 'maxRows'>[]): number =>
  inputs.reduce((sum, { node, dataset }) => sum + (datasets.find((each) => each.node === node && each.name === dataset)?.maxRows ?? 0), 0);

/** What privacy a job asks for, what it costs in accuracy, and what it does not do. Empty without it. */
export function privacyLines(plan: Plan, records: number): string[] {
  const { privacy } = plan;
  if (!privacy) return [];
  return [
    `${privacyText(privacy)}: any one row changes the odds of any result by a factor of at most ${oddsText(Number(privacy.epsilon))}${privacy.delta === undefined ? '' : `, but with a chance of ${privacy.delta}`};`,
    `each of the ${plan.parties.length} parties adds discrete ${NAME[privacy.mechanism]} noise that is enough alone`,
    `expected error (95 %) with ${records.toLocaleString('en-GB')} records, the most there can be: ${expectedErrors(plan, records).map(expectedText).join(', ')}`,
    ...NOT_PROTECTED,
  ];
}

const expectedText = ({ name, error95 }: ExpectedError): string => (error95 === null ? `${name} not enough records to tell` : `${name} ± ${errorText(error95)}`);

function oddsText(epsilon: number): string {
  const factor = Math.exp(epsilon);
  return factor < 1000 ? factor.toFixed(2) : 'more than 1,000';
}
