import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { Approval, Veto, Withdrawal, type JobBundle, type JobSpec } from '#contract';
import { type CompiledPolicy } from '#policy';
import { readStatement } from '#pqc';
import { decideJob, judgeJob, type DecisionInputs, type Judgement } from '#verify';
import { databaseNow } from '../database/data-source.js';
import { Job, JobStatement, type SignatureKind } from '../database/entities/jobs.js';
import { notFound } from '../http/problem.js';
import { descriptorsOf, NodeDirectory, type KnownNode } from '../nodes/node-directory.service.js';
import { bundleOf, PolicyBook } from '../policies/policy-book.service.js';

const PAYLOADS = { approval: Approval, veto: Veto, withdrawal: Withdrawal } as const;

/** What is known about a job now: who signed what, and what the policy makes of it. */
@Injectable()
export class JobFacts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: NodeDirectory,
    private readonly book: PolicyBook,
  ) {}

  /** Decides `spec` under `policy` with the statements recorded for `jobId` that count now. */
  async decide(manager: EntityManager, spec: JobSpec, jobId: string, policy: CompiledPolicy): Promise<Judgement> {
    return judgeJob(policy, await this.inputs(manager, spec, jobId));
  }

  async decideJob(manager: EntityManager, job: Job): Promise<Judgement> {
    return this.decide(manager, job.spec, job.id, this.book.compile(await this.book.byVersion(manager, job.policyVersion)));
  }

  /** Who is asked to sign at all: the signers that would help if nobody had signed yet. */
  async asked(manager: EntityManager, job: Job): Promise<readonly string[]> {
    const policy = this.book.compile(await this.book.byVersion(manager, job.policyVersion));
    const inputs = await this.inputs(manager, job.spec, job.id);
    return decideJob(policy, { ...inputs, approvals: [], withdrawals: [], vetoes: [] }).canSign;
  }

  async bundleOf(id: string): Promise<JobBundle> {
    const { manager } = this.dataSource;
    const job = await manager.findOneBy(Job, { id });
    if (!job) throw notFound('job', id);
    return this.bundle(manager, job);
  }

  /** Everything that a worker or signer needs to decide for itself. Statements that count no more are left out. */
  async bundle(manager: EntityManager, job: Job): Promise<JobBundle> {
    const statements = await this.standing(manager, job.id);
    const names = new Set([job.requester, ...job.spec.parties, ...job.spec.receivers, ...job.decision.canSign, ...statements.map(({ signer }) => signer)]);
    const nodes = await this.directory.registered(manager, [...names]);
    const of = (kind: SignatureKind): string[] => statements.filter((row) => row.kind === kind).map(({ statement }) => statement);
    return {
      job: job.statement,
      registrations: nodes.map(({ jws }) => jws),
      rotations: await this.directory.rotations(manager, nodes.map(({ id }) => id)),
      approvals: of('approval'),
      withdrawals: of('withdrawal'),
      vetoes: of('veto'),
      policy: bundleOf(await this.book.byVersion(manager, job.policyVersion)),
    };
  }

  private async inputs(manager: EntityManager, spec: JobSpec, jobId: string): Promise<DecisionInputs> {
    const nodes: KnownNode[] = await this.directory.registered(manager);
    const statements = await this.standing(manager, jobId);
    const of = <K extends SignatureKind>(kind: K) => statements.filter((row) => row.kind === kind).map(({ statement }) => PAYLOADS[kind].parse(readStatement(statement).payload));
    return {
      spec,
      datasets: descriptorsOf(nodes),
      approvals: of('approval') as Approval[],
      withdrawals: of('withdrawal') as Withdrawal[],
      vetoes: of('veto') as Veto[],
      signers: nodes.map(({ name, approvalKid, registration }) => ({ name, keyId: approvalKid, region: registration.region })),
      roles: [],
      now: await databaseNow(manager),
    };
  }

  /** Statements that have not expired, by keys still in use. */
  private async standing(manager: EntityManager, jobId: string): Promise<JobStatement[]> {
    const rows = await manager.find(JobStatement, { where: { jobId, expiresAt: MoreThan(await databaseNow(manager)) }, order: { recordedAt: 'ASC' } });
    const kids: { kid: string }[] = rows.length === 0 ? [] : await manager.query("SELECT kid FROM node_keys WHERE kid = ANY($1) AND purpose = 'approval' AND retired_at IS NULL", [rows.map(({ kid }) => kid)]);
    const inUse = new Set(kids.map(({ kid }) => kid));
    return rows.filter(({ kid }) => inUse.has(kid));
  }
}
