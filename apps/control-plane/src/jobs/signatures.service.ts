import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Approval, isTerminal, Veto, Withdrawal } from '#contract';
import { statementDigest } from '#pqc';
import { evidenceOf, recordLeaf } from '../audit/outbox.js';
import { CONTROL_PLANE } from '../auth/caller.js';
import { inTransaction } from '../database/data-source.js';
import { Job, JobStatement, type SignatureKind } from '../database/entities/jobs.js';
import { notFound, Problem } from '../http/problem.js';
import { SignedStatements, type KnownSigner } from '../nodes/signed-statements.service.js';
import { JobFacts } from './job-facts.service.js';
import { UNDECIDED } from './redeciding.service.js';
import { settle } from './settle.js';
import { lockJob, transition } from './transition.js';

const SCHEMAS = { approval: Approval, veto: Veto, withdrawal: Withdrawal } as const;
const LEAVES = { approval: 'approval.recorded', veto: 'veto.recorded', withdrawal: 'withdrawal.recorded' } as const;

/** Approvals, vetoes and withdrawals of a job. */
@Injectable()
export class Signatures {
  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: SignedStatements,
    private readonly facts: JobFacts,
  ) {}

  /** Records a statement and decides again. The same statement again, under whatever signature, changes nothing. */
  async record(kind: SignatureKind, jobId: string, jws: string): Promise<void> {
    const about = this.statements.read<Approval | Veto | Withdrawal>(kind, SCHEMAS[kind], jws);
    await inTransaction(this.dataSource, async (manager) => {
      const job = await lockJob(manager, jobId);
      if (!job) throw notFound('job', jobId);
      const digest = statementDigest(jws);
      if (await manager.existsBy(JobStatement, { digest, jobId })) return;
      if (about.job !== job.digest) throw new Problem(409, 'CS0302', `this ${kind} is about another job`);
      const signer = await this.statements.signer(manager, kind, jws, about);
      if (about.policy !== job.spec.policy) throw new Problem(409, 'CS0303', `this ${kind} is about another policy than the job`);
      if (isTerminal(job.state)) throw new Problem(409, 'CS0307', `the job is \`${job.state}\``, job.reason ? { help: job.reason } : {});
      await this.checkRole(manager, kind, job, signer, about);
      await manager.insert(JobStatement, { digest, jobId, kind, signer: signer.name, kid: about.kid, statement: jws, expiresAt: new Date(about.expiresAt) });
      await recordLeaf(manager, {
        type: LEAVES[kind], actor: signer.actor, subject: { id: jobId, kind: 'job' }, req: job.digest,
        evidence: [evidenceOf(kind, about.kid, jws)],
      });
      await this.apply(manager, kind, job, signer);
    });
  }

  private async checkRole(manager: EntityManager, kind: SignatureKind, job: Job, signer: KnownSigner, about: Approval | Veto | Withdrawal): Promise<void> {
    if (kind === 'withdrawal') {
      if (!UNDECIDED.includes(job.state) && job.state !== 'offered') throw new Problem(409, 'CS0308', `the job is \`${job.state}\`: an approval cannot be withdrawn any more`, { help: 'a veto still stops it' });
      if (!(await manager.existsBy(JobStatement, { jobId: job.id, kind: 'approval', signer: signer.name }))) throw new Problem(409, 'CS0309', `\`${signer.name}\` has not approved this job`);
      return;
    }
    if (kind === 'approval' && !UNDECIDED.includes(job.state)) throw new Problem(409, 'CS0308', `the job is \`${job.state}\`: it waits for no signature`);
    const asked = await this.facts.asked(manager, job);
    if (!asked.includes(signer.name) && !(about.type === 'veto' && (await this.mayVeto(manager, job, signer, about)))) {
      throw new Problem(403, 'CS0301', `\`${signer.name}\` is not asked to sign this job`, asked.length > 0 ? { help: `asked: ${asked.map((name) => `\`${name}\``).join(', ')}` } : {});
    }
  }

  /** Parties, owners of inputs, and whoever a sentence lets veto. */
  private async mayVeto(manager: EntityManager, job: Job, { name, isPerson }: KnownSigner, veto: Veto): Promise<boolean> {
    const { parties, inputs } = job.spec;
    if (!isPerson && (parties.includes(name) || inputs.some(({ node }) => node === name))) return true;
    const [now, vetoed] = [await this.facts.decideJob(manager, job), await this.facts.decideJob(manager, job, { vetoes: [veto] })];
    return now.decision.outcome !== 'deny' && vetoed.decision.outcome === 'deny';
  }

  private async apply(manager: EntityManager, kind: SignatureKind, job: Job, signer: KnownSigner): Promise<void> {
    if (UNDECIDED.includes(job.state)) {
      await settle(manager, job, await this.facts.decideJob(manager, job));
      return;
    }
    const why = { actor: signer.actor };
    if (kind === 'veto') {
      // No share was sent while offered; later the session stops where it is.
      await transition(manager, job, job.state === 'offered' ? 'refused' : 'cancelled', { ...why, code: 'CS0310', reason: `\`${signer.name}\` vetoed the job` });
    } else {
      const recalled = await transition(manager, job, 'authorised', { actor: CONTROL_PLANE, code: 'CS0311', reason: `\`${signer.name}\` withdrew its approval` });
      await settle(manager, recalled, await this.facts.decideJob(manager, recalled));
    }
  }
}
