import { Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource, type EntityManager } from 'typeorm';
import { type JobState } from '#contract';
import { backgroundLoop } from '../background.js';
import { CONTROL_PLANE } from '../auth/caller.js';
import { inTransaction } from '../database/data-source.js';
import { lockJob, transition } from '../jobs/transition.js';
import { Metrics } from '../health/metrics.js';
import { type Loop } from '../loop.js';
import { MISSING_MS, STALE_MS } from './presence.service.js';
import { Reports } from './reports.service.js';
import { goOnWithout } from './vanishing.js';

const EVERY_MS = 500;
/** After a restart workers get this long to come back before they count as missing. */
const GRACE_MS = 10_000;
/** An offer that nobody answers is made this often. */
const MAX_ATTEMPTS = 5;

interface Overdue {
  readonly id: string;
  readonly state: JobState;
  readonly attempt: number;
  /** Names of nodes that did not answer, or are gone. */
  readonly unanswered: readonly string[] | null;
  readonly missing: readonly string[] | null;
  readonly late: boolean;
}

/** All deadlines by the database's clock. A party whose status is final may leave. */
const OVERDUE = `
SELECT * FROM (
  SELECT j.id, j.state, j.attempt,
    CASE WHEN j.state = 'offered' AND j.accept_by < now() THEN (SELECT array_agg(s.node ORDER BY s.party) FROM session_parties s WHERE s.job_id = j.id AND s.attempt = j.attempt AND s.status = 'offered') END AS unanswered,
    (SELECT array_agg(s.node ORDER BY s.party) FROM session_parties s LEFT JOIN connections c ON c.node_id = s.node_id
     WHERE s.job_id = j.id AND s.attempt = j.attempt AND s.status IN ('offered', 'accepted', 'running', 'held')
       AND (c.node_id IS NULL OR c.disconnected_at < now() - $1 * interval '1 ms' OR c.seen_at < now() - $2 * interval '1 ms')) AS missing,
    j.end_by < now() AS late
  FROM jobs j WHERE j.state IN ('offered', 'accepted', 'running', 'held')
) open WHERE unanswered IS NOT NULL OR missing IS NOT NULL OR late ORDER BY id`;

/** Ends or takes back attempts that nobody finishes: no answer, a party gone that the others cannot do without, out of time. */
@Injectable()
export class Watchdog implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop: Loop;
  private readonly watchesFrom = performance.now() + GRACE_MS;

  constructor(
    private readonly dataSource: DataSource,
    private readonly reports: Reports,
    logger: PinoLogger,
    metrics: Metrics,
  ) {
    this.loop = backgroundLoop('watchdog', () => this.sweep(), { everyMs: EVERY_MS, logger, metrics });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  async sweep(): Promise<void> {
    const overdue: Overdue[] = await this.dataSource.query(OVERDUE, [MISSING_MS, STALE_MS]);
    for (const seen of overdue) {
      const { missing } = seen;
      // Sockets were lost with the last process, not by the workers.
      const judged = performance.now() < this.watchesFrom ? { ...seen, missing: null } : { ...seen, missing };
      await inTransaction(this.dataSource, (manager) => this.judge(manager, judged));
    }
  }

  private async judge(manager: EntityManager, { id, state, attempt, unanswered, missing, late }: Overdue): Promise<void> {
    const job = await lockJob(manager, id);
    // Somebody moved it meanwhile.
    if (job?.state !== state || job.attempt !== attempt) return;
    const names = (list: readonly string[]): string => list.map((name) => `\`${name}\``).join(', ');
    if (state === 'offered') {
      const code = missing ? 'CS0751' : 'CS0753';
      const reason = missing ? `${names(missing)} is not connected` : late || unanswered ? `no answer from ${names(unanswered ?? [])} in time` : undefined;
      if (reason) await transition(manager, job, attempt >= MAX_ATTEMPTS ? 'aborted' : 'authorised', { actor: CONTROL_PLANE, code, reason });
      return;
    }
    if (late) await transition(manager, job, 'aborted', { actor: CONTROL_PLANE, code: 'CS0752', reason: 'the session did not end in time' });
    else if (missing && (await goOnWithout(manager, job, missing, 'CS0751'))) await this.reports.follow(manager, job);
    else if (missing) await transition(manager, job, 'aborted', { actor: CONTROL_PLANE, code: 'CS0751', reason: `${names(missing)} is not connected` });
  }
}
