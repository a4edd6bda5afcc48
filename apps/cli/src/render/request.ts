import { type JobSpec } from '#contract';
import { ASSUMPTIONS } from '#program';
import { listText } from './decision.js';
import { privacyText } from './privacy.js';

/** What is asked for, as one sentence. */
export function requestSentence({ issuer, program, parameters, inputs, receivers, purpose, privacy, security }: Pick<JobSpec, 'issuer' | 'program' | 'parameters' | 'inputs' | 'receivers' | 'purpose' | 'privacy' | 'security'>): string {
  const datasets = [...new Set(inputs.map(({ dataset }) => dataset))];
  const over = datasets.map((dataset) => `${dataset} of ${listText(inputs.filter((input) => input.dataset === dataset).map(({ node }) => node))}`);
  const settings = Object.entries(parameters).map(([name, value]) => `${name} ${Array.isArray(value) ? listText(value) : String(value)}`);
  const what = settings.length > 0 ? `${program.name} (${settings.join(', ')})` : program.name;
  return `${issuer} asks to run ${what} on ${over.length > 0 ? listText(over) : 'no data'}, with the result for ${listText(receivers)} only${purpose === undefined ? '' : `, for ${purpose}`}${privacy === undefined ? '' : `, with ${privacyText(privacy)}`}${security.assumptions === undefined ? '' : `, resting on ${ASSUMPTIONS[security.assumptions].limit}`}.`;
}
