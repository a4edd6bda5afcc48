import { Controller, Get } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type z } from 'zod';
import { LimitView, PageQuery, pageOf } from '#contract';
import { decimalLeft, limitsAt } from '#policy';
import { databaseNow } from '../database/data-source.js';
import { ParsedQuery, Route } from '../http/operation.js';
import { pageOfList, type Page } from '../http/page.js';
import { NodeDirectory } from '../nodes/node-directory.service.js';
import { PolicyBook } from '../policies/policy-book.service.js';
import { usesOf } from './limit-counters.js';

@Controller('v1/limits')
export class LimitsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: NodeDirectory,
    private readonly book: PolicyBook,
  ) {}

  @Get()
  @Route({ summary: 'The limits of the policy in force: used, left, and until when', access: 'read', query: PageQuery, reply: pageOf(LimitView) })
  async list(@ParsedQuery() query: z.infer<typeof PageQuery>): Promise<Page<LimitView>> {
    const { manager } = this.dataSource;
    const nodes = await this.directory.registered(manager);
    const policy = this.book.compile(await this.book.inForce(manager));
    const limits = limitsAt(policy, { now: (await databaseNow(manager)).toISOString() }, nodes.map(({ name }) => name));
    const uses = await usesOf(manager, limits);
    const views = limits.map(({ of, most, node, from, until, rule }, i): LimitView => ({ of, most, used: uses[i].used, left: decimalLeft(most, uses[i].used), from, until, ...(node === undefined ? {} : { node }), rule }));
    return pageOfList(views, query, ({ rule: { line, column }, node = '' }) => `${String(line).padStart(7, '0')}.${String(column).padStart(7, '0')} ${node}`);
  }
}
