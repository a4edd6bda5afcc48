import { planAggregate, type PlanBody } from './aggregate.js';
import { labelledDigest } from './digest.js';
import { PlanError } from './errors.js';
import { planLinearScore } from './linear-score.js';
import { type Plan } from './plan.js';
import { bindRequest, type PlanRequest } from './request.js';
import { SUITES, chooseSuite, suiteValueBits } from './suites.js';
import { checkPlan } from './values.js';

/**
 * The plan of a job: a pure function of the request and of what the nodes have registered, so that the control plane and every
 * worker derive the same one. Throws PlanError (CS0601–CS0634).
 */
export function planJob(request: PlanRequest): Plan {
  const bound = bindRequest(request);
  const { minimumGroup, parties, receivers, privacy, suite = 'additive-z64' } = request;
  chooseSuite({ suite, majority: SUITES[suite].majority, parties: parties.length });
  if (!Number.isSafeInteger(minimumGroup) || minimumGroup < 0) throw new PlanError('CS0604', 'the minimum group size is not a whole number');
  const { computation, name, digest } = bound.program;
  const body: PlanBody = computation.kind === 'aggregate' ? planAggregate(bound, computation, { minimumGroup, privacy, parties: parties.length, valueBits: suiteValueBits(suite) }) : planLinearScore(bound, request);
  const plan: Plan = { v: 1, program: { name, digest }, suite, parties: [...parties], receivers: [...receivers], ...body };
  checkPlan(plan);
  return plan;
}

/** Hex SHA-256("countersign/plan/1" ‖ 0x00 ‖ JCS(plan)). */
export const planDigest = (plan: Plan): string => labelledDigest('countersign/plan/1', plan);

/** The columns of each dataset of this party that its inputs read; none where only rows are counted. */
export function neededColumns(plan: Plan, party: number): Map<string, string[]> {
  const needed = new Map<string, string[]>();
  for (const input of plan.inputs) {
    if (input.party !== party || !('dataset' in input)) continue;
    const { dataset, source } = input;
    const columns = needed.get(dataset) ?? [];
    for (const column of [...('column' in source ? [source.column] : []), ...('by' in source ? [source.by] : [])]) {
      if (!columns.includes(column)) columns.push(column);
    }
    needed.set(dataset, columns);
  }
  return needed;
}
