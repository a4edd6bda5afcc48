import { type EntityManager } from 'typeorm';
import { ProgramApproval } from '#contract';
import { readStatement } from '#pqc';
import { databaseNow } from '../database/data-source.js';
import { ProgramStatement } from '../database/entities/policies.js';
import { type NodeDirectory } from '../nodes/node-directory.service.js';

export interface RecordedWord {
  readonly row: ProgramStatement;
  readonly word: ProgramApproval;
}

const wordIn = (row: ProgramStatement): RecordedWord => ({ row, word: ProgramApproval.parse(readStatement(row.statement).payload) });

/** The last word of a signer on a program, expired or not: each is newer than those before it. Holds the signer's further words off until the transaction ends. */
export async function lastWordOf(manager: EntityManager, program: string, signer: string): Promise<ProgramApproval | undefined> {
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`words on programs of ${signer}`]);
  const [row] = await manager.find(ProgramStatement, { where: { programDigest: program, signer }, order: { recordedAt: 'DESC' }, take: 1 });
  return row && wordIn(row).word;
}

/** The approvals of a program that stand: each the last word of its signer. What was taken back does not come back, however soon the withdrawal expires. */
async function standingWords(manager: EntityManager, program: string): Promise<RecordedWord[]> {
  const last: { digest: string }[] = await manager.query('SELECT DISTINCT ON (signer) digest FROM program_statements WHERE program_digest = $1 ORDER BY signer, recorded_at DESC', [program]);
  if (last.length === 0) return [];
  const now = await databaseNow(manager);
  const rows = await manager.createQueryBuilder(ProgramStatement, 'word').where('word.digest = ANY(:digests)', { digests: last.map(({ digest }) => digest) }).orderBy('word.recordedAt').getMany();
  return rows.map(wordIn).filter(({ row, word }) => word.verdict === 'approved' && row.expiresAt > now);
}

/** Those of them whose keys are in use: what a decision of now rests on. */
export async function wordsThatCount(manager: EntityManager, directory: NodeDirectory, program: string): Promise<RecordedWord[]> {
  const words = await standingWords(manager, program);
  const inUse = new Set(await directory.byKeysInUse(manager, words.map(({ row }) => row)));
  return words.filter(({ row }) => inUse.has(row));
}
