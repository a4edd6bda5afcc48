import { Inject, Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { type Subscription } from 'rxjs';
import { DataSource, type EntityManager } from 'typeorm';
import { type Judgement } from '#verify';
import { backgroundLoop } from '../background.js';
import { CONTROL_PLANE } from '../auth/caller.js';
import { databaseNow, inTransaction } from '../database/data-source.js';
import { Job, SessionParty } from '../database/entities/jobs.js';
import { RegisteredNode } from '../database/entities/identities.js';
import { WakeBus } from '../database/wake-bus.js';
import { Metrics } from '../health/metrics.js';
import { JobFacts } from '../jobs/job-facts.service.js';
import { settle } from '../jobs/settle.js';
import { transition } from '../jobs/transition.js';
import { type Reservation } from '../ledger/job-uses.js';
import { holdLimits } from '../ledger/limit-counters.js';
import { recordDecision } from '../ledger/recorded-decisions.js';
import { type Loop } from '../loop.js';
import { CONFIG, type DatabaseConfig } from '../tokens.js';

const EVERY_MS = 1_000;
/** Workers refuse offers over sixteen sessions; half of it leaves them room. */
const SESSIONS_PER_NODE = 8;
/** Younger than two heartbeats: of a control plane that lives. */
const SEEN_MS = 5_000;

/** A job whose time has come and whose parties and receivers are all connected and not full. */
const NEXT_JOB = `
SELECT j.id FROM jobs j
WHERE j.state = 'authorised' AND j.expires_at > now() AND (j.not_before IS NULL OR j.not_before <= now()) AND j.id <> ALL($3)
  AND NOT EXISTS (
    SELECT 1 FROM json_array_elements_text(j.spec -> 'parties') AS p(name)
    WHERE NOT EXISTS (
      SELECT 1 FROM nodes n JOIN connections c ON c.node_id = n.id
      WHERE n.name = p.name AND n.status = 'registered' AND c.disconnected_at IS NULL AND c.seen_at > now() - $1 * interval '1 ms'
        AND (SELECT count(*) FROM session_parties s JOIN jobs o ON o.id = s.job_id AND o.attempt = s.attempt
             WHERE s.node_id = n.id AND o.state IN ('offered', 'accepted', 'running', 'held')) < $2))
  AND NOT EXISTS (
    SELECT 1 FROM json_array_elements_text(j.spec -> 'receivers') AS r(name)
    WHERE NOT EXISTS (
      SELECT 1 FROM nodes n JOIN connections c ON c.node_id = n.id
      WHERE n.name = r.name AND n.status = 'registered' AND c.disconnected_at IS NULL AND c.seen_at > now() - $1 * interval '1 ms'))
ORDER BY j.seq LIMIT 1 FOR UPDATE OF j SKIP LOCKED`;

/** Offers authorised jobs to their parties. Several control planes share the work: each job is offered by one of them. */
@Injectable()
export class Dispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Loop;
  private woken: Subscription | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly facts: JobFacts,
    private readonly bus: WakeBus,
    @Inject(CONFIG) private readonly config: DatabaseConfig,
    logger: PinoLogger,
    metrics: Metrics,
  ) {
    this.loop = backgroundLoop('dispatcher', () => this.drain(), { everyMs: EVERY_MS, logger, metrics });
  }

  onApplicationBootstrap(): void {
    this.woken = this.bus.signals.subscribe(({ of }) => {
      if (of === 'job' || of === 'node' || of === 'resync') this.loop.wake();
    });
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.woken?.unsubscribe();
    await this.loop.stop();
  }

  private async drain(): Promise<void> {
    const passed: string[] = [];
    for (;;) {
      const { job, passedOver } = await this.offerNext(passed);
      if (job === undefined) return;
      if (passedOver) passed.push(job);
    }
  }

  /**
   * Takes the next job that is ready, other than those `passed` over: offers it, or decides it anew when what authorised it has lapsed. Passes it over
   * when another control plane draws on one of its limits at this moment: nothing waits for a limit. Without `job` when none is ready.
   */
  async offerNext(passed: readonly string[] = []): Promise<{ readonly job?: string; readonly passedOver?: true }> {
    return inTransaction(this.dataSource, async (manager) => {
      const [next]: { id: string }[] = await manager.query(NEXT_JOB, [SEEN_MS, SESSIONS_PER_NODE, passed]);
      if (!next) return {};
      const job = await manager.findOneByOrFail(Job, { id: next.id });
      const at = await databaseNow(manager);
      const limits = await holdLimits(manager, await this.facts.limitsOn(manager, job, at));
      if (!limits) return { job: job.id, passedOver: true };
      // Approvals may have expired and keys may have been revoked since: only a decision of this moment counts.
      const judgement = await this.facts.decideJob(manager, job, { at });
      if (judgement.decision.outcome === 'allow') await this.offer(manager, job, judgement, { at, limits });
      else await settle(manager, job, judgement);
      return { job: job.id };
    });
  }

  private async offer(manager: EntityManager, job: Job, judgement: Judgement, { at, limits }: Omit<Reservation, 'decision'>): Promise<void> {
    const decision = await recordDecision(manager, job, judgement);
    const now = at.getTime();
    const attempt = job.attempt + 1;
    await this.invite(manager, job, attempt);
    await transition(manager, job, 'offered', {
      actor: CONTROL_PLANE,
      reservation: { at, decision, limits },
      change: { attempt, decision: judgement.decision, acceptBy: new Date(now + this.config.acceptMs), endBy: new Date(now + this.config.sessionMs) },
    });
  }

  private async invite(manager: EntityManager, job: Job, attempt: number): Promise<void> {
    const { parties, receivers } = job.spec;
    const waiting = receivers.filter((name) => !parties.includes(name));
    const rows: Pick<RegisteredNode, 'id' | 'name'>[] = await manager.query('SELECT id, name FROM nodes WHERE name = ANY($1)', [[...parties, ...waiting]]);
    const idOf = (name: string): string => rows.find((row) => row.name === name)!.id;
    await manager.insert(SessionParty, [
      ...parties.map((node, party) => ({ jobId: job.id, attempt, nodeId: idOf(node), node, party, status: 'offered' as const })),
      ...waiting.map((node) => ({ jobId: job.id, attempt, nodeId: idOf(node), node, party: null, status: 'awaiting' as const })),
    ]);
  }
}
