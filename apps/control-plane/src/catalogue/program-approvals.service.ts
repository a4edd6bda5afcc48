import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ProgramApproval, ProgramPublication, type ProgramView } from '#contract';
import { statementDigest } from '#pqc';
import { PlanError, programByName, programJson, readProgram, type ProgramDefinition } from '#program';
import { evidenceOf, recordLeaf } from '../audit/outbox.js';
import { inTransaction } from '../database/data-source.js';
import { ProgramStatement } from '../database/entities/policies.js';
import { PublishedProgram } from '../database/entities/programs.js';
import { notFound, Problem } from '../http/problem.js';
import { Redeciding } from '../jobs/redeciding.service.js';
import { NodeDirectory } from '../nodes/node-directory.service.js';
import { SignedStatements } from '../nodes/signed-statements.service.js';
import { standingView } from '../policies/policy-views.service.js';
import { programNamed, programNames } from './program-book.js';
import { lastWordOf, wordsThatCount } from './program-words.js';

const TYPE = 'program-approval';
const PUBLICATION = 'program-publication';
const MOST_PROGRAMS = 1000;
/** All together: whoever lists programs reads all of them, which takes a sixth of a second for each megabyte. */
const MOST_PROGRAMS_BYTES = 16 * 2 ** 20;

/** Programs, and the standing words of nodes and people on them. */
@Injectable()
export class ProgramApprovals {
  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: NodeDirectory,
    private readonly statements: SignedStatements,
    private readonly redeciding: Redeciding,
  ) {}

  async list(): Promise<ProgramView[]> {
    return Promise.all((await programNames(this.dataSource.manager)).map((name) => this.show(name)));
  }

  async show(name: string): Promise<ProgramView> {
    return this.view(await known(this.dataSource.manager, name));
  }

  /** Takes a program of a user's own in under its name. The same again changes nothing. */
  async publish(jws: string, definition: string): Promise<string> {
    const program = programOf(definition);
    const word = this.statements.read<ProgramPublication>(PUBLICATION, ProgramPublication, jws);
    if (word.program.name !== program.name || word.program.digest !== program.digest) throw new Problem(409, 'CS0443', `this ${PUBLICATION} is about another program than the one that came with it`);
    await inTransaction(this.dataSource, async (manager) => {
      const signer = await this.statements.signer(manager, PUBLICATION, jws, word);
      // One at a time: names and what all take together are held against those that are there.
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', ['programs']);
      const known = await manager.findOneBy(PublishedProgram, { name: program.name });
      if (known?.digest === program.digest) return;
      // Policies read names in any case: two that differ in nothing else would make every sentence with the first of them ambiguous.
      const other = (await programNames(manager)).find((name) => name.toLowerCase() === program.name.toLowerCase());
      if (other !== undefined) throw taken(other);
      const written = programJson(program);
      const [kept]: [{ count: number; bytes: string }] = await manager.query('SELECT count(*)::int AS count, coalesce(sum(octet_length(definition)), 0) AS bytes FROM programs');
      if (kept.count >= MOST_PROGRAMS || Number(kept.bytes) + Buffer.byteLength(written) > MOST_PROGRAMS_BYTES) {
        throw new Problem(409, 'CS0448', `more than ${MOST_PROGRAMS} programs, or ${MOST_PROGRAMS_BYTES} bytes of them, are not kept`);
      }
      await manager.insert(PublishedProgram, { name: program.name, digest: program.digest, definition: written, publishedBy: signer.name, kid: word.kid, statement: jws });
      await recordLeaf(manager, {
        type: 'program.published', actor: signer.actor, subject: { id: `program:${program.digest}`, kind: 'program' }, req: program.digest, evidence: [evidenceOf(PUBLICATION, word.kid, jws)],
      });
    });
    return program.name;
  }

  /** Records a word on a program and decides the open jobs that ask for it anew. The same statement again changes nothing. */
  async record(name: string, jws: string): Promise<void> {
    const program = await known(this.dataSource.manager, name);
    const word = this.statements.read<ProgramApproval>(TYPE, ProgramApproval, jws);
    await inTransaction(this.dataSource, async (manager) => {
      const digest = statementDigest(jws);
      if (await manager.existsBy(ProgramStatement, { digest })) return;
      const signer = await this.statements.signer(manager, TYPE, jws, word);
      if (word.program.name !== program.name || word.program.digest !== program.digest) {
        throw new Problem(409, 'CS0443', `this ${TYPE} is about another program than \`${program.name}\` here`, { help: `its digest here is \`${program.digest}\`` });
      }
      if (!isNewer(word, await lastWordOf(manager, program.digest, signer.name))) {
        throw new Problem(409, 'CS0444', `this ${TYPE} is older than the last word of \`${signer.name}\` on \`${program.name}\``);
      }
      await manager.insert(ProgramStatement, { digest, programDigest: program.digest, signer: signer.name, kid: word.kid, statement: jws, expiresAt: new Date(word.expiresAt) });
      await recordLeaf(manager, {
        type: word.verdict === 'approved' ? 'program.approved' : 'program.withdrawn', actor: signer.actor, subject: { id: `program:${program.digest}`, kind: 'program' },
        req: program.digest, evidence: [evidenceOf(TYPE, word.kid, jws)],
      });
      await this.redeciding.becauseOfProgram(manager, program.digest);
    });
  }

  private async publicationOf(name: string): Promise<Pick<ProgramView, 'published'>> {
    const row = programByName(name) ? null : await this.dataSource.manager.findOneBy(PublishedProgram, { name });
    return row ? { published: { by: row.publishedBy, at: row.publishedAt.toISOString(), statement: statementDigest(row.statement), definition: row.definition } } : {};
  }

  private async view({ name, digest, opens, roles, parametersJsonSchema }: ProgramDefinition): Promise<ProgramView> {
    const { manager } = this.dataSource;
    const approvedBy = (await wordsThatCount(manager, this.directory, digest)).map(({ row }) => standingView(row));
    return { name, digest, opens, roles: roles.map((role) => ({ ...role })), parameters: parametersJsonSchema, approvedBy, ...(await this.publicationOf(name)) };
  }
}

const taken = (name: string): Problem => new Problem(409, 'CS0447', `another program is called \`${name}\``, { help: `a program is published once under its name: call a new version \`${name} 2\`` });

function programOf(definition: string): ProgramDefinition {
  try {
    return readProgram(definition);
  } catch (error) {
    if (error instanceof PlanError) throw new Problem(422, error.code, error.message, { help: error.help, cause: error });
    throw error;
  }
}

/** Of two words of one moment the one that withdraws is the newer. */
function isNewer(word: ProgramApproval, last: ProgramApproval | undefined): boolean {
  const ahead = last === undefined ? 1 : Date.parse(word.issuedAt) - Date.parse(last.issuedAt);
  return ahead > 0 || (ahead === 0 && word.verdict === 'withdrawn');
}

async function known(manager: EntityManager, name: string): Promise<ProgramDefinition> {
  const program = await programNamed(manager, name);
  if (!program) throw notFound('program', name);
  return program;
}
