import { type ApiClient, ApiError, type JobSpec, type LinkView } from '#contract';
import { type Decision } from '#policy';
import { chooseSuite, type Estimate, estimateOf, type LinkFacts, LINK_PROFILES, type LinkProfile, memoryOf, type Plan, planCost, type PlanCost, profileOf, type ProgramDefinition, type Traffic, trafficOf } from '#program';
import { type RequestRule } from '../lab/schema.js';
import { programNamed } from './programs.js';
import { inputsOf, planFor, plannedFields } from './submit-job.js';

/** Between two parties: as it was measured last, as it was asked for, or as nobody knows better. */
export interface PlannedLink extends LinkFacts {
  readonly between: readonly [string, string];
  readonly roundTrip: 'measured' | 'asked for' | 'assumed';
}

/** What a request would come to, and what it would take; nothing is stored. */
export interface PlannedRequest {
  readonly asked: Pick<JobSpec, 'issuer' | 'program' | 'parameters' | 'inputs' | 'receivers' | 'purpose' | 'privacy' | 'security'>;
  readonly definition: ProgramDefinition;
  readonly plan: Plan;
  readonly suiteReason: string;
  readonly cost: PlanCost;
  readonly traffic: Traffic;
  readonly memoryBytes: number;
  readonly links: readonly PlannedLink[];
  readonly estimate: Estimate;
  /** What the policy in force makes of it; undefined where none is in force. */
  readonly decision?: Decision;
}

export interface RequestToPlan {
  readonly issuer: string;
  readonly client: Pick<ApiClient, 'datasets' | 'links' | 'decide' | 'program' | 'programs'>;
  readonly request: RequestRule;
  /** Instead of what was measured. */
  readonly link?: LinkProfile;
}

/** Plans a request as the control plane and every worker will, from what the nodes have registered now. @throws PlanError CS06xx, CliError CS0601, ApiError */
export async function planRequest({ issuer, client, request, link }: RequestToPlan): Promise<PlannedRequest> {
  const definition = await programNamed(client, request.program);
  const fields = plannedFields(request, issuer);
  const [datasets, measured, decision] = await Promise.all([client.datasets(), link === undefined ? client.links() : [], decisionOn(client, issuer, request, fields)]);
  const plan = planFor({ ...fields, program: definition.name, definition }, datasets, Math.max(1, decision?.obligations.minimumGroup ?? 1));
  const { reason: suiteReason } = chooseSuite({ suite: fields.suite, majority: fields.security.majority, parties: fields.parties.length });
  const traffic = trafficOf(plan);
  const links = linksBetween(plan.parties, measured, link);
  const linkOf = (one: number, other: number): LinkFacts => links.find(({ between }) => between.includes(plan.parties[one]) && between.includes(plan.parties[other]))!;
  const { parameters, inputs, receivers, privacy, security } = fields;
  return {
    asked: { issuer, program: { name: definition.name, digest: definition.digest }, parameters, inputs, receivers, purpose: request.purpose, security, ...(privacy && { privacy }) },
    definition, plan, suiteReason, cost: planCost(plan), traffic, memoryBytes: memoryOf(plan), links, estimate: estimateOf(plan, { link: linkOf, traffic }), ...(decision && { decision }),
  };
}

async function decisionOn(client: Pick<ApiClient, 'decide'>, issuer: string, request: RequestRule, { security, suite, parties }: Pick<JobSpec, 'security' | 'suite' | 'parties'>): Promise<Decision | undefined> {
  const { program, receivers, agent, purpose, privacy } = request;
  try {
    return await client.decide({ as: issuer, program, inputs: inputsOf(request), receivers, agent, security, suite, parties, ...(purpose === undefined ? {} : { purpose }), ...(privacy && { privacy }) });
  } catch (error) {
    // Without a policy nothing is allowed, and everything can be planned.
    if (error instanceof ApiError && error.code === 'CS0427') return undefined;
    throw error;
  }
}

/** Of both ends' measurements the slower one counts. Nobody measures bandwidth: it is that of links with such a round trip. */
export function linksBetween(parties: readonly string[], measured: readonly Pick<LinkView, 'measuredBy' | 'peer' | 'microseconds'>[], profile?: LinkProfile): PlannedLink[] {
  return parties.flatMap((one, i) => parties.slice(i + 1).map((other): PlannedLink => {
    const between = [one, other] as const;
    if (profile) return { between, roundTrip: 'asked for', ...LINK_PROFILES[profile] };
    const known = measured.filter(({ measuredBy, peer }) => (measuredBy === one && peer === other) || (measuredBy === other && peer === one)).map(({ microseconds }) => microseconds / 1000);
    if (known.length === 0) return { between, roundTrip: 'assumed', ...LINK_PROFILES.wan };
    const roundTripMs = Math.max(...known);
    return { between, roundTrip: 'measured', roundTripMs, bitsPerSecond: LINK_PROFILES[profileOf(roundTripMs)].bitsPerSecond };
  }));
}
