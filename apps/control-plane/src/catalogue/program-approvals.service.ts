import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ProgramApproval, type ProgramView } from '#contract';
import { statementDigest } from '#pqc';
import { programByName, PROGRAMS, type ProgramDefinition } from '#program';
import { evidenceOf, recordLeaf } from '../audit/outbox.js';
import { inTransaction } from '../database/data-source.js';
import { ProgramStatement } from '../database/entities/policies.js';
import { notFound, Problem } from '../http/problem.js';
import { Redeciding } from '../jobs/redeciding.service.js';
import { NodeDirectory } from '../nodes/node-directory.service.js';
import { SignedStatements } from '../nodes/signed-statements.service.js';
import { standingView } from '../policies/policy-views.service.js';
import { lastWordOf, standingWords } from './program-words.js';

const TYPE = 'program-approval';

/** Programs, and the standing words of nodes and people on them. */
@Injectable()
export class ProgramApprovals {
  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: NodeDirectory,
    private readonly statements: SignedStatements,
    private readonly redeciding: Redeciding,
  ) {}

  list(): Promise<ProgramView[]> {
    return Promise.all(PROGRAMS.map((program) => this.view(program)));
  }

  async show(name: string): Promise<ProgramView> {
    return this.view(known(name));
  }

  /** Records a word on a program and decides the open jobs that ask for it anew. The same statement again changes nothing. */
  async record(name: string, jws: string): Promise<void> {
    const program = known(name);
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

  private async view({ name, digest, opens, roles, parametersJsonSchema }: ProgramDefinition): Promise<ProgramView> {
    const { manager } = this.dataSource;
    const standing = await this.directory.byKeysInUse(manager, (await standingWords(manager, digest)).map(({ row }) => row));
    const approvedBy = standing.map(standingView);
    return { name, digest, opens, roles: roles.map((role) => ({ ...role })), parameters: parametersJsonSchema, approvedBy };
  }
}

/** Of two words of one moment the one that withdraws is the newer. */
function isNewer(word: ProgramApproval, last: ProgramApproval | undefined): boolean {
  const ahead = last === undefined ? 1 : Date.parse(word.issuedAt) - Date.parse(last.issuedAt);
  return ahead > 0 || (ahead === 0 && word.verdict === 'withdrawn');
}

function known(name: string): ProgramDefinition {
  const program = programByName(name);
  if (!program) throw notFound('program', name);
  return program;
}
