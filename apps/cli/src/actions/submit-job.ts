import { randomBytes } from 'node:crypto';
import { type JobSpec, type ApiClient, type DatasetView, type JobInput, type JobView } from '#contract';
import { descriptorOf } from '#verify';
import { chooseSuite, planJob, SUITES, type Plan, type ProgramDefinition } from '#program';
import { type RequestRule } from '../lab/schema.js';
import { type NodeHome } from '../node-home.js';
import { programNamed } from './programs.js';
import { signed } from './statement.js';

/** The inputs of a request, with the short form written out. */
export function inputsOf({ dataset, nodes, inputs }: Pick<RequestRule, 'dataset' | 'nodes' | 'inputs'>): JobInput[] {
  return inputs ?? (nodes ?? []).map((node) => ({ node, dataset: dataset ?? '', role: 'rows' }));
}

/** The nodes that compute: the owners of the inputs; a single owner is joined by the requester, or by a receiver, since one party alone would have to show its rows. */
export function partiesOf(inputs: readonly JobInput[], requester: string, receivers: readonly string[]): string[] {
  const owners = [...new Set(inputs.map(({ node }) => node))];
  if (owners.length !== 1) return owners;
  const second = [requester, ...receivers].find((name) => name !== owners[0]);
  return second === undefined ? owners : [...owners, second];
}

/** What of a job its plan follows from. */
export type PlannedFields = Pick<JobSpec, 'parameters' | 'inputs' | 'parties' | 'receivers' | 'privacy' | 'suite' | 'security'> & { readonly program: string; readonly definition?: ProgramDefinition };

/** A request with all that it leaves out. */
export function plannedFields(request: RequestRule, issuer: string): Omit<PlannedFields, 'program' | 'definition'> {
  const inputs = inputsOf(request);
  const suite = request.suite ?? 'auto';
  // Who names a suite rests on what it rests on.
  const majority = request.majority ?? (suite === 'auto' ? 'dishonest' : SUITES[suite].majority);
  const { parameters, receivers, privacy, assumptions = 'any' } = request;
  const security = { model: 'semi-honest' as const, majority, ...(assumptions !== 'any' && { assumptions }) };
  return { parameters, inputs, parties: request.parties ?? partiesOf(inputs, issuer, receivers), receivers, suite, security, ...(privacy && { privacy }) };
}

/** The plan of a request over what the nodes have registered, with groups of at least so many records. @throws PlanError */
export function planFor({ program, definition, privacy, ...request }: PlannedFields, datasets: readonly DatasetView[], minimumGroup = 1): Plan {
  const { parameters, inputs, parties, receivers, security } = request;
  const { suite } = chooseSuite({ suite: request.suite, majority: security.majority, parties: parties.length });
  return planJob({
    program, ...(definition && { definition }), suite, assumptions: security.assumptions, parameters, inputs, parties, receivers, minimumGroup, ...(privacy && { privacy }),
    datasets: datasets.map(({ node, ...dataset }) => descriptorOf(node, dataset)),
  });
}

export interface JobToSubmit {
  readonly home: NodeHome;
  readonly client: ApiClient;
  readonly request: RequestRule;
  readonly validForMs: number;
  readonly now: Date;
  readonly idempotencyKey?: string;
}

/**
 * Signs a request with the node's approval key and submits it. What cannot be planned is refused here, before anybody else sees it.
 * @throws PlanError CS06xx, CliError CS0404 when no policy is in force, ApiError
 */
export async function submitJob({ home, client, request, validForMs, now, idempotencyKey }: JobToSubmit): Promise<JobView> {
  const issuer = home.name;
  const program = await programNamed(client, request.program);
  const fields = plannedFields(request, issuer);
  const [datasets, policy] = await Promise.all([client.datasets(), client.currentPolicy()]);
  planFor({ ...fields, program: program.name, definition: program }, datasets);
  const key = home.signingKey('approval');
  const job = signed(key, { type: 'job', issuer, issuedAt: now, expiresAt: new Date(now.getTime() + validForMs) }, {
    nonce: randomBytes(16).toString('base64url'),
    ...fields,
    program: { name: program.name, digest: program.digest },
    ...(request.purpose === undefined ? {} : { purpose: request.purpose }),
    agent: request.agent,
    policy: policy.digest,
  } satisfies Omit<JobSpec, 'v' | 'type' | 'issuer' | 'kid' | 'issuedAt' | 'expiresAt'>);
  return client.submitJob(job, idempotencyKey);
}
