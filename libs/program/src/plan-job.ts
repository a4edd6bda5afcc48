import { planAggregate, type PlanBody } from './aggregate.js';
import { labelledDigest } from './digest.js';
import { didYouMean, PlanError } from './errors.js';
import { PROGRAMS, programByName } from './library.js';
import { joinNeeds } from './join/rows.js';
import { planLinearScore } from './linear-score.js';
import { type LocalExpression, type Plan, type SuiteName } from './plan.js';
import { methodOf } from './programs/index.js';
import { planRecorded } from './recorded/replay.js';
import { bindRequest, rowCountOf, type BoundInput, type BoundRequest, type PlanRequest } from './request.js';
import { SUITES, chooseSuite, suiteValueBits } from './suites.js';
import { checkPlan } from './values.js';

/**
 * The plan of a job: a pure function of the request and of what the nodes have registered, so that the control plane and every
 * worker derive the same one. Throws PlanError (CS0601–CS0634).
 */
export function planJob(request: PlanRequest): Plan {
  const program = request.definition ?? programByName(request.program);
  if (!program) throw new PlanError('CS0601', `no program is called \`${request.program}\``, didYouMean(request.program, PROGRAMS.map((each) => each.name)));
  const bound = bindRequest(program, request);
  const { minimumGroup, parties, receivers, suite = 'additive-z64', assumptions = 'any' } = request;
  chooseSuite({ suite, majority: SUITES[suite].majority, parties: parties.length });
  if (!Number.isSafeInteger(minimumGroup) || minimumGroup < 0) throw new PlanError('CS0604', 'the minimum group size is not a whole number');
  const { name, digest } = bound.program;
  const body = bodyOf(bound, request, suite);
  const plan: Plan = { v: 1, program: { name, digest }, suite, ...(assumptions !== 'any' && { assumptions }), parties: [...parties], receivers: [...receivers], ...body };
  checkPlan(plan);
  return plan;
}

function bodyOf(bound: BoundRequest, request: PlanRequest, suite: SuiteName): PlanBody {
  const { program: { computation, name, minimumGroup: keeps } } = bound;
  const { minimumGroup, privacy, parties } = request;
  const valueBits = suiteValueBits(suite);
  if (computation.kind === 'aggregate') return planAggregate(bound, computation, { minimumGroup, privacy, parties: parties.length, valueBits });
  if (computation.kind === 'linear_score') return planLinearScore(bound, request);
  if (privacy) throw new PlanError('CS0630', `\`${name}\` has no differential privacy`, ['ask without `privacy`, or for a sum, a mean or a histogram']);
  if (minimumGroup > 1 && keeps === 'unsupported') throw new PlanError('CS0622', `\`${name}\` cannot keep a minimum group, and the policy asks for at least ${minimumGroup} records`);
  const context = { minimumGroup, parties, suite, valueBits, rowsOf: (input: BoundInput): number => rowCountOf(input, request.rows), rowsAreKnown: request.rows?.every(({ assumed }) => !assumed) ?? false };
  return computation.kind === 'recorded' ? planRecorded(bound, computation.recording, context) : methodOf(computation.method).plan(bound, context);
}

/** Hex SHA-256("countersign/plan/1" ‖ 0x00 ‖ JCS(plan without its stages)). */
export const planDigest = ({ stages: _stages, ...plan }: Plan): string => labelledDigest('countersign/plan/1', plan);

/** The columns that a source reads. */
const columnsOf = (source: LocalExpression): string[] => [
  ...('column' in source ? [source.column] : []),
  ...('by' in source ? [source.by] : []),
  ...('columns' in source ? source.columns.flatMap((each) => ('column' in each ? [each.column] : [])) : []),
  ...[...(source.where ?? []), ...(source.part && 'meeting' in source.part ? source.part.meeting : [])].map(({ column }) => column),
];

/** The columns of each dataset of this party that its inputs read; none where only rows are counted. */
export function neededColumns(plan: Plan, party: number): Map<string, string[]> {
  const needed = new Map<string, string[]>();
  for (const input of plan.inputs) {
    if (input.party !== party || !('dataset' in input)) continue;
    const { dataset, source } = input;
    const columns = needed.get(dataset) ?? [];
    for (const column of columnsOf(source)) {
      if (!columns.includes(column)) columns.push(column);
    }
    needed.set(dataset, columns);
  }
  for (const { dataset, columns } of joinNeeds(plan, party)) needed.set(dataset, [...new Set([...(needed.get(dataset) ?? []), ...columns])]);
  return needed;
}
