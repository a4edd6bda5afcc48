import { Controller, Get } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type z } from 'zod';
import { LinkView, PageQuery, pageOf } from '#contract';
import { ParsedQuery, Route } from '../http/operation.js';
import { pageOfList, type Page } from '../http/page.js';
import { roundTrips } from './round-trips.js';

@Controller('v1/links')
export class LinksController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @Route({ summary: 'Round trips between nodes, as each measured them last', access: 'read', query: PageQuery, reply: pageOf(LinkView) })
  async list(@ParsedQuery() query: z.infer<typeof PageQuery>): Promise<Page<LinkView>> {
    return pageOfList(await roundTrips(this.dataSource.manager), query, ({ measuredBy, peer }) => `${measuredBy}/${peer}`);
  }
}
