import { Controller, Get, Param, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type z } from 'zod';
import { DutyQuery, DutyView, pageOf, SubmitStatement } from '#contract';
import { ParsedBody, ParsedQuery, Route } from '../http/operation.js';
import { notFound } from '../http/problem.js';
import { Duties } from './duties.service.js';
import { dutyOf, dutyPage } from './duty-views.js';

@Controller('v1/duties')
export class DutiesController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly duties: Duties,
  ) {}

  @Get()
  @Route({ summary: 'What is or was owed after releases, the first due first', access: 'read', query: DutyQuery, reply: pageOf(DutyView) })
  list(@ParsedQuery() query: z.infer<typeof DutyQuery>) {
    return dutyPage(this.dataSource.manager, query);
  }

  /** Whoever carries the statement, its own signature is what counts. */
  @Post(':id/attestations')
  @Route({ summary: 'Hand in the word that a duty was done', access: { node: true, person: true, scopes: ['jobs'] }, body: SubmitStatement, reply: DutyView })
  async attest(@Param('id') id: string, @ParsedBody() { statement }: z.infer<typeof SubmitStatement>) {
    await this.duties.attest(id, statement);
    const duty = await dutyOf(this.dataSource.manager, id);
    if (!duty) throw notFound('duty', id);
    return duty;
  }
}
