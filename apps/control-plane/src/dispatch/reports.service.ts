import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource, type EntityManager } from 'typeorm';
import { Accept, isTerminal, lineOf, Receipt, Refuse, type FromWorker, type JobState } from '#contract';
import { PqcError, readStatement, verifyStatement } from '#pqc';
import { evidenceOf } from '../audit/outbox.js';
import { type LeafActor, type LeafEvidence } from '../audit/leaf-draft.js';
import { CONTROL_PLANE } from '../auth/caller.js';
import { databaseNow, inTransaction } from '../database/data-source.js';
import { Job, PARTY_STATUSES, SessionParty, type PartyProgress, type PartyStatus } from '../database/entities/jobs.js';
import { notify } from '../database/signals.js';
import { lockJob, transition } from '../jobs/transition.js';
import { refundIfUnused } from '../ledger/job-uses.js';
import { recordRoundTrips } from '../ledger/round-trips.js';
import { NodeDirectory } from '../nodes/node-directory.service.js';
import { goOnWithout, hasLeft, remainingOf } from './vanishing.js';

export type ProgressReport = Extract<FromWorker, { type: 'progress' }>;
export type Report = Exclude<FromWorker, { type: 'hello' | 'attested' | 'progress' }>;
/** The node behind the socket, by its TLS key. */
export interface Reporter {
  readonly id: string;
  readonly name: string;
}

const IN_SESSION: readonly JobState[] = ['accepted', 'running', 'held'];
const ranks: readonly PartyStatus[] = PARTY_STATUSES;
const atLeast = (status: PartyStatus, least: PartyStatus): boolean => ranks.indexOf(status) >= ranks.indexOf(least);

/** A report that contradicts what its sender had signed or should have: it ends the attempt. */
class BadReport extends Error {
  constructor(readonly code: string, message: string) {
    super(message);
  }
}

/**
 * Takes in what workers report, each report once. A report has an effect only for the attempt in hand (the fence) and only from a
 * node that takes part; everything else is acknowledged and forgotten.
 */
@Injectable()
export class Reports {
  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: NodeDirectory,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Reports.name);
  }

  /** Resolves when the report is recorded and may be acknowledged; `stale` when it was about an attempt that is not in hand, `without` when that goes on, or went, without its sender. */
  async take(report: Report | ProgressReport, from: Reporter): Promise<'recorded' | 'stale' | 'without'> {
    return inTransaction(this.dataSource, async (manager) => {
      if (report.type === 'progress') return this.progress(manager, report, from);
      if (!(await this.firstTime(manager, report.id, from))) return 'recorded';
      const job = await lockJob(manager, report.job);
      const party = job && job.attempt === report.attempt ? await manager.findOneBy(SessionParty, { jobId: job.id, attempt: job.attempt, nodeId: from.id }) : null;
      if (!job || !party) {
        this.logger.debug({ job: report.job, attempt: report.attempt, node: from.id, type: report.type }, 'report of another attempt');
        return 'stale';
      }
      if (report.type === 'aborted' || report.type === 'stopped') await this.update(manager, party, { sharesSent: party.sharesSent === true || report.sharesSent });
      if (isTerminal(job.state)) {
        await refundIfUnused(manager, job);
        return job.state === 'released' && party.status === 'vanished' ? 'without' : 'stale';
      }
      if (party.status === 'vanished') return 'without';
      if (report.type === 'aborted' && hasLeft(report.code) && (await goOnWithout(manager, job, [party.node], report.code))) {
        await this.follow(manager, job);
        return 'without';
      }
      try {
        await this.effect(manager, report, job, party);
      } catch (error) {
        if (!(error instanceof BadReport)) throw error;
        await this.end(manager, job, { actor: nodeActor(from), code: error.code, reason: error.message });
      }
      return 'recorded';
    });
  }

  /** Shown to whoever watches, and nothing else: the job is not even locked for it. */
  private async progress(manager: EntityManager, { job, attempt, phase, done, of, bytes, stage }: ProgressReport, from: Reporter): Promise<'recorded' | 'stale'> {
    const progress: PartyProgress = { phase, done, of, bytes, ...(stage && { stage }) };
    const [, rows]: [unknown, number] = await manager.query(
      `UPDATE session_parties AS party SET progress = $4, updated_at = clock_timestamp() FROM jobs AS job
       WHERE party.job_id = $1 AND party.attempt = $2 AND party.node_id = $3 AND job.id = party.job_id AND job.attempt = party.attempt AND job.state = ANY($5) AND party.status <> 'vanished'`,
      [job, attempt, from.id, JSON.stringify(progress), ['offered', ...IN_SESSION]],
    );
    if (rows === 0) return 'stale';
    notify(manager, { of: 'progress', id: job });
    return 'recorded';
  }

  private async firstTime(manager: EntityManager, id: string, from: Reporter): Promise<boolean> {
    const rows: unknown[] = await manager.query('INSERT INTO gateway_reports (id, node_id) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING RETURNING id', [id, from.id]);
    return rows.length > 0;
  }

  private async effect(manager: EntityManager, report: Report, job: Job, party: SessionParty): Promise<void> {
    switch (report.type) {
      case 'accept': return this.accept(manager, report.statement, job, party);
      case 'refuse': return this.refuse(manager, report.statement, job, party);
      case 'running': return this.advance(manager, job, party, 'running');
      case 'measured': return recordRoundTrips(manager, job, party.node, report.roundTrips);
      case 'held': return this.advance(manager, job, party, 'held', { plan: report.plan });
      case 'finished': return this.finish(manager, report.receipt, job, party);
      // Of a party that was told to, so the job is over; nothing follows before.
      case 'stopped': return;
      case 'delivered': return party.status === 'awaiting' ? this.advance(manager, job, party, 'delivered') : undefined;
      case 'sealed': {
        const wrong = report.shares.find((share) => share.job !== job.id || share.attempt !== job.attempt || share.from !== party.node);
        if (wrong || party.party === null) throw new BadReport('CS0759', `\`${party.node}\` sealed shares that are not its own`);
        // One too many or too few, and the receiver would wait for ever, or be given what does not fit together.
        if (report.shares.map(({ to }) => to).sort().join('\n') !== (await this.sealedReceivers(manager, job)).join('\n')) throw new BadReport('CS0759', `\`${party.node}\` did not seal one share to each receiver that does not compute`);
        await this.update(manager, party, { sealed: report.shares });
        notify(manager, { of: 'job', id: job.id });
        return;
      }
      case 'aborted': {
        const blame = report.blame === undefined ? '' : ` (it blames \`${report.blame}\`)`;
        return this.end(manager, job, { actor: nodeActor({ id: party.nodeId }), code: report.code, reason: lineOf(`\`${party.node}\`: ${report.reason}${blame}`, 512) });
      }
    }
  }

  private async accept(manager: EntityManager, jws: string, job: Job, party: SessionParty): Promise<void> {
    if (job.state !== 'offered' || party.status !== 'offered') return;
    const accept = await this.verified(manager, jws, 'accept', Accept, job, party);
    if (accept.policy !== job.spec.policy) throw new BadReport('CS0757', `\`${party.node}\` accepted under another policy`);
    await this.advance(manager, job, party, 'accepted', { accept: jws });
  }

  private async refuse(manager: EntityManager, jws: string, job: Job, party: SessionParty): Promise<void> {
    if (job.state !== 'offered' || party.status !== 'offered') return;
    const refusal = await this.verified(manager, jws, 'refuse', Refuse, job, party);
    await transition(manager, job, 'refused', {
      actor: nodeActor({ id: party.nodeId }), code: refusal.code, reason: lineOf(`\`${party.node}\`: ${refusal.reason}`, 512), evidence: [evidenceOf('refuse', refusal.kid, jws)],
    });
  }

  private async finish(manager: EntityManager, jws: string, job: Job, party: SessionParty): Promise<void> {
    if (job.state !== 'held' || party.status !== 'held') return;
    const receipt = await this.verified(manager, jws, 'receipt', Receipt, job, party);
    if (!party.sealed && (await this.sealedReceivers(manager, job)).length > 0) throw new BadReport('CS0759', `\`${party.node}\` finished and sealed no share`);
    if (receipt.plan !== party.plan) throw new BadReport('CS0758', `the receipt of \`${party.node}\` is about another plan`);
    await this.advance(manager, job, party, 'finished', { receipt: jws });
  }

  /** Names of the receivers that do not compute, in order. */
  private async sealedReceivers(manager: EntityManager, job: Job): Promise<string[]> {
    const rows = await manager.find(SessionParty, { where: { jobId: job.id, attempt: job.attempt } });
    return rows.flatMap(({ node, party }) => (party === null ? [node] : [])).sort();
  }

  /** A statement of this very party about this very attempt. */
  private async verified<T extends Accept | Refuse | Receipt>(manager: EntityManager, jws: string, type: string, schema: { parse(value: unknown): T }, job: Job, party: SessionParty): Promise<T> {
    const bad = (why: string) => new BadReport('CS0757', `the ${type} of \`${party.node}\` is not valid: ${why}`);
    try {
      const { kid } = readStatement(jws);
      const key = await this.directory.approvalKey(manager, kid);
      if (key?.node.id !== party.nodeId) throw bad('signed by a key that is not its own');
      const statement = schema.parse(verifyStatement(jws, { type, publicKey: key.publicKey, now: await databaseNow(manager) }));
      if (statement.issuer !== party.node || statement.job !== job.digest || statement.attempt !== job.attempt) throw bad('about another attempt');
      return statement;
    } catch (error) {
      if (error instanceof PqcError || (error as Error).name === 'ZodError') throw bad(error instanceof PqcError ? error.message : 'not of its form');
      throw error;
    }
  }

  /**
   * A party's own progress goes forward one step at a time, so that none runs without its Accept or finishes without having held; what only
   * receives has no such steps. The job follows when all parties are there.
   */
  private async advance(manager: EntityManager, job: Job, party: SessionParty, to: PartyStatus, columns: Partial<Pick<SessionParty, 'accept' | 'plan' | 'receipt'>> = {}): Promise<void> {
    if (job.state !== 'offered' && !IN_SESSION.includes(job.state)) return;
    if (to !== 'delivered' && (party.party === null || ranks.indexOf(to) !== ranks.indexOf(party.status) + 1)) return;
    if ((to === 'running' || to === 'held') && !IN_SESSION.includes(job.state)) return;
    await this.update(manager, party, { status: to, ...columns });
    await this.follow(manager, job);
  }

  /** Moves the job on as far as its parties are, but for those that vanished. */
  async follow(manager: EntityManager, job: Job): Promise<void> {
    const rows = await manager.find(SessionParty, { where: { jobId: job.id, attempt: job.attempt }, order: { party: 'ASC' } });
    const parties = remainingOf(rows);
    const all = (least: PartyStatus): boolean => parties.every(({ status }) => atLeast(status, least));
    let at = job;
    const step = async (to: JobState, evidence: readonly LeafEvidence[] = []): Promise<void> => {
      at = await transition(manager, at, to, { actor: CONTROL_PLANE, evidence });
    };
    if (at.state === 'offered' && all('accepted')) await step('accepted', statements(parties, 'accept'));
    if (at.state === 'accepted' && all('running')) await step('running');
    if (at.state === 'running' && all('held')) {
      // Nobody's report is at fault, and where a party vanished there is none.
      if (new Set(parties.map(({ plan }) => plan)).size !== 1) return this.end(manager, at, { actor: CONTROL_PLANE, code: 'CS0755', reason: 'the parties hold the outputs of different plans' });
      await step('held');
    }
    if (at.state === 'held' && all('finished') && rows.every(({ status }) => status === 'finished' || status === 'delivered' || status === 'vanished')) await step('released', statements(parties, 'receipt'));
    else if (at.state === job.state) notify(manager, { of: 'progress', id: job.id });
  }

  private async end(manager: EntityManager, job: Job, why: { readonly actor: LeafActor; readonly code: string; readonly reason: string }): Promise<void> {
    if (job.state === 'offered' || IN_SESSION.includes(job.state)) await transition(manager, job, 'aborted', why);
  }

  private async update(manager: EntityManager, { jobId, attempt, nodeId }: SessionParty, columns: Partial<SessionParty>): Promise<void> {
    await manager.update(SessionParty, { jobId, attempt, nodeId }, { ...columns, updatedAt: () => 'clock_timestamp()' } as never);
  }
}

const nodeActor = ({ id }: Pick<Reporter, 'id'>): LeafActor => ({ id, kind: 'node' });

const statements = (parties: readonly SessionParty[], kind: 'accept' | 'receipt'): LeafEvidence[] =>
  parties.flatMap((party) => {
    const jws = party[kind];
    return jws ? [evidenceOf(kind, readStatement(jws).kid, jws)] : [];
  });
