import { join } from 'node:path';
import type { Logger } from 'pino';
import { fromBase64Url } from '#pqc';
import { Gateway } from './gateway/gateway.js';
import { Attempts } from './jobs/attempts.js';
import { deleteDue } from './jobs/deletion.js';
import { Fillings } from './jobs/filling.js';
import type { ReadTable } from './jobs/inputs.js';
import type { WorkerContext } from './jobs/worker-context.js';
import type { NodeHome } from './node-home/home.js';
import { SessionPool } from './session/session-process.js';
import { SetDemands, type Stock } from './stock/index.js';

export interface WorkerOptions {
  readonly home: NodeHome;
  /** The program of session processes. */
  readonly sessionMain: string;
  readonly readTable: ReadTable;
  /** Where correlations are kept that were made beforehand, if anywhere. */
  readonly stock?: Stock;
  /** For how many sessions like the largest of late there should be stock. */
  readonly stockSessions?: number;
  readonly log: Logger;
  /** Called whenever the control plane welcomes this node. */
  readonly onWelcome?: () => void;
}

const CLOCK_WARNING_MS = 30_000;
const DRAIN_MS = 2_000;
const DELETIONS_EVERY_MS = 1_000;

/** A node's worker: one connection to the control plane, and a process for every session. */
export class Worker {
  readonly #gateway: Gateway;
  readonly #attempts: Attempts;
  readonly #pool: SessionPool;
  readonly #deleteDue: () => void;
  #deletions: NodeJS.Timeout | undefined;
  #serviceAheadMs = 0;

  constructor(options: WorkerOptions) {
    const { home, readTable, log, stock } = options;
    const { controlPlane } = home.node;
    this.#pool = new SessionPool(options.sessionMain);
    this.#gateway = new Gateway({
      address: { host: controlPlane.host, port: controlPlane.port, linkKey: fromBase64Url(controlPlane.linkKey) },
      certificate: home.keys.certificate,
      reports: home.reports,
      events: {
        onWelcome: (welcome) => {
          this.#serviceAheadMs = Date.parse(welcome.now) - Date.now();
          if (Math.abs(this.#serviceAheadMs) > CLOCK_WARNING_MS) log.warn({ aheadMs: this.#serviceAheadMs }, 'the clocks of this node and the control plane differ');
          if (welcome.node !== home.node.name) log.error({ welcomed: welcome.node }, 'the control plane knows this link key under another name');
          log.info({ policy: welcome.policy, accepted: welcome.policy === undefined || home.acceptedPolicies().has(welcome.policy) }, 'welcome');
          options.onWelcome?.();
        },
        onOrder: (order) => this.#attempts.obey(order),
        // A control plane that is away for a while does not fill the log.
        onDown: ({ tries, ...down }) => log[tries <= 3 || tries % 20 === 0 ? 'warn' : 'debug']({ ...down, tries }, 'gateway down'),
        onNotKept: (cause) => log.error({ cause }, 'a report could not be written to disk'),
        openAttempts: () => this.#attempts.open(),
      },
    });
    const context: WorkerContext = {
      home, readTable, log, pool: this.#pool, ...(stock && { stock }),
      fillings: new Fillings(stock && { stock, demands: new SetDemands(join(home.path, 'state', 'stock-demands.json')), sessions: options.stockSessions ?? 0 }, log),
      report: (report) => this.#gateway.report(report),
      progress: (progress) => this.#gateway.progress(progress),
      clock: () => new Date(),
      serviceClock: () => new Date(Date.now() + this.#serviceAheadMs),
    };
    this.#attempts = new Attempts(context);
    this.#deleteDue = () => {
      try {
        deleteDue(context);
      } catch (error) {
        log.error({ cause: (error as NodeJS.ErrnoException).code ?? 'unknown' }, 'a result could not be deleted; it is tried again');
      }
    };
  }

  start(): void {
    this.#attempts.recover();
    this.#pool.warmUp();
    this.#gateway.start();
    this.#deleteDue();
    this.#deletions = setInterval(this.#deleteDue, DELETIONS_EVERY_MS);
  }

  /** Ends the sessions, tells everybody, and waits shortly for the acknowledgements. */
  async stop(): Promise<void> {
    clearInterval(this.#deletions);
    this.#attempts.interrupt();
    await this.#gateway.drained(DRAIN_MS);
    this.#gateway.stop();
    this.#pool.close();
  }
}
