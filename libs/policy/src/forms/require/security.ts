import { type SecurityRequirement } from '../../rules.js';
import { type SecurityNode } from '../../syntax.js';
import { type RequirementForm } from '../form.js';

export const securityRequirement: RequirementForm<SecurityNode, SecurityRequirement> = {
  node: 'malicious',
  requirement: 'security',
  meaning: () => ({ kind: 'security', model: 'malicious' }),
  render: () => 'use a malicious-secure protocol',
  failure: ({ model }, { job }) => (job.security.model === model ? undefined : 'the request does not ask for a malicious-secure protocol'),
};
