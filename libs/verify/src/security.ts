import type { JobSpec } from '#contract';
import type { PolicyJob } from '#policy';
import { PlanError, SUITES } from '#program';
import { suiteOfJob } from './suite.js';

/**
 * The security of a job as policies see it. A job whose suite makes no correlations rests on no problem but those of its links, whatever it may rest on: no transfer, no
 * lattice and no LPN is in it, so it need not say so. One that no suite fits has its own word alone.
 */
export function securityOf({ suite, security, parties }: Pick<JobSpec, 'suite' | 'security' | 'parties'>): PolicyJob['security'] {
  try {
    return SUITES[suiteOfJob({ suite, security, parties })].usesTriples ? security : { ...security, assumptions: 'module-lwe-only' };
  } catch (error) {
    if (error instanceof PlanError) return security;
    throw error;
  }
}
