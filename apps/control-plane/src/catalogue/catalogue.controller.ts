import { Controller, Get, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { DatasetView, PageQuery, pageOf, ProgramView, PublishProgram, SubmitStatement } from '#contract';
import { ParsedBody, ParsedQuery, Route } from '../http/operation.js';
import { pageOfList } from '../http/page.js';
import { NodeDirectory } from '../nodes/node-directory.service.js';
import { ProgramApprovals } from './program-approvals.service.js';

@Controller('v1/programs')
export class ProgramsController {
  constructor(private readonly approvals: ProgramApprovals) {}

  @Get()
  @Route({ summary: 'List programs and what each opens', access: 'read', query: PageQuery, reply: pageOf(ProgramView) })
  async list(@ParsedQuery() query: z.infer<typeof PageQuery>) {
    return pageOfList(await this.approvals.list(), query, ({ name }) => name);
  }

  @Get(':name')
  @Route({ summary: 'Show a program', access: 'read', reply: ProgramView })
  show(@Param('name') name: string) {
    return this.approvals.show(name);
  }

  @Post()
  @Route({ summary: 'Publish a program of your own', access: { node: true, person: true, scopes: ['policy'] }, body: PublishProgram, reply: ProgramView })
  async publish(@ParsedBody() { statement, definition }: z.infer<typeof PublishProgram>) {
    return this.approvals.show(await this.approvals.publish(statement, definition));
  }

  @Post(':name/approvals')
  @Route({ summary: 'Hand in an approval of a program, or its withdrawal', access: { node: true, person: true, scopes: ['policy'] }, body: SubmitStatement, reply: ProgramView })
  async approve(@Param('name') name: string, @ParsedBody() { statement }: z.infer<typeof SubmitStatement>) {
    await this.approvals.record(name, statement);
    return this.approvals.show(name);
  }
}

@Controller('v1/datasets')
export class DatasetsController {
  constructor(private readonly directory: NodeDirectory) {}

  @Get()
  @Route({ summary: 'List datasets: shape and meaning, never rows', access: 'read', query: PageQuery, reply: pageOf(DatasetView) })
  async list(@ParsedQuery() query: z.infer<typeof PageQuery>) {
    return pageOfList(await this.directory.datasets(), query, ({ node, name }) => `${node}/${name}`);
  }
}
