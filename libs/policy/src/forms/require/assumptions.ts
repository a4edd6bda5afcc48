import { type AssumptionsRequirement } from '../../rules.js';
import { type AssumptionsNode } from '../../syntax.js';
import { type RequirementForm } from '../form.js';

/** Whether a job that rests on one profile meets a requirement of another one: who rests on Module-LWE only does not rest on LPN. */
export const restsOnNoMore = (asked: AssumptionsRequirement['profile'] | undefined, profile: AssumptionsRequirement['profile']): boolean =>
  asked === profile || asked === 'module-lwe-only';

export const assumptionsRequirement: RequirementForm<AssumptionsNode, AssumptionsRequirement> = {
  node: 'assumptions',
  requirement: 'assumptions',
  meaning: (_, { profile }) => ({ kind: 'assumptions', profile }),
  render: ({ profile }) => (profile === 'no-lpn' ? 'use an LPN-free protocol' : 'rest on Module-LWE only'),
  failure: ({ profile }, { job: { security: { assumptions } } }) =>
    restsOnNoMore(assumptions, profile) ? undefined : `the request does not ask ${profile === 'no-lpn' ? 'for an LPN-free protocol' : 'to rest on Module-LWE only'} (\`assumptions: ${profile}\`)`,
};
