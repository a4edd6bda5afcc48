import { z } from 'zod';
import { type Analysis, type Decision, type PolicyTestReport } from '#policy';
import {
  ApiKeyCreated, ApiKeyView, AuditEntry, Challenge, CheckpointView, DatasetView, DecisionRecord, DecisionView, DutyView, EnrolmentTokenCreated, JobEvent, JobView, LimitView, LinkView, NodeView, PolicyCheck, PolicyView, ProgramView, ProgressView, ProofView,
  Problem, ServiceInfo, pageOf, type AuditQuery, type ChallengeRequest, type CreateApiKey, type CreateEnrolmentToken, type DecisionQuery, type DryRun, type DutyQuery, type JobQuery, type PublishPolicy, type RegisterRequest, type RotateRequest,
} from './api.js';
import { JobBundle } from './gateway.js';
import { AnalysisView, DifferenceView, PolicyTestView, WhoCanView, type AnalysePolicy, type ComparePolicies, type TestPolicy, type WhoCanRequest } from './policy-answers.js';
import { serverSentEvents, type ServerSentEvent } from './server-sent-events.js';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path with query, from `/v1` on. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}
export interface ApiReply {
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array>;
}
/** Sends one request to the control plane, adding whatever authenticates the caller. Rejects with an Error when no reply came. */
export type Transport = (request: ApiRequest) => Promise<ApiReply>;

/** The control plane said no: an RFC 9457 problem. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }
  get code(): string {
    return this.problem.code;
  }
}

/** The control plane answered with something that is not in the contract. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code = 'CS0490';
}

export type JobStreamEvent = { readonly type: 'state'; readonly seq: number; readonly event: JobEvent } | { readonly type: 'progress'; readonly progress: z.infer<typeof ProgressView> };

type Query = Readonly<Record<string, string | number | undefined>>;
interface Ask {
  readonly method?: ApiRequest['method'];
  readonly query?: Query;
  readonly body?: unknown;
  /** Makes a POST safe to send again. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

const MAX_REPLY_BYTES = 64 * 1024 * 1024;
const MAX_PROBLEM_BYTES = 1024 * 1024;
const part = encodeURIComponent;

/**
 * The REST API under `/v1`, typed: every reply is parsed by the schema of `api.ts` before anybody sees it. All methods throw
 * `ApiError` for a problem and `ContractError` for a reply outside of the contract.
 */
export class ApiClient {
  constructor(private readonly transport: Transport) {}

  info = () => this.ask('info', ServiceInfo);

  createApiKey = (body: z.input<typeof CreateApiKey>) => this.ask('api-keys', ApiKeyCreated, { body });
  apiKeys = () => this.all('api-keys', ApiKeyView);
  revokeApiKey = (id: string) => this.ask(`api-keys/${part(id)}`, z.unknown(), { method: 'DELETE' });
  createEnrolmentToken = (body: z.input<typeof CreateEnrolmentToken>) => this.ask('enrolment-tokens', EnrolmentTokenCreated, { body });

  challenge = (body: z.input<typeof ChallengeRequest>) => this.ask('nodes/challenges', Challenge, { body });
  register = (body: RegisterRequest) => this.ask('nodes', NodeView, { body });
  nodes = () => this.all('nodes', NodeView);
  node = (id: string) => this.ask(`nodes/${part(id)}`, NodeView);
  rotate = (id: string, body: RotateRequest) => this.ask(`nodes/${part(id)}/rotations`, NodeView, { body });
  revoke = (id: string, reason: string) => this.ask(`nodes/${part(id)}/revocation`, NodeView, { body: { reason } });

  limits = () => this.all('limits', LimitView);
  duties = (query: z.input<typeof DutyQuery> = {}) => this.ask('duties', pageOf(DutyView), { query: query as Query });
  /** Every duty that fits, the first due first. */
  everyDuty = (query: z.input<typeof DutyQuery> = {}): AsyncGenerator<DutyView> => everyItem((after) => this.duties({ limit: 200, ...query, ...after }));
  attest = (id: string, statement: string) => this.ask(`duties/${part(id)}/attestations`, DutyView, { body: { statement } });
  links = () => this.all('links', LinkView);

  datasets = () => this.all('datasets', DatasetView);
  publishProgram = (body: { statement: string; definition: string }) => this.ask('programs', ProgramView, { body });
  programs = () => this.all('programs', ProgramView);
  approveProgram = (name: string, statement: string) => this.ask(`programs/${part(name)}/approvals`, ProgramView, { body: { statement } });
  program = (name: string) => this.ask(`programs/${part(name)}`, ProgramView);

  publishPolicy = (body: z.input<typeof PublishPolicy>) => this.ask('policies', PolicyView, { body });
  checkPolicy = (body: z.input<typeof PublishPolicy>) => this.ask('policies/check', PolicyCheck, { body });
  policies = () => this.all('policies', PolicyView);
  signPolicy = (version: number, statement: string) => this.ask(`policies/${version}/approvals`, PolicyView, { body: { statement } });
  currentPolicy = () => this.ask('policies/current', PolicyView);
  policy = (version: number) => this.ask(`policies/${version}`, PolicyView);
  analysePolicy = (body: z.input<typeof AnalysePolicy> = {}): Promise<Analysis> => this.ask('policies/analysis', AnalysisView, { body });
  comparePolicies = (body: z.input<typeof ComparePolicies>) => this.ask('policies/difference', DifferenceView, { body });
  whoCan = (body: z.input<typeof WhoCanRequest> = {}) => this.ask('policies/who-can', WhoCanView, { body });
  testPolicy = (body: z.input<typeof TestPolicy>): Promise<PolicyTestReport> => this.ask('policies/test', PolicyTestView, { body });
  decide = (body: z.input<typeof DryRun>): Promise<Decision> => this.ask('decisions', DecisionView, { body });
  decisions = (query: z.input<typeof DecisionQuery> = {}) => this.ask('decisions', pageOf(DecisionRecord), { query: query as Query });

  submitJob = (job: string, idempotencyKey?: string) => this.ask('jobs', JobView, { body: { job }, idempotencyKey });
  jobs = (query: z.input<typeof JobQuery> = {}) => this.ask('jobs', pageOf(JobView), { query: query as Query });
  job = (id: string, signal?: AbortSignal) => this.ask(`jobs/${part(id)}`, JobView, { signal });
  jobBundle = (id: string) => this.ask(`jobs/${part(id)}/bundle`, JobBundle);
  cancelJob = (id: string, reason?: string) => this.ask(`jobs/${part(id)}/cancellation`, JobView, { body: reason === undefined ? {} : { reason } });
  approve = (id: string, statement: string) => this.ask(`jobs/${part(id)}/approvals`, JobView, { body: { statement } });
  veto = (id: string, statement: string) => this.ask(`jobs/${part(id)}/vetoes`, JobView, { body: { statement } });
  withdraw = (id: string, statement: string) => this.ask(`jobs/${part(id)}/withdrawals`, JobView, { body: { statement } });

  auditEntries = (query: z.input<typeof AuditQuery> = {}) => this.ask('audit/entries', pageOf(AuditEntry), { query: query as Query });
  checkpoint = () => this.ask('audit/checkpoint', CheckpointView);
  inclusionProof = (index: number, size: number) => this.ask('audit/proofs/inclusion', ProofView, { query: { index, size } });
  consistencyProof = (from: number, to: number) => this.ask('audit/proofs/consistency', ProofView, { query: { from, to } });

  /** Every audit entry from the first one on. */
  everyAuditEntry = (query: z.input<typeof AuditQuery> = {}): AsyncGenerator<AuditEntry> => everyItem((after) => this.auditEntries({ limit: 200, ...query, ...after }));
  /** Every recorded decision, oldest first. */
  everyDecision = (query: z.input<typeof DecisionQuery> = {}): AsyncGenerator<DecisionRecord> => everyItem((after) => this.decisions({ limit: 200, ...query, ...after }));

  /** Yields what happens to a job from event `after` on, until the connection or the signal ends. */
  async *watchJob(id: string, options: { after?: number; signal?: AbortSignal } = {}): AsyncGenerator<JobStreamEvent> {
    const reply = await this.send(`jobs/${part(id)}/events`, {
      signal: options.signal, headers: { accept: 'text/event-stream', ...(options.after === undefined ? {} : { 'last-event-id': String(options.after) }) },
    });
    for await (const event of serverSentEvents(reply.body)) {
      const seen = streamEventOf(event);
      if (seen) yield seen;
    }
  }

  private async ask<T extends z.ZodType>(path: string, schema: T, ask: Ask = {}): Promise<z.infer<T>> {
    const reply = await this.send(path, ask);
    const text = await readText(reply.body, MAX_REPLY_BYTES);
    if (reply.status === 204) return undefined as z.infer<T>;
    return parseReply(schema, text, path);
  }

  private async all<T extends z.ZodType>(path: string, item: T): Promise<z.infer<T>[]> {
    const items: z.infer<T>[] = [];
    const page = pageOf(item);
    for (let after: string | undefined; ; ) {
      const reply = await this.ask(path, page, { query: { limit: 200, after } }) as { items: z.infer<T>[]; next?: string };
      items.push(...reply.items);
      if (reply.next === undefined) return items;
      after = reply.next;
    }
  }

  private async send(path: string, ask: Ask & { headers?: Record<string, string> }): Promise<ApiReply> {
    const query = new URLSearchParams(Object.entries(ask.query ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))).toString();
    const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
    const reply = await this.transport({
      method: ask.method ?? (body === undefined ? 'GET' : 'POST'),
      path: `/v1/${path}${query ? `?${query}` : ''}`,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(ask.idempotencyKey === undefined ? {} : { 'idempotency-key': ask.idempotencyKey }),
        ...ask.headers,
      },
      ...(body === undefined ? {} : { body }),
      ...(ask.signal ? { signal: ask.signal } : {}),
    });
    if (reply.status >= 200 && reply.status < 300) return reply;
    throw new ApiError(problemOf(await readText(reply.body, MAX_PROBLEM_BYTES), reply.status, path));
  }
}

/** Yields the items of page after page. */
async function* everyItem<T>(page: (after: { readonly after?: string }) => Promise<{ readonly items: T[]; readonly next?: string }>): AsyncGenerator<T> {
  for (let after: { readonly after?: string } = {}; ; ) {
    const { items, next } = await page(after);
    yield* items;
    if (next === undefined) return;
    after = { after: next };
  }
}

function streamEventOf(event: ServerSentEvent): JobStreamEvent | undefined {
  if (event.type === 'state') {
    const state = parseReply(JobEvent, event.data, 'jobs/events');
    return { type: 'state', seq: state.seq, event: state };
  }
  if (event.type === 'progress') return { type: 'progress', progress: parseReply(ProgressView, event.data, 'jobs/events') };
  return undefined;
}

function parseReply<T extends z.ZodType>(schema: T, text: string, path: string): z.infer<T> {
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ContractError(`the control plane's reply to \`${path}\` is not as agreed: ${issue.path.join('.') || 'body'}: ${issue.message}`);
}

function problemOf(text: string, status: number, path: string): Problem {
  const parsed = Problem.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data as Problem;
  return { type: 'about:blank', title: `the control plane answered \`${path}\` with status ${status} and no explanation`, status, code: 'CS0490' };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ContractError(`the control plane's reply is longer than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
