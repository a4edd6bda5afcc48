import { ASSUMPTIONS, assumptionsOf, type Plan, type Problem, SUITES, type Traffic } from '#program';
import { listText } from './decision.js';

const NAMES = { 'module-lwe': 'Module-LWE', rlwe: 'RLWE', lpn: 'LPN' } as const satisfies Record<Problem, string>;
export const problemsText = (problems: readonly Problem[]): string => listText(problems.map((problem) => NAMES[problem]));

/** What has to be hard for the inputs of a job to stay hidden, and where its correlations come from for that. Suites that make none rest on no more than links do. */
export function restsOnLines(plan: Plan, { correlations: { name, reason } }: Pick<Traffic, 'correlations'>): string[] {
  const { says } = ASSUMPTIONS[name === 'none' ? 'module-lwe-only' : assumptionsOf(plan)];
  return [`${says}${SUITES[plan.suite].majority === 'honest' ? ' And on an honest majority.' : ''}`, `correlations: ${name}: ${reason}`];
}
