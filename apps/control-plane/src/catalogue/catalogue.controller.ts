import { Controller, Get, Param } from '@nestjs/common';
import { z } from 'zod';
import { DatasetView, PageQuery, pageOf, ProgramView } from '#contract';
import { programByName, PROGRAMS, type ProgramDefinition } from '#program';
import { ParsedQuery, Route } from '../http/operation.js';
import { pageOfList } from '../http/page.js';
import { notFound } from '../http/problem.js';
import { NodeDirectory } from '../nodes/node-directory.service.js';

@Controller('v1/programs')
export class ProgramsController {
  @Get()
  @Route({ summary: 'List programs and what each opens', access: 'read', query: PageQuery, reply: pageOf(ProgramView) })
  list(@ParsedQuery() query: z.infer<typeof PageQuery>) {
    return pageOfList(PROGRAMS.map(viewOf), query, ({ name }) => name);
  }

  @Get(':name')
  @Route({ summary: 'Show a program', access: 'read', reply: ProgramView })
  show(@Param('name') name: string) {
    const program = programByName(name);
    if (!program) throw notFound('program', name);
    return viewOf(program);
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

const viewOf = ({ name, digest, opens, roles, parametersJsonSchema }: ProgramDefinition): z.infer<typeof ProgramView> => ({ name, digest, opens, roles: roles.map((role) => ({ ...role })), parameters: parametersJsonSchema });
