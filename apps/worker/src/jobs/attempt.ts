import { lineOf, type StagePart } from '#contract';
import { statementDigest } from '#pqc';
import { assumptionsOf, type Plan, SUITES } from '#program';
import { planVerified, sessionIdOf, verifyAccepts, type VerifiedJob } from '#verify';
import type { Endpoint, SessionFinished, SessionTake } from '../session/messages.js';
import type { SessionEvents, SessionProcess } from '../session/session-process.js';
import { wipeRecords } from '../stock/index.js';
import { deletionsOf } from './deletion.js';
import { isOver, moved, type AttemptState, type Underway } from './attempt-state.js';
import { Drawing } from './drawing.js';
import { JobError, reasonOf } from './errors.js';
import { joinRows, readOwnInputs, ringInputs } from './inputs.js';
import { countUse } from './limits.js';
import { checkTime, claimedDigest, remainingMs, verifyOffer, type Offer } from './offer.js';
import { endOf, outcomeOf, type End } from './outcome.js';
import { REFUSAL_VALID_MS, signAs } from './statements.js';
import type { WorkerContext } from './worker-context.js';

/** An Accept is needed until its session is over. */
const ACCEPT_SLACK_MS = 60_000;

/** One attempt at one job, from the offer to its end: what this node does on each order, and what it reports. */
export class Attempt {
  readonly id: string;
  readonly number: number;
  #state: AttemptState = { at: 'offered' };

  constructor(private readonly context: WorkerContext, private readonly offer: Offer, private readonly onOver: () => { readonly idle: boolean }) {
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
      const job = verifyOffer(this.offer, this.context);
      this.#checkFence(job.digest);
      session = this.context.pool.take();
      const [inputs, port] = await Promise.all([
        readOwnInputs(job, { node: this.#node, datasets: this.context.home.node.datasets, readTable: this.context.readTable }),
        this.#listen(job, session),
      ]);
      if (this.#state.at !== 'offered') return session.stop();
      checkTime(this.offer.acceptBy, this.context);
      const { home, clock } = this.context;
      const now = clock();
      // Before the Accept is signed, so before any share can leave.
      if (!home.attempts.enter(job.digest, { id: job.id, attempt: this.number, expiresAt: job.spec.expiresAt, now })) throw this.#fenced();
      const accept = signAs(
        { type: 'accept', job: job.digest, attempt: this.number, policy: job.policy.digest, endpoint: endpointText(home.node.listen.host, port), rows: inputs.rows },
        { node: this.#node, key: home.keys.approval, now, validMs: remainingMs(this.offer, this.context) + ACCEPT_SLACK_MS },
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
      // Both before the first share can leave.
      countUse(job, this.context.home.uses, this.context.clock());
      this.context.home.attempts.run(job.digest, this.number);
      const vectors = ringInputs(plan.plan, party, inputs);
      const join = joinRows(plan.plan, party, inputs);
      const drawing = this.#drawing(job, plan.plan);
      this.#move({ at: 'running', job, session, plan, startedAt: performance.now(), ...(drawing && { drawing }) });
      this.context.report({ type: 'running', ...this.#about });
      session.run({
        plan: plan.plan, planDigest: plan.digest, sessionId: sessionIdOf(job.digest, this.number, plan.digest), inputs: vectors, ...(join && { join }),
        ...(job.decision.obligations.roundTripMs === undefined ? {} : { roundTripMs: job.decision.obligations.roundTripMs }),
        endpoints: plan.plan.parties.map((name, index) => endpointOf(index, verified.accepts.get(name)!.endpoint)),
        ...(drawing && { stockOffer: drawing.offer }),
      });
      for (const vector of [...vectors.values(), ...(join?.columns ?? [])]) vector.fill(0n);
      join?.digests.fill(0);
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
    if ('session' in state) {
      state.session.stop();
      void state.session.sharesSent.then((sharesSent) => {
        this.context.report({ type: 'stopped', ...this.#about, sharesSent });
        if (!sharesSent) this.context.home.uses.takeBack(state.job.digest);
      });
    }
    this.#close(state);
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

  #checkFence(digest: string): void {
    const { attempts } = this.context.home;
    if (attempts.hasRun(digest)) throw new JobError('CS0748', 'this job was started here before, and is computed once');
    if (this.number <= attempts.highest(digest)) throw this.#fenced();
  }

  #fenced(): JobError {
    return new JobError('CS0740', `attempt ${this.number} of this job, or a later one, was accepted here before`);
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
        endInMs: remainingMs(this.offer, this.context),
      },
      this.#sessionEvents(parties),
    );
  }

  #sessionEvents(parties: readonly string[]): SessionEvents {
    return {
      onProgress: ({ phase, done, of, bytes, stage }) => this.context.progress({ type: 'progress', ...this.#about, phase, done, of, bytes, ...(stage && { stage: stage.map(shownPart) }) }),
      onMeasured: ({ links }) => this.#measured(links.map(({ party, microseconds }) => ({ node: parties[party], microseconds }))),
      onTake: (take) => this.#take(take),
      onUntaken: (demand) => this.#untaken(demand),
      onHeld: () => this.#held(),
      onRefused: (reason) => this.context.log.warn({ ...this.#about, code: 'CS0731', reason }, 'connection refused'),
      onFinished: (finished) => this.#finished(finished),
      onAborted: (aborted) => !isOver(this.#state) && this.#state.at !== 'offered' && this.#abort(endOf(aborted, parties)),
    };
  }

  /** All parties alike, those without a stock too: whether offers are exchanged is no choice of one party. */
  #drawing(job: VerifiedJob, plan: Plan): Drawing | undefined {
    const { suite } = plan;
    if (!SUITES[suite].usesTriples) return undefined;
    const parties = job.spec.parties.map((node) => ({ node, linkKid: job.nodes.get(node)!.linkKid }));
    return new Drawing(this.context.stock, { parties, own: this.#node, suite, assumptions: assumptionsOf(plan), attempt: `${this.id} ${this.number}` });
  }

  #take({ offers, demand }: SessionTake): void {
    const state = this.#state;
    if (state.at !== 'running' || !state.drawing) return;
    this.context.fillings.note(state.drawing, demand);
    try {
      const drawn = state.drawing.take(offers, demand);
      this.context.log.info({ ...this.#about, kinds: drawn.records.map(({ kind }) => kind) }, 'drawn from stock');
      state.session.drawn(drawn);
      wipeRecords(drawn.records);
    } catch (error) {
      const failure = reasonOf(error);
      this.#logUnexpected(failure.code, error);
      state.session.notDrawn(failure);
    }
  }

  #untaken(demand: SessionTake['demand']): void {
    const state = this.#state;
    if (state.at !== 'running' || !state.drawing) return;
    state.drawing.release();
    this.context.fillings.note(state.drawing, demand);
  }

  #measured(roundTrips: NonNullable<Underway['roundTrips']>): void {
    const state = this.#state;
    if (state.at !== 'running') return;
    this.#state = { ...state, roundTrips };
    this.context.report({ type: 'measured', ...this.#about, roundTrips });
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
      const { result, sealed, receipt } = outcomeOf(state, finished, this.number, this.context);
      if (result) this.context.home.keepResult(result, deletionsOf(state.job, this.#node, this.context.clock()));
      if (sealed) this.context.report({ type: 'sealed', ...this.#about, shares: sealed });
      this.#move({ at: 'finished' });
      this.context.report({ type: 'finished', ...this.#about, receipt });
      const { idle } = this.#close(state);
      if (state.drawing) this.context.fillings.begin(state.session, state.drawing, idle);
    } catch (error) {
      this.#abort({ ...reasonOf(error), sharesSent: true }, error);
    } finally {
      for (const vector of [...(finished.share?.values() ?? []), ...(finished.outputs?.values() ?? [])]) vector.fill(0n);
    }
  }

  #abort(end: End, cause?: unknown): void {
    const state = this.#state;
    this.#logUnexpected(end.code, cause);
    this.#move({ at: 'aborted', code: end.code });
    if ('session' in state) state.session.stop();
    this.context.report({ type: 'aborted', ...this.#about, ...end });
    if ('job' in state && !end.sharesSent) this.context.home.uses.takeBack(state.job.digest);
    this.#close(state);
  }

  #refuse(error: unknown): void {
    if (this.#state.at !== 'offered') return;
    const { code, reason } = reasonOf(error);
    this.#logUnexpected(code, error);
    this.#move({ at: 'aborted', code });
    const digest = claimedDigest(this.offer);
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

  /** Where our bug is; its words could quote anything. */
  #logUnexpected(code: string, error: unknown): void {
    if (code === 'CS0746' && error instanceof Error) this.context.log.error({ ...this.#about, stack: error.stack?.split('\n').slice(1, 4) }, 'unexpected error');
  }

  /** `state`: before the end. */
  #close(state: AttemptState): { readonly idle: boolean } {
    if ('drawing' in state) state.drawing?.release();
    if ('job' in state) this.context.home.attempts.close(state.job.digest, this.number);
    return this.onOver();
  }
}

/** Names are of a program or a network that somebody else wrote. */
const shownPart = ({ name, ...part }: StagePart): StagePart => ({ ...part, ...(name && { name: lineOf(name, 64) }) });

const endpointText = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

function endpointOf(party: number, endpoint: string): Endpoint {
  const colon = endpoint.lastIndexOf(':');
  return { party, host: endpoint.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(endpoint.slice(colon + 1)) };
}
