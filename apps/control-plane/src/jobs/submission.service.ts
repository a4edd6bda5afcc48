import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { jobIdOf, JobSpec } from '#contract';
import { PqcError, readStatement, verifyStatement } from '#pqc';
import { PlanError, chooseSuite, planJob, type DatasetDescriptor, type ProgramDefinition } from '#program';
import { jobDigestOf } from '#verify';
import { evidenceOf } from '../audit/outbox.js';
import { type Caller } from '../auth/caller.js';
import { databaseNow, inTransaction, LOCK } from '../database/data-source.js';
import { Job } from '../database/entities/jobs.js';
import { type Policy } from '../database/entities/policies.js';
import { Problem } from '../http/problem.js';
import { unknownName } from '../http/unknown-name.js';
import { descriptorsOf, NodeDirectory, type KnownNode } from '../nodes/node-directory.service.js';
import { PolicyBook } from '../policies/policy-book.service.js';
import { JobFacts } from './job-facts.service.js';
import { programNamed } from '../catalogue/program-book.js';
import { settle } from './settle.js';
import { begin } from './transition.js';

/** Takes jobs in: checks what was signed, decides, stores. */
@Injectable()
export class Submission {
  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: NodeDirectory,
    private readonly book: PolicyBook,
    private readonly facts: JobFacts,
  ) {}

  /** The id of the job that `jws` asks for. One job per digest, however often it is sent. */
  async submit(jws: string, caller: Caller): Promise<string> {
    const spec = parseSpec(jws);
    const digest = jobDigestOf(spec);
    const id = jobIdOf(digest);
    if (caller.kind === 'node' && caller.name !== spec.issuer) throw new Problem(403, 'CS0434', `the job is issued by \`${spec.issuer}\`, not by \`${caller.name}\``);
    await inTransaction(this.dataSource, async (manager) => {
      if (await manager.existsBy(Job, { id, digest })) return;
      // A publication waits for this transaction and then supersedes the job, or this one sees the new policy.
      await manager.query('SELECT pg_advisory_xact_lock_shared($1)', [LOCK.policies]);
      await this.verify(manager, jws, spec);
      const nodes = await this.directory.registered(manager);
      const policy = await this.policyOf(manager, spec);
      const program = await programNamed(manager, spec.program.name);
      this.check(spec, nodes, program);
      const judgement = await this.facts.decide(manager, spec, id, this.book.compile(policy));
      const { decision } = judgement;
      if (decision.outcome !== 'deny') requirePlan(spec, program, descriptorsOf(nodes), decision.obligations.minimumGroup);
      const requester = nodes.find(({ name }) => name === spec.issuer);
      const job = await begin(
        manager,
        {
          id, digest, requester: spec.issuer, spec, statement: jws, policyVersion: policy.version, decision, waitingFor: [],
          notBefore: spec.notBefore ? new Date(spec.notBefore) : null, expiresAt: new Date(spec.expiresAt),
        },
        { actor: { id: requester?.id ?? 'unknown', kind: 'node', kid: spec.kid }, evidence: [evidenceOf('job', spec.kid, jws)] },
      );
      await settle(manager, job, judgement);
    });
    return id;
  }

  private async verify(manager: EntityManager, jws: string, spec: JobSpec): Promise<void> {
    const key = await this.directory.approvalKey(manager, spec.kid);
    if (!key) throw new Problem(403, 'CS0430', 'the job is signed by a key that is not registered, or no longer');
    if (key.node.name !== spec.issuer) throw new Problem(403, 'CS0430', `the job is issued by \`${spec.issuer}\` but signed by a key of \`${key.node.name}\``);
    try {
      verifyStatement(jws, { type: 'job', publicKey: key.publicKey, now: await databaseNow(manager) });
    } catch (error) {
      throw refused(error);
    }
  }

  private async policyOf(manager: EntityManager, spec: JobSpec): Promise<Policy> {
    const policy = await this.book.inForce(manager);
    if (policy.digest !== spec.policy) {
      throw new Problem(409, 'CS0426', 'the job was made under another policy than the one in force', { help: `version ${policy.version} is in force: look at it and ask again` });
    }
    return policy;
  }

  private check(spec: JobSpec, nodes: readonly KnownNode[], program: ProgramDefinition | undefined): void {
    const known = nodes.map(({ name }) => name);
    const stranger = [...spec.parties, ...spec.receivers, ...spec.inputs.map(({ node }) => node)].find((name) => !known.includes(name));
    if (stranger !== undefined) throw unknownName('node', stranger, known);
    if (program && program.digest !== spec.program.digest) throw new Problem(422, 'CS0432', `the program \`${program.name}\` here has another digest`, { help: 'requester and control plane run different versions' });
    if (spec.notBefore && spec.notBefore >= spec.expiresAt) throw new Problem(422, 'CS0433', 'the job expires before it may start');
    if (spec.security.model === 'malicious') {
      throw new Problem(422, 'CS0435', 'no suite gives the security asked for', { help: 'all suites of this version are semi-honest' });
    }
    requirePlan(spec, program, descriptorsOf(nodes), 1);
  }
}

/** @throws Problem when the request cannot be planned */
function requirePlan(spec: JobSpec, definition: ProgramDefinition | undefined, datasets: readonly DatasetDescriptor[], minimumGroup: number): void {
  const { parameters, inputs, parties, receivers, privacy, security } = spec;
  try {
    const { suite } = chooseSuite({ suite: spec.suite, majority: security.majority, parties: parties.length });
    planJob({ suite, assumptions: security.assumptions, program: spec.program.name, ...(definition && { definition }), parameters, inputs, parties, receivers, datasets, minimumGroup, ...(privacy && { privacy }) });
  } catch (error) {
    if (error instanceof PlanError) throw new Problem(422, error.code, error.message, { help: error.help, cause: error });
    throw error;
  }
}

function parseSpec(jws: string): JobSpec {
  try {
    return JobSpec.parse(readStatement(jws).payload);
  } catch (error) {
    throw refused(error);
  }
}

const refused = (error: unknown): unknown => (error instanceof PqcError ? new Problem(400, error.code, `the job is refused: ${error.message}`, { cause: error }) : error);
