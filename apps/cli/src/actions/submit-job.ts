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

/** The plan of a request over what the nodes have registered, whatever the policy asks of it. @throws PlanError */
export function planFor({ program, definition, privacy, ...request }: Pick<JobSpec, 'parameters' | 'inputs' | 'parties' | 'receivers' | 'privacy' | 'suite' | 'security'> & { readonly program: string; readonly definition?: ProgramDefinition }, datasets: readonly DatasetView[]): Plan {
  const { parameters, inputs, parties, receivers, security } = request;
  const { suite } = chooseSuite({ suite: request.suite, majority: security.majority, parties: parties.length });
  return planJob({
    program, ...(definition && { definition }), suite, parameters, inputs, parties, receivers, minimumGroup: 1, ...(privacy && { privacy }),
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
  const inputs = inputsOf(request);
  const parties = request.parties ?? partiesOf(inputs, issuer, request.receivers);
  const suite = request.suite ?? 'auto';
  // Who names a suite rests on what it rests on.
  const majority = request.majority ?? (suite === 'auto' ? 'dishonest' : SUITES[suite].majority);
  const security = { model: 'semi-honest', majority } as const;
  const [datasets, policy] = await Promise.all([client.datasets(), client.currentPolicy()]);
  planFor({ program: program.name, definition: program, parameters: request.parameters, inputs, parties, receivers: request.receivers, privacy: request.privacy, suite, security }, datasets);
  const key = home.signingKey('approval');
  const job = signed(key, { type: 'job', issuer, issuedAt: now, expiresAt: new Date(now.getTime() + validForMs) }, {
    nonce: randomBytes(16).toString('base64url'),
    program: { name: program.name, digest: program.digest },
    parameters: request.parameters,
    inputs, parties, receivers: request.receivers,
    ...(request.purpose === undefined ? {} : { purpose: request.purpose }),
    agent: request.agent,
    security,
    suite,
    ...(request.privacy && { privacy: request.privacy }),
    policy: policy.digest,
  } satisfies Omit<JobSpec, 'v' | 'type' | 'issuer' | 'kid' | 'issuedAt' | 'expiresAt'>);
  return client.submitJob(job, idempotencyKey);
}
