import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Approval, isTerminal, Veto, Withdrawal, type JobState } from '#contract';
import { PqcError, readStatement, statementDigest, StatementErrorCode, verifyStatement } from '#pqc';
import { evidenceOf, recordLeaf } from '../audit/outbox.js';
import { CONTROL_PLANE } from '../auth/caller.js';
import { databaseNow, inTransaction } from '../database/data-source.js';
import { Job, JobStatement, type SignatureKind } from '../database/entities/jobs.js';
import { type RegisteredNode } from '../database/entities/identities.js';
import { notFound, Problem } from '../http/problem.js';
import { NodeDirectory } from '../nodes/node-directory.service.js';
import { JobFacts } from './job-facts.service.js';
import { settle } from './settle.js';
import { lockJob, transition } from './transition.js';

type About = Approval | Veto | Withdrawal;
const SCHEMAS = { approval: Approval, veto: Veto, withdrawal: Withdrawal } as const;
const LEAVES = { approval: 'approval.recorded', veto: 'veto.recorded', withdrawal: 'withdrawal.recorded' } as const;
const UNDECIDED: readonly JobState[] = ['submitted', 'needs_signatures', 'authorised'];

/** Approvals, vetoes and withdrawals of a job. */
@Injectable()
export class Signatures {
  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: NodeDirectory,
    private readonly facts: JobFacts,
  ) {}

  /** Records a statement and decides again. The same statement again, under whatever signature, changes nothing. */
  async record(kind: SignatureKind, jobId: string, jws: string): Promise<void> {
    const about = parse(kind, jws);
    await inTransaction(this.dataSource, async (manager) => {
      const job = await lockJob(manager, jobId);
      if (!job) throw notFound('job', jobId);
      const digest = statementDigest(jws);
      if (await manager.existsBy(JobStatement, { digest, jobId })) return;
      if (about.job !== job.digest) throw new Problem(409, 'CS0302', `this ${kind} is about another job`);
      const signer = await this.verify(manager, kind, jws, about);
      if (about.policy !== job.spec.policy) throw new Problem(409, 'CS0303', `this ${kind} is about another policy than the job`);
      if (isTerminal(job.state)) throw new Problem(409, 'CS0307', `the job is \`${job.state}\``, job.reason ? { help: job.reason } : {});
      await this.checkRole(manager, kind, job, signer);
      await manager.insert(JobStatement, { digest, jobId, kind, signer: signer.name, kid: about.kid, statement: jws, expiresAt: new Date(about.expiresAt) });
      await recordLeaf(manager, {
        type: LEAVES[kind], actor: { id: signer.id, kind: 'node', kid: about.kid }, subject: { id: jobId, kind: 'job' }, req: job.digest,
        evidence: [evidenceOf(kind, about.kid, jws)],
      });
      await this.apply(manager, kind, job, signer);
    });
  }

  private async verify(manager: EntityManager, kind: SignatureKind, jws: string, about: About): Promise<RegisteredNode> {
    const key = await this.directory.approvalKey(manager, about.kid);
    if (!key) throw new Problem(403, 'CS0305', `this ${kind} is signed by a key that is not registered, or no longer`);
    if (key.node.name !== about.issuer) throw new Problem(403, 'CS0305', `this ${kind} is issued by \`${about.issuer}\` but signed by a key of \`${key.node.name}\``);
    try {
      verifyStatement(jws, { type: kind, publicKey: key.publicKey, now: await databaseNow(manager) });
    } catch (error) {
      throw refused(kind, error);
    }
    return key.node;
  }

  private async checkRole(manager: EntityManager, kind: SignatureKind, job: Job, signer: RegisteredNode): Promise<void> {
    if (kind === 'withdrawal') {
      if (!UNDECIDED.includes(job.state) && job.state !== 'offered') throw new Problem(409, 'CS0308', `the job is \`${job.state}\`: an approval cannot be withdrawn any more`, { help: 'a veto still stops it' });
      if (!(await manager.existsBy(JobStatement, { jobId: job.id, kind: 'approval', signer: signer.name }))) throw new Problem(409, 'CS0309', `\`${signer.name}\` has not approved this job`);
      return;
    }
    if (kind === 'approval' && !UNDECIDED.includes(job.state)) throw new Problem(409, 'CS0308', `the job is \`${job.state}\`: it waits for no signature`);
    const asked = await this.facts.asked(manager, job);
    const { parties, inputs } = job.spec;
    const concerned = kind === 'veto' && (parties.includes(signer.name) || inputs.some(({ node }) => node === signer.name));
    if (!asked.includes(signer.name) && !concerned) {
      throw new Problem(403, 'CS0301', `\`${signer.name}\` is not asked to sign this job`, asked.length > 0 ? { help: `asked: ${asked.map((name) => `\`${name}\``).join(', ')}` } : {});
    }
  }

  private async apply(manager: EntityManager, kind: SignatureKind, job: Job, signer: RegisteredNode): Promise<void> {
    if (UNDECIDED.includes(job.state)) {
      await settle(manager, job, await this.facts.decideJob(manager, job));
      return;
    }
    const why = { actor: { id: signer.id, kind: 'node' as const } };
    if (kind === 'veto') {
      // No share was sent while offered; later the session stops where it is.
      await transition(manager, job, job.state === 'offered' ? 'refused' : 'cancelled', { ...why, code: 'CS0310', reason: `\`${signer.name}\` vetoed the job` });
    } else {
      const recalled = await transition(manager, job, 'authorised', { actor: CONTROL_PLANE, code: 'CS0311', reason: `\`${signer.name}\` withdrew its approval` });
      await settle(manager, recalled, await this.facts.decideJob(manager, recalled));
    }
  }
}

function parse(kind: SignatureKind, jws: string): About {
  try {
    const { type, payload } = readStatement(jws);
    if (type !== kind) throw new Problem(400, 'CS0306', `a ${kind} is needed here, not a \`${type}\``);
    return SCHEMAS[kind].parse(payload);
  } catch (error) {
    throw refused(kind, error);
  }
}

function refused(kind: SignatureKind, error: unknown): unknown {
  if (!(error instanceof PqcError)) return error;
  if (error.code === StatementErrorCode.expired) return new Problem(409, 'CS0304', `this ${kind} has expired`, { cause: error });
  return new Problem(400, 'CS0306', `this ${kind} is refused: ${error.message}`, { cause: error });
}
