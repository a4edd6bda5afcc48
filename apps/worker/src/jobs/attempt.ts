import { jobIdOf, JobSpec, lineOf, type ToWorker } from '#contract';
import { readStatement, statementDigest } from '#pqc';
import { decodeResult } from '#program';
import { jobDigestOf, planVerified, sessionIdOf, verifyAccepts, verifyBundle, type VerifiedJob } from '#verify';
import type { Endpoint, SessionAborted, SessionFinished } from '../session/messages.js';
import type { SessionEvents, SessionProcess } from '../session/session-process.js';
import { isOver, moved, type AttemptState, type Underway } from './attempt-state.js';
import { JobError, reasonOf } from './errors.js';
import { readOwnInputs, ringInputs } from './inputs.js';
import { sealShare } from './sealed-shares.js';
import { RECEIPT_VALID_MS, REFUSAL_VALID_MS, signAs } from './statements.js';
import type { WorkerContext } from './worker-context.js';

export type Offer = Extract<ToWorker, { type: 'offer' }>;

/** An Accept is needed until its session is over. */
const ACCEPT_SLACK_MS = 60_000;
const LONGEST_SESSION_MS = 86_400_000;

/** One attempt at one job, from the offer to its end: what this node does on each order, and what it reports. */
export class Attempt {
  readonly id: string;
  readonly number: number;
  #state: AttemptState = { at: 'offered' };

  constructor(private readonly context: WorkerContext, private readonly offer: Offer, private readonly onOver: () => void) {
    this.id = offer.job;
    this.number = offer.attempt;
  }

  get at(): AttemptState['at'] {
    return this.#state.at;
  }

  /** Verifies everything, reads the own rows, listens, and says Accept; or says Refuse and why, `hindrance` before all else. */
  async consider(hindrance?: JobError): Promise<void> {
    let session: SessionProcess | undefined;
    try {
      if (hindrance) throw hindrance;
      const job = this.#verify();
      this.#checkFence(job.digest);
      session = this.context.pool.take();
      const [inputs, port] = await Promise.all([
        readOwnInputs(job, { node: this.#node, datasets: this.context.home.node.datasets, readTable: this.context.readTable }),
        this.#listen(job, session),
      ]);
      if (this.#state.at !== 'offered') return session.stop();
      this.#checkTime(this.offer.acceptBy);
      const { home, clock } = this.context;
      const now = clock();
      // Before the Accept is signed, so before any share can leave.
      if (!home.attempts.enter(job.digest, { id: job.id, attempt: this.number, expiresAt: job.spec.expiresAt, now })) throw this.#fenced();
      const endpoint = `${home.node.listen.host.includes(':') ? `[${home.node.listen.host}]` : home.node.listen.host}:${port}`;
      const accept = signAs(
        { type: 'accept', job: job.digest, attempt: this.number, policy: job.policy.digest, endpoint, rows: inputs.rows },
        { node: this.#node, key: home.keys.approval, now, validMs: this.#remainingMs() + ACCEPT_SLACK_MS },
      );
      this.#move({ at: 'accepted', job, inputs, session, accept });
      this.context.report({ type: 'accept', ...this.#about, statement: accept });
    } catch (error) {
      if (this.#state.at === 'accepted') return this.#abort({ ...reasonOf(error), sharesSent: false }, error);
      session?.stop();
      this.#refuse(error);
    }
  }

  /** Everybody accepted: derives the plan that all parties share, and lets the session process connect and compute. */
  start(accepts: readonly string[]): void {
    const state = this.#state;
    if (state.at !== 'accepted') return this.#ignore('start');
    const { job, inputs, session, accept } = state;
    try {
      const verified = verifyAccepts(accepts, job, { attempt: this.number, now: this.context.clock() });
      if (!accepts.some((each) => statementDigest(each) === statementDigest(accept))) throw new JobError('CS0747', 'the accept of this node is not the one that it signed');
      const plan = planVerified(job, verified.rows);
      const party = plan.plan.parties.indexOf(this.#node);
      // Before the first share can leave.
      this.context.home.attempts.run(job.digest, this.number);
      const vectors = ringInputs(plan.plan, party, inputs.tables);
      this.#move({ at: 'running', job, session, plan, startedAt: performance.now() });
      this.context.report({ type: 'running', ...this.#about });
      session.run({
        plan: plan.plan, planDigest: plan.digest, sessionId: sessionIdOf(job.digest, this.number, plan.digest), inputs: vectors,
        endpoints: plan.plan.parties.map((name, index) => endpointOf(index, verified.accepts.get(name)!.endpoint)),
      });
      for (const vector of vectors.values()) vector.fill(0n);
    } catch (error) {
      this.#abort({ ...reasonOf(error), sharesSent: false }, error);
    }
  }

  /** All parties hold their outputs and the budget is charged: opens to the receivers. */
  open(): void {
    const state = this.#state;
    if (state.at !== 'held') return this.#ignore('open');
    const { session, plan: { plan } } = state;
    this.#move({ ...state, at: 'opening' });
    const to = plan.receivers.map((name) => plan.parties.indexOf(name)).filter((index) => index >= 0);
    session.open({ to, share: plan.receivers.some((name) => !plan.parties.includes(name)) });
  }

  /** The control plane gave the attempt up. */
  stop(code: string): void {
    const state = this.#state;
    if (isOver(state)) return;
    this.#move({ at: 'aborted', code });
    if ('session' in state) state.session.stop();
    this.#close('job' in state ? state.job.digest : undefined);
  }

  /** The worker stops and this attempt with it. */
  interrupt(): void {
    if (!isOver(this.#state)) this.#abort({ code: 'CS0744', reason: `the worker of \`${this.#node}\` stopped`, sharesSent: this.at !== 'offered' && this.at !== 'accepted' });
  }

  get #node(): string {
    return this.context.home.node.name;
  }

  get #about(): { job: string; attempt: number } {
    return { job: this.id, attempt: this.number };
  }

  #move(to: AttemptState): void {
    this.#state = moved(this.#state, to);
    this.context.log.info({ ...this.#about, at: to.at, ...('code' in to && { code: to.code }) }, 'attempt');
  }

  #ignore(order: string): void {
    this.context.log.warn({ ...this.#about, order, at: this.at }, 'order out of place');
  }

  #verify(): VerifiedJob {
    const { home, clock, log } = this.context;
    this.#checkTime(this.offer.acceptBy);
    this.#checkTime(this.offer.endBy);
    const { bundle } = this.offer;
    const own = home.ownStatements(this.#claimedDigest() ?? '', clock());
    const job = verifyBundle({ ...bundle, vetoes: [...bundle.vetoes, ...own.vetoes], withdrawals: [...bundle.withdrawals, ...own.withdrawals] }, {
      pins: home.pins(), acceptedPolicies: home.acceptedPolicies(), now: clock(), as: { node: this.#node, role: 'party' },
    });
    if (job.id !== this.id) throw new JobError('CS0742', 'the offer names another job than the one it carries');
    for (const [name, pin] of Object.entries(job.newPins)) log.info({ node: name, approvalKid: pin.approvalKid, linkKid: pin.linkKid, version: pin.version }, 'keys pinned');
    home.keepPins(job.newPins, clock());
    return job;
  }

  #checkFence(digest: string): void {
    const { attempts } = this.context.home;
    if (attempts.hasRun(digest)) throw new JobError('CS0748', 'this job was started here before, and is computed once');
    if (this.number <= attempts.highest(digest)) throw this.#fenced();
  }

  #fenced(): JobError {
    return new JobError('CS0740', `attempt ${this.number} of this job, or a later one, was accepted here before`);
  }

  #checkTime(instant: string): void {
    if (Date.parse(instant) <= this.context.serviceClock().getTime()) throw new JobError('CS0742', `the offer came after \`${instant}\``);
  }

  #remainingMs(): number {
    return Math.min(LONGEST_SESSION_MS, Math.max(1, Date.parse(this.offer.endBy) - this.context.serviceClock().getTime()));
  }

  #listen(job: VerifiedJob, session: SessionProcess): Promise<number> {
    const { keys, node } = this.context.home;
    const { parties } = job.spec;
    return session.listen(
      {
        certificate: keys.certificate,
        host: node.listen.host,
        ...(node.listen.portRange && { portRange: node.listen.portRange }),
        party: parties.indexOf(this.#node),
        peers: parties.flatMap((name, party) => (name === this.#node ? [] : [{ party, linkKey: job.nodes.get(name)!.keys.link }])),
        endInMs: this.#remainingMs(),
      },
      this.#sessionEvents(parties),
    );
  }

  #sessionEvents(parties: readonly string[]): SessionEvents {
    return {
      onProgress: ({ phase, done, of, bytes }) => this.context.progress({ type: 'progress', ...this.#about, phase, done, of, bytes }),
      onHeld: () => this.#held(),
      onRefused: (reason) => this.context.log.warn({ ...this.#about, code: 'CS0731', reason }, 'connection refused'),
      onFinished: (finished) => this.#finished(finished),
      onAborted: (aborted) => this.#sessionAborted(aborted, parties),
    };
  }

  #held(): void {
    const state = this.#state;
    if (state.at !== 'running') return;
    this.#move({ ...state, at: 'held' });
    this.context.report({ type: 'held', ...this.#about, plan: state.plan.digest });
  }

  #finished(finished: SessionFinished): void {
    const state = this.#state;
    if (state.at !== 'opening') return;
    try {
      this.#keepResult(state, finished);
      this.#reportSealed(state, finished);
      const { stats, transcript } = finished;
      const receipt = signAs(
        {
          type: 'receipt', job: state.job.digest, attempt: this.number, plan: state.plan.digest, transcript: Buffer.from(transcript).toString('hex'),
          bytesSent: stats.bytesSent, bytesReceived: stats.bytesReceived, rounds: stats.rounds, offlineMs: Math.round(stats.offlineMs), onlineMs: Math.round(stats.onlineMs),
        },
        { node: this.#node, key: this.context.home.keys.approval, now: this.context.clock(), validMs: RECEIPT_VALID_MS },
      );
      this.#move({ at: 'finished' });
      this.context.report({ type: 'finished', ...this.#about, receipt });
      this.#close(state.job.digest);
    } catch (error) {
      this.#abort({ ...reasonOf(error), sharesSent: true }, error);
    } finally {
      for (const vector of [...(finished.share?.values() ?? []), ...(finished.outputs?.values() ?? [])]) vector.fill(0n);
    }
  }

  #keepResult({ plan: { plan }, startedAt }: Underway, { outputs, stats }: SessionFinished): void {
    if (!outputs) return;
    this.context.home.keepResult({
      job: this.id,
      result: { ...decodeResult(plan, outputs) },
      suite: stats.suite,
      rounds: stats.rounds,
      bytes: { sent: stats.bytesSent, received: stats.bytesReceived },
      seconds: { offline: stats.offlineMs / 1000, online: stats.onlineMs / 1000, total: (performance.now() - startedAt) / 1000 },
      at: this.context.clock().toISOString(),
    });
  }

  #reportSealed({ job, plan: { plan } }: Underway, { share }: SessionFinished): void {
    if (!share) return;
    const shares = plan.receivers.filter((name) => !plan.parties.includes(name)).map((to) =>
      sealShare(share, { plan, jobDigest: job.digest, ...this.#about, from: this.#node, to, key: this.context.home.keys.approval, receiver: job.nodes.get(to)!.keys.sealing }));
    this.context.report({ type: 'sealed', ...this.#about, shares });
  }

  #sessionAborted({ code, reason, blame, sharesSent }: SessionAborted, parties: readonly string[]): void {
    if (isOver(this.#state) || this.#state.at === 'offered') return;
    // Sessions know parties by index; people know them by name.
    const named = reason.replace(/\bparty (\d+)\b/g, (text, index: string) => (parties[Number(index)] === undefined ? text : `\`${parties[Number(index)]}\``));
    this.#abort({ code, reason: lineOf(named, 512), ...(blame !== undefined && parties[blame] !== undefined && { blame: parties[blame] }), sharesSent });
  }

  #abort(end: { readonly code: string; readonly reason: string; readonly blame?: string; readonly sharesSent: boolean }, cause?: unknown): void {
    const state = this.#state;
    if (end.code === 'CS0746' && cause instanceof Error) this.context.log.error({ ...this.#about, stack: cause.stack?.split('\n').slice(1, 4) }, 'unexpected error');
    this.#move({ at: 'aborted', code: end.code });
    if ('session' in state) state.session.stop();
    this.context.report({ type: 'aborted', ...this.#about, ...end });
    this.#close('job' in state ? state.job.digest : undefined);
  }

  #refuse(error: unknown): void {
    if (this.#state.at !== 'offered') return;
    const { code, reason } = reasonOf(error);
    if (code === 'CS0746') this.context.log.error({ ...this.#about, stack: (error as Error).stack?.split('\n').slice(1, 4) }, 'unexpected error');
    this.#move({ at: 'aborted', code });
    const digest = this.#claimedDigest();
    if (digest === undefined) this.context.report({ type: 'aborted', ...this.#about, code, reason, sharesSent: false });
    else {
      const { home, clock } = this.context;
      const statement = signAs(
        { type: 'refuse', job: digest, attempt: this.number, code, reason },
        { node: this.#node, key: home.keys.approval, now: clock(), validMs: REFUSAL_VALID_MS },
      );
      this.context.report({ type: 'refuse', ...this.#about, statement });
    }
    this.onOver();
  }

  /** What is refused, if the offer carries anything that could be a job of this name. */
  #claimedDigest(): string | undefined {
    try {
      const digest = jobDigestOf(JobSpec.parse(readStatement(this.offer.bundle.job).payload));
      return jobIdOf(digest) === this.id ? digest : undefined;
    } catch {
      return undefined;
    }
  }

  #close(digest: string | undefined): void {
    if (digest !== undefined) this.context.home.attempts.close(digest, this.number);
    this.onOver();
  }
}

function endpointOf(party: number, endpoint: string): Endpoint {
  const colon = endpoint.lastIndexOf(':');
  return { party, host: endpoint.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(endpoint.slice(colon + 1)) };
}
