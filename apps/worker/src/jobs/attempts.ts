import { Attempt } from './attempt.js';
import { JobError, reasonOf } from './errors.js';
import { deliver, type SealedDelivery } from './delivery.js';
import type { Offer } from './offer.js';
import type { WorkerContext } from './worker-context.js';
import type { Order } from '../gateway/gateway.js';

/** Each has a process and links; more offers than this wait for none of them and are refused. */
const MOST_SESSIONS = 16;

/** The attempts that are under way on this node, by job: at most one of each. */
export class Attempts {
  readonly #current = new Map<string, Attempt>();

  constructor(private readonly context: WorkerContext) {}

  /** What a former run of this worker left open is over: its session processes ended with it. */
  recover(): void {
    const { home, report } = this.context;
    for (const { digest, id, attempt, ran } of home.attempts.open()) {
      report({ type: 'aborted', job: id, attempt, code: 'CS0744', reason: `the worker of \`${home.node.name}\` was restarted`, sharesSent: ran });
      home.attempts.close(digest, attempt);
    }
  }

  open(): { job: string; attempt: number }[] {
    return [...this.#current.values()].filter(({ at }) => at !== 'offered').map(({ id, number }) => ({ job: id, attempt: number }));
  }

  obey(order: Order): void {
    if (order.type === 'offer') return this.#offer(order);
    if (order.type === 'sealed') return this.#sealed(order);
    const attempt = this.#current.get(order.job);
    if (order.type === 'abort' && order.code === 'CS0682') this.context.log.warn({ job: order.job, attempt: order.attempt, code: order.code }, 'the job went on without this node');
    // Orders for attempts that are over arrive after a reconnect, and change nothing.
    if (attempt?.number !== order.attempt) return;
    if (order.type === 'start') attempt.start(order.accepts);
    else if (order.type === 'open') attempt.open();
    else attempt.stop(order.code);
  }

  /** Ends everything, telling peers and the control plane. */
  interrupt(): void {
    for (const attempt of [...this.#current.values()]) attempt.interrupt();
    this.context.fillings.stop();
  }

  #offer(offer: Offer): void {
    this.context.fillings.interrupt();
    const current = this.#current.get(offer.job);
    if (current && current.number >= offer.attempt) return; // Sent twice, or overtaken.
    current?.stop('CS0740');
    const attempt: Attempt = new Attempt(this.context, offer, () => {
      if (this.#current.get(offer.job) === attempt) this.#current.delete(offer.job);
      // The next offer finds a loaded process; not before the links of this one are closed.
      setImmediate(() => this.context.pool.warmUp());
      return { idle: this.#current.size === 0 };
    });
    const busy = this.#current.size >= MOST_SESSIONS;
    this.#current.set(offer.job, attempt);
    void attempt.consider(busy ? new JobError('CS0743', `${MOST_SESSIONS} sessions run on this node already`) : undefined);
  }

  #sealed(order: SealedDelivery): void {
    const { report, log } = this.context;
    const about = { job: order.job, attempt: order.attempt };
    try {
      deliver(order, this.context);
      log.info(about, 'result received');
      report({ type: 'delivered', ...about });
    } catch (error) {
      const { code, reason } = reasonOf(error);
      log.error({ ...about, code, reason }, 'sealed result refused');
      report({ type: 'aborted', ...about, code, reason, sharesSent: false });
    }
  }
}
