import type { JobSpec } from '#contract';
import { chooseSuite, type SuiteName } from '#program';

/** The suite that a job runs in, as every party derives it. @throws PlanError CS0634 */
export const suiteOfJob = ({ suite, security, parties }: Pick<JobSpec, 'suite' | 'security' | 'parties'>): SuiteName =>
  chooseSuite({ suite, majority: security.majority, parties: parties.length }).suite;
