import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type z } from 'zod';
import { type AnalysePolicy, type ComparePolicies, type DifferenceView, type PolicyChoice, type TestPolicy, type WhoCanRequest, type WhoCanView } from '#contract';
import { type Analysis, type CompiledPolicy, type Known, type PolicyTestReport, type RecordedDecision } from '#policy';
import { signersIn } from '#verify';
import { databaseNow } from '../database/data-source.js';
import { DecisionRow } from '../database/entities/ledger.js';
import { notFound } from '../http/problem.js';
import { NodeDirectory } from '../nodes/node-directory.service.js';
import { AnswerThreads } from './answer-threads.service.js';
import { compiledDraft } from './compiled-draft.js';
import { PolicyBook } from './policy-book.service.js';

/** More of a policy is for the command line to look at: here others wait for the answer. */
const MOST_REQUESTS = 20_000;
const MOST_DECISIONS = 10_000;

/** What policies and drafts mean, beside the decisions on single jobs. */
@Injectable()
export class PolicyAnswers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly book: PolicyBook,
    private readonly directory: NodeDirectory,
    private readonly threads: AnswerThreads,
  ) {}

  async analyse({ policy }: z.infer<typeof AnalysePolicy>): Promise<Analysis> {
    const { manager } = this.dataSource;
    return this.threads.ask('analyse', await this.chosen(manager, policy), await this.known(manager), { mostRequests: MOST_REQUESTS });
  }

  async whoCan({ policy, ...question }: z.infer<typeof WhoCanRequest>): Promise<WhoCanView> {
    const { manager } = this.dataSource;
    const { possible, ...rest } = await this.threads.ask('whoCan', await this.chosen(manager, policy), await this.known(manager), question, { mostRequests: MOST_REQUESTS });
    return { possible: possible.map(({ example: _, ...row }) => row), ...rest };
  }

  async compare({ before, after, history }: z.infer<typeof ComparePolicies>): Promise<DifferenceView> {
    const { manager } = this.dataSource;
    const sides = [await this.chosen(manager, before), await this.chosen(manager, after)] as const;
    if (!history) return this.threads.ask('diff', ...sides);
    const recorded = await recordedDecisions(manager);
    return { ...(await this.threads.ask('diff', ...sides, { history: recorded })), replayed: recorded.length };
  }

  async test({ policy, registry, suite }: z.infer<typeof TestPolicy>): Promise<PolicyTestReport> {
    const { manager } = this.dataSource;
    const names = registry ?? (await this.book.registry(manager));
    return this.threads.ask('testPolicy', policy && 'source' in policy ? compiledDraft(policy.source, names, policy.file) : await this.chosen(manager, policy), names, suite);
  }

  private async chosen(manager: EntityManager, choice: PolicyChoice | undefined): Promise<CompiledPolicy> {
    if (choice === undefined) return this.book.compile(await this.book.inForce(manager));
    if ('source' in choice) return compiledDraft(choice.source, await this.book.registry(manager), choice.file);
    const row = await this.book.find(manager, String(choice.version));
    if (!row) throw notFound('policy', String(choice.version));
    return this.book.compile(row);
  }

  private async known(manager: EntityManager): Promise<Known> {
    const nodes = await this.directory.registered(manager);
    return {
      registry: await this.book.registry(manager), signers: signersIn(nodes), now: (await databaseNow(manager)).toISOString(),
      regions: nodes.map(({ name, registration }) => ({ node: name, region: registration.region })),
    };
  }
}

/** The newest ones, oldest first, that the policy alone decided: a veto stands under any policy. */
async function recordedDecisions(manager: EntityManager): Promise<RecordedDecision[]> {
  const rows = await manager.find(DecisionRow, { where: { decidedBy: 'policy' }, order: { seq: 'DESC' }, take: MOST_DECISIONS });
  return rows.reverse().map(({ seq, jobId, at, request, facts, outcome }) => ({ id: `${jobId} #${seq}`, at: at.toISOString(), job: request, facts, outcome, request: jobId }));
}
