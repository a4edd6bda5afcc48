import { labelledHash } from '#pqc';
import { planDigest, planJob, type Plan, type PlanRequest } from '#program';
import type { VerifiedJob } from './bundle.js';
import { suiteOfJob } from './suite.js';

export type RowCounts = NonNullable<PlanRequest['rows']>;

export interface VerifiedPlan {
  readonly plan: Plan;
  readonly digest: string;
}

/** The plan of a verified job, the same at every party. Without `rows` the one for the declared bounds. Throws PlanError. */
export function planVerified({ spec, program, datasets, decision }: Pick<VerifiedJob, 'spec' | 'program' | 'datasets' | 'decision'>, rows?: RowCounts): VerifiedPlan {
  const plan = planJob({
    program: spec.program.name,
    definition: program,
    parameters: spec.parameters,
    inputs: spec.inputs,
    parties: spec.parties,
    receivers: spec.receivers,
    suite: suiteOfJob(spec),
    assumptions: spec.security.assumptions,
    datasets,
    minimumGroup: decision.obligations.minimumGroup,
    ...(spec.privacy && { privacy: spec.privacy }),
    ...(rows && { rows }),
  });
  return { plan, digest: planDigest(plan) };
}

/** 32 bytes that bind job, attempt and plan: labelledHash('countersign/session/1', job digest, attempt u32be, plan digest). */
export function sessionIdOf(jobDigest: string, attempt: number, digest: string): Uint8Array {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(attempt);
  return labelledHash('countersign/session/1', Buffer.from(jobDigest, 'hex'), number, Buffer.from(digest, 'hex'));
}
