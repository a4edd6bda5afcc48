import { Injectable } from '@nestjs/common';
import { DataSource, MoreThan, type EntityManager } from 'typeorm';
import { Approval, signerOf, Veto, Withdrawal, type JobBundle, type JobSpec } from '#contract';
import { type CompiledPolicy, type Limit } from '#policy';
import { readStatement } from '#pqc';
import { decideJob, judgeJob, limitsOf, rolesCountedWhole, signersIn, type DecisionInputs, type Judgement } from '#verify';
import { publishedJson } from '../catalogue/program-book.js';
import { wordsThatCount } from '../catalogue/program-words.js';
import { databaseNow } from '../database/data-source.js';
import { Job, JobStatement, type SignatureKind } from '../database/entities/jobs.js';
import { notFound } from '../http/problem.js';
import { usesOf } from '../ledger/limit-counters.js';
import { descriptorsOf, NodeDirectory, type KnownNode } from '../nodes/node-directory.service.js';
import { bundleOf, PolicyBook } from '../policies/policy-book.service.js';
import { rolesNamed } from '../policies/roles-named.js';

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
    return judgeJob(policy, await this.inputs(manager, spec, jobId, policy));
  }

  /** The limits that a job draws on in their periods of `at`. */
  async limitsOn(manager: EntityManager, job: Job, at: Date): Promise<readonly Limit[]> {
    return limitsOf(await this.policyOf(manager, job), await this.grounds(manager, job.spec, job.id, at));
  }

  /** The decision on a job now, or as of `at`, or as it would be with these further vetoes. */
  async decideJob(manager: EntityManager, job: Job, { vetoes = [], at }: { readonly vetoes?: readonly Veto[]; readonly at?: Date } = {}): Promise<Judgement> {
    const policy = await this.policyOf(manager, job);
    const inputs = await this.inputs(manager, job.spec, job.id, policy, at);
    return judgeJob(policy, { ...inputs, vetoes: [...inputs.vetoes, ...vetoes] });
  }

  /** Who is asked to sign at all: the signers that would help if nobody had signed yet. */
  async asked(manager: EntityManager, job: Job): Promise<readonly string[]> {
    const policy = await this.policyOf(manager, job);
    const inputs = await this.inputs(manager, job.spec, job.id, policy);
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
    const words = await wordsThatCount(manager, this.directory, job.spec.program.digest);
    const policy = await this.book.byVersion(manager, job.policyVersion);
    const program = await publishedJson(manager, job.spec.program.name);
    const names = new Set([job.requester, ...job.spec.parties, ...job.spec.receivers, ...job.decision.canSign, ...[...statements, ...words.map(({ row }) => row)].map(({ signer }) => signer)]);
    const compiled = this.book.compile(policy);
    const roles = rolesNamed(compiled);
    // How many a majority of a role is must not depend on who is left out, so verifiers ask also for nodes that they remember with people of it.
    const isWhole = rolesCountedWhole(compiled).length > 0;
    const nodes = (await this.directory.registered(manager)).filter(({ name, registration: { people = [] } }) =>
      isWhole || names.has(name) || people.some((person) => person.roles.some((role) => roles.has(role)) || names.has(signerOf({ issuer: person.name, person: { node: name } }))));
    const of = (kind: SignatureKind): string[] => statements.filter((row) => row.kind === kind).map(({ statement }) => statement);
    return {
      job: job.statement,
      registrations: nodes.map(({ jws }) => jws),
      rotations: await this.directory.rotations(manager, nodes.map(({ id }) => id)),
      approvals: of('approval'),
      withdrawals: of('withdrawal'),
      vetoes: of('veto'),
      programApprovals: words.map(({ row }) => row.statement),
      policy: bundleOf(policy),
      ...(program !== undefined && { program }),
    };
  }

  private async policyOf(manager: EntityManager, { policyVersion }: Job): Promise<CompiledPolicy> {
    return this.book.compile(await this.book.byVersion(manager, policyVersion));
  }

  private async inputs(manager: EntityManager, spec: JobSpec, jobId: string, policy: CompiledPolicy, at?: Date): Promise<DecisionInputs> {
    const grounds = await this.grounds(manager, spec, jobId, at);
    return { ...grounds, uses: await usesOf(manager, limitsOf(policy, grounds), jobId) };
  }

  /** All that is known but what others have used of limits, which depends on the rest. */
  private async grounds(manager: EntityManager, spec: JobSpec, jobId: string, at?: Date): Promise<Omit<DecisionInputs, 'uses'>> {
    const nodes: KnownNode[] = await this.directory.registered(manager);
    const statements = await this.standing(manager, jobId);
    const of = <K extends SignatureKind>(kind: K) => statements.filter((row) => row.kind === kind).map(({ statement }) => PAYLOADS[kind].parse(readStatement(statement).payload));
    return {
      spec,
      datasets: descriptorsOf(nodes),
      approvals: of('approval') as Approval[],
      withdrawals: of('withdrawal') as Withdrawal[],
      vetoes: of('veto') as Veto[],
      programApprovals: (await wordsThatCount(manager, this.directory, spec.program.digest)).map(({ word }) => word),
      signers: signersIn(nodes),
      now: at ?? (await databaseNow(manager)),
    };
  }

  /** Statements that have not expired, by keys still in use. */
  private async standing(manager: EntityManager, jobId: string): Promise<JobStatement[]> {
    const rows = await manager.find(JobStatement, { where: { jobId, expiresAt: MoreThan(await databaseNow(manager)) }, order: { recordedAt: 'ASC' } });
    return this.directory.byKeysInUse(manager, rows);
  }
}
