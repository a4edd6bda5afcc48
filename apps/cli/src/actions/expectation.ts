import { type ApiClient, type JobSpec } from '#contract';
import { expectedErrors, type ExpectedError, PlanError } from '#program';
import { mostRecords, privacyLines } from '../render/privacy.js';
import { planFor } from './submit-job.js';

/** How far off the result of a private job may be, by what the nodes have registered now; undefined when the job no longer fits that. */
export async function expectationOf(spec: JobSpec, client: Pick<ApiClient, 'datasets'>): Promise<{ lines: string[]; errors: ExpectedError[] } | undefined> {
  const datasets = await client.datasets();
  try {
    const plan = planFor({ ...spec, program: spec.program.name }, datasets);
    const records = mostRecords(spec, datasets);
    return { lines: privacyLines(plan, records), errors: expectedErrors(plan, records) };
  } catch (error) {
    if (error instanceof PlanError) return undefined;
    throw error;
  }
}
