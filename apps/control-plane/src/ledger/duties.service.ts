import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Attestation } from '#contract';
import { statementDigest } from '#pqc';
import { evidenceOf, recordLeaf } from '../audit/outbox.js';
import { inTransaction } from '../database/data-source.js';
import { Job } from '../database/entities/jobs.js';
import { DutyAttestation, DutyRow } from '../database/entities/ledger.js';
import { notFound, Problem } from '../http/problem.js';
import { SignedStatements } from '../nodes/signed-statements.service.js';

/** Takes in that duties were done, from those who owe them. */
@Injectable()
export class Duties {
  constructor(
    private readonly dataSource: DataSource,
    private readonly statements: SignedStatements,
  ) {}

  /** Records an attestation. What is done stays done, and the same statement again changes nothing. @throws Problem CS0304–CS0306, CS0450, CS0451 */
  async attest(id: string, jws: string): Promise<void> {
    const about = this.statements.read('attestation', Attestation, jws);
    await inTransaction(this.dataSource, async (manager) => {
      const duty = await manager.findOne(DutyRow, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!duty) throw notFound('duty', id);
      const job = await manager.findOneByOrFail(Job, { id: duty.jobId });
      if (about.duty !== duty.digest || about.job !== job.digest) throw new Problem(409, 'CS0451', 'this attestation is about another duty');
      const signer = await this.statements.signer(manager, 'attestation', jws, about);
      if (!duty.by.includes(signer.name)) throw new Problem(403, 'CS0450', `\`${signer.name}\` does not owe this`, { help: `owed by ${duty.by.map((name) => `\`${name}\``).join(', ')}` });
      const digest = statementDigest(jws);
      if (duty.state === 'done' || (await manager.existsBy(DutyAttestation, { digest }))) return;
      await manager.insert(DutyAttestation, { digest, dutyId: id, signer: signer.name, kid: about.kid, statement: jws, note: about.note ?? null });
      await recordLeaf(manager, { type: 'duty.attested', actor: signer.actor, subject: { id: duty.jobId, kind: 'job' }, req: duty.digest, evidence: [evidenceOf('attestation', about.kid, jws)] });
      if (await this.isDone(manager, duty)) await manager.update(DutyRow, { id }, { state: 'done' });
    });
  }

  /** One of those who are to be notified says that it was; a deletion is done when each receiver has said so. */
  private async isDone(manager: EntityManager, { id, kind, by }: DutyRow): Promise<boolean> {
    if (kind === 'notify') return true;
    const rows = await manager.findBy(DutyAttestation, { dutyId: id });
    return by.every((name) => rows.some(({ signer }) => signer === name));
  }
}
