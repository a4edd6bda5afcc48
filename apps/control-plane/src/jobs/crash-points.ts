import { JOB_STATES, TRANSITIONS, type JobState } from '#contract';

export type TransitionName = `${JobState | 'new'}->${JobState}`;
export const transitionName = (from: JobState | undefined, to: JobState): TransitionName => `${from ?? 'new'}->${to}`;

/** Every place at which a test may kill the control plane: before and after the commit of each legal transition. */
export function crashPointNames(): ReadonlySet<string> {
  const transitions: TransitionName[] = ['new->submitted', ...JOB_STATES.flatMap((from) => TRANSITIONS[from].map((to) => transitionName(from, to)))];
  return new Set(transitions.flatMap((name) => [`${name}:before`, `${name}:after`]));
}
