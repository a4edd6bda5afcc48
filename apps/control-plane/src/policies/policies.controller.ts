import { Controller, Get, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { DecisionView, DryRun, PageQuery, pageOf, PolicyCheck, PolicyView, PublishPolicy, SubmitStatement } from '#contract';
import { type Caller } from '../auth/caller.js';
import { AskedBy, ParsedBody, ParsedQuery, Route } from '../http/operation.js';
import { Rehearsal } from './rehearsal.service.js';
import { PolicyBook } from './policy-book.service.js';
import { PolicyViews } from './policy-views.service.js';
import { Publications } from './publications.service.js';

@Controller('v1/policies')
export class PoliciesController {
  constructor(
    private readonly book: PolicyBook,
    private readonly views: PolicyViews,
    private readonly publications: Publications,
  ) {}

  @Post()
  @Route({ summary: 'Put a policy in force, or propose it where the one in force asks for signatures', access: { node: false, scopes: ['policy'] }, body: PublishPolicy, reply: PolicyView, status: 201 })
  async publish(@ParsedBody() body: z.infer<typeof PublishPolicy>, @AskedBy() caller: Caller) {
    return this.views.version(await this.publications.publish(body, caller));
  }

  @Get()
  @Route({ summary: 'List policies, oldest first', access: 'read', query: PageQuery, reply: pageOf(PolicyView) })
  list(@ParsedQuery() query: z.infer<typeof PageQuery>) {
    return this.views.list(query);
  }

  @Get('current')
  @Route({ summary: 'The policy in force', access: 'read', reply: PolicyView })
  current() {
    return this.views.current();
  }

  @Post('check')
  @Route({ summary: 'Compile a draft against the registered names', access: 'read', body: PublishPolicy, reply: PolicyCheck })
  check(@ParsedBody() body: z.infer<typeof PublishPolicy>) {
    return this.book.check(body);
  }

  @Get(':version')
  @Route({ summary: 'Show a policy', access: 'read', reply: PolicyView })
  show(@Param('version') version: string) {
    return this.views.version(version);
  }

  @Post(':version/approvals')
  @Route({ summary: 'Hand in a signature on a proposed policy', access: { node: true, person: true, scopes: ['policy'] }, body: SubmitStatement, reply: PolicyView })
  async sign(@Param('version') version: string, @ParsedBody() { statement }: z.infer<typeof SubmitStatement>) {
    await this.publications.sign(version, statement);
    return this.views.version(version);
  }
}

@Controller('v1/decisions')
export class DecisionsController {
  constructor(private readonly rehearsal: Rehearsal) {}

  @Post()
  @Route({ summary: 'What would be decided; nothing is stored', access: 'read', body: DryRun, reply: DecisionView })
  decide(@ParsedBody() body: z.infer<typeof DryRun>) {
    return this.rehearsal.decide(body);
  }
}
