import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type z } from 'zod';
import { PolicyApproval, type PublishPolicy } from '#contract';
import { explain, lockOut, type CompiledPolicy, type RuleCitation } from '#policy';
import { statementDigest } from '#pqc';
import { type LeafActor, type LeafEvidence } from '../audit/leaf-draft.js';
import { evidenceOf, recordLeaf } from '../audit/outbox.js';
import { actorOf, type Caller } from '../auth/caller.js';
import { inTransaction, LOCK } from '../database/data-source.js';
import { Policy, PolicyStatement } from '../database/entities/policies.js';
import { notFound, Problem } from '../http/problem.js';
import { Superseding } from '../jobs/superseding.service.js';
import { SignedStatements } from '../nodes/signed-statements.service.js';
import { compiledDraft } from './compiled-draft.js';
import { PolicyBook } from './policy-book.service.js';
import { stateOf } from './policy-views.service.js';
import { Quorum } from './quorum.service.js';

const TYPE = 'policy-approval';

/** Brings policies in force: at once, or when those have signed whom the one in force asks. One at a time, over all control planes. */
@Injectable()
export class Publications {
  constructor(
    private readonly dataSource: DataSource,
    private readonly book: PolicyBook,
    private readonly quorum: Quorum,
    private readonly statements: SignedStatements,
    private readonly superseding: Superseding,
  ) {}

  /** The version of a policy that is in force now, or proposed. The same policy again changes nothing. @throws Problem CS0425, CS0438, CS0439 */
  async publish({ file, source }: z.infer<typeof PublishPolicy>, caller: Caller): Promise<string> {
    return inTransaction(this.dataSource, async (manager) => {
      await lock(manager);
      const registry = await this.book.registry(manager);
      const draft = compiledDraft(source, registry, file);
      const current = await this.book.newest(manager);
      const same = await manager.findOne(Policy, { where: { digest: draft.digest, source }, order: { version: 'DESC' } });
      if (same && ['in_force', 'proposed'].includes(stateOf(same, current))) return String(same.version);
      await this.requireWayOut(manager, draft);
      const judged = await this.quorum.judge(manager, current, []);
      if (judged.outcome === 'deny') throw new Problem(409, 'CS0439', 'the policy in force can be changed by nobody', { help: judged.rules.map(cited) });
      const version = ((await manager.maximum(Policy, 'version')) ?? 0) + 1;
      await manager.insert(Policy, { version, file, source, digest: draft.digest, previous: current?.digest ?? null, registry, sentences: [...explain(draft)], publishedBy: actorOf(caller).id, inForceAt: null });
      if (judged.outcome === 'allow') await this.enact(manager, await this.book.byVersion(manager, version), actorOf(caller));
      else await recordLeaf(manager, { type: 'policy.proposed', actor: actorOf(caller), subject: subjectOf(version), req: draft.digest }, { file });
      return String(version);
    });
  }

  /** Records that somebody agrees to a proposed policy, which gets in force with the last signature that is asked for. The same statement again changes nothing. */
  async sign(version: string, jws: string): Promise<void> {
    const approval = this.statements.read<PolicyApproval>(TYPE, PolicyApproval, jws);
    await inTransaction(this.dataSource, async (manager) => {
      await lock(manager);
      const row = await this.book.find(manager, version);
      if (!row) throw notFound('policy', version);
      const digest = statementDigest(jws);
      if (await manager.existsBy(PolicyStatement, { digest, version: row.version })) return;
      const current = await this.book.newest(manager);
      const signer = await this.statements.signer(manager, TYPE, jws, approval);
      if (stateOf(row, current) !== 'proposed') throw new Problem(409, 'CS0440', `version ${version} waits for no signature`, { help: 'it is in force, or another policy got in force while it waited' });
      if (approval.policy !== row.digest || approval.previous !== current?.digest) throw new Problem(409, 'CS0441', 'the signature is about another change than this one', { help: 'it names the policy that is proposed and the one that is in force' });
      const { canSign } = await this.quorum.judge(manager, current, []);
      if (!canSign.includes(signer.name)) throw new Problem(403, 'CS0442', `\`${signer.name}\` is not asked to sign a change of the policy`, { help: `asked: ${canSign.map((name) => `\`${name}\``).join(', ')}` });
      // Given to a proposal that was voided since: whoever gave it may have changed their mind.
      if (await manager.existsBy(PolicyStatement, { digest })) throw new Problem(409, 'CS0441', 'the signature was given to an earlier proposal of this policy', { help: 'sign this one' });
      await manager.insert(PolicyStatement, { digest, version: row.version, signer: signer.name, kid: approval.kid, statement: jws, expiresAt: new Date(approval.expiresAt) });
      await recordLeaf(manager, { type: 'policy.signed', actor: signer.actor, subject: subjectOf(row.version), req: row.digest, evidence: [evidenceOf(TYPE, approval.kid, jws)] });
      const signatures = await this.quorum.signatures(manager, row.version);
      if ((await this.quorum.judge(manager, current, signatures)).outcome !== 'allow') return;
      await this.requireWayOut(manager, this.book.compile(row));
      await this.enact(manager, row, signer.actor, signatures.map(({ kid, statement }) => evidenceOf(TYPE, kid, statement)));
    });
  }

  /** Jobs that wait under the policy before are superseded. */
  private async enact(manager: EntityManager, { version, digest, file }: Policy, actor: LeafActor, evidence: readonly LeafEvidence[] = []): Promise<void> {
    await manager.update(Policy, { version }, { inForceAt: () => 'now()' });
    await recordLeaf(manager, { type: 'policy.published', actor, subject: subjectOf(version), req: digest, ...(evidence.length > 0 ? { evidence } : {}) }, { file });
    await this.superseding.becauseOfPolicy(manager, digest, { code: 'CS0422', reason: `policy version ${version} was published` });
  }

  /** @throws Problem CS0438 when nobody could ever replace this policy */
  private async requireWayOut(manager: EntityManager, draft: CompiledPolicy): Promise<void> {
    const closed = lockOut(draft, await this.quorum.signers(manager));
    if (closed.length > 0) throw new Problem(422, 'CS0438', 'nobody could change this policy again', { help: closed.map(cited) });
  }
}

const lock = (manager: EntityManager): Promise<unknown> => manager.query('SELECT pg_advisory_xact_lock($1)', [LOCK.policies]);
const subjectOf = (version: number) => ({ id: `policy:${version}`, kind: 'policy' }) as const;
const cited = ({ file, line, sentence, why }: RuleCitation): string => `${file}:${line} "${sentence}": ${why}`;
