import { Controller, Get, Header } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { LogErrorCode } from '#tlog';
import { LogTree } from '../audit/log-tree.js';
import { Route } from '../http/operation.js';
import { Problem } from '../http/problem.js';
import { Metrics } from './metrics.js';

const Health = z.strictObject({ status: z.literal('ok') });

@Controller()
export class HealthController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly metrics: Metrics,
    private readonly tree: LogTree,
  ) {}

  @Get('health/live')
  @Route({ summary: 'This process runs', access: 'public', reply: Health })
  live() {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @Route({ summary: 'This process can serve: the database answers and the log is its own', access: 'public', reply: Health })
  async ready() {
    await this.dataSource.query('SELECT 1');
    if (this.tree.fork) throw new Problem(503, LogErrorCode.forked, 'the audit log contradicts a checkpoint it has signed', { help: 'no checkpoint is signed until the database is repaired' });
    return { status: 'ok' };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Route({ summary: 'Figures for Prometheus', access: 'public', replyType: 'text/plain' })
  figures() {
    return this.metrics.registry.metrics();
  }
}
