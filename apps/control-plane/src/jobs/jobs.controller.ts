import { Controller, Get, Headers, Param, Post, Res } from '@nestjs/common';
import { type Response } from 'express';
import { z } from 'zod';
import { CancelJob, JobBundle, JobQuery, JobView, pageOf, SubmitJob, SubmitStatement } from '#contract';
import { type Caller } from '../auth/caller.js';
import { sendEvents } from '../http/event-stream.js';
import { AskedBy, ParsedBody, ParsedQuery, Route } from '../http/operation.js';
import { Cancellation } from './cancellation.service.js';
import { JobFacts } from './job-facts.service.js';
import { JobStream } from './job-stream.service.js';
import { JobViews } from './job-views.service.js';
import { Signatures } from './signatures.service.js';
import { Submission } from './submission.service.js';

const REQUESTERS = { node: true, scopes: ['jobs'] } as const;
const SIGNERS = { ...REQUESTERS, person: true } as const;
type Statement = z.infer<typeof SubmitStatement>;

@Controller('v1/jobs')
export class JobsController {
  constructor(
    private readonly submission: Submission,
    private readonly views: JobViews,
    private readonly stream: JobStream,
    private readonly cancellation: Cancellation,
    private readonly facts: JobFacts,
  ) {}

  @Post()
  @Route({ summary: 'Ask for a computation', access: REQUESTERS, body: SubmitJob, reply: JobView, status: 201 })
  async submit(@ParsedBody() body: z.infer<typeof SubmitJob>, @AskedBy() caller: Caller) {
    return this.views.show(await this.submission.submit(body.job, caller));
  }

  @Get()
  @Route({ summary: 'List jobs, newest first', access: 'read', query: JobQuery, reply: pageOf(JobView) })
  list(@ParsedQuery() query: z.infer<typeof JobQuery>) {
    return this.views.list(query);
  }

  @Get(':id')
  @Route({ summary: 'Show a job', access: 'read', reply: JobView })
  show(@Param('id') id: string) {
    return this.views.show(id);
  }

  @Get(':id/events')
  @Route({ summary: 'Follow a job: server-sent events `state` and `progress`; Last-Event-ID is honoured', access: 'read', replyType: 'text/event-stream' })
  async events(@Param('id') id: string, @Headers('last-event-id') lastEventId: string | undefined, @Res() response: Response): Promise<void> {
    sendEvents(response, await this.stream.of(id, lastEventId));
  }

  @Get(':id/bundle')
  @Route({ summary: 'All that a signer or worker needs to decide for itself', access: 'read', reply: JobBundle })
  bundle(@Param('id') id: string) {
    return this.facts.bundleOf(id);
  }

  @Post(':id/cancellation')
  @Route({ summary: 'Cancel a job', access: REQUESTERS, body: CancelJob, reply: JobView })
  async cancel(@Param('id') id: string, @ParsedBody() body: z.infer<typeof CancelJob>, @AskedBy() caller: Caller) {
    await this.cancellation.cancel(id, body.reason, caller);
    return this.views.show(id);
  }
}

/** Whoever carries a statement, its own signature is what counts. */
@Controller('v1/jobs/:id')
export class SignaturesController {
  constructor(
    private readonly signatures: Signatures,
    private readonly views: JobViews,
  ) {}

  @Post('approvals')
  @Route({ summary: 'Hand in an approval', access: SIGNERS, body: SubmitStatement, reply: JobView })
  async approve(@Param('id') id: string, @ParsedBody() { statement }: Statement) {
    await this.signatures.record('approval', id, statement);
    return this.views.show(id);
  }

  @Post('vetoes')
  @Route({ summary: 'Hand in a veto', access: SIGNERS, body: SubmitStatement, reply: JobView })
  async veto(@Param('id') id: string, @ParsedBody() { statement }: Statement) {
    await this.signatures.record('veto', id, statement);
    return this.views.show(id);
  }

  @Post('withdrawals')
  @Route({ summary: 'Hand in the withdrawal of an approval', access: SIGNERS, body: SubmitStatement, reply: JobView })
  async withdraw(@Param('id') id: string, @ParsedBody() { statement }: Statement) {
    await this.signatures.record('withdrawal', id, statement);
    return this.views.show(id);
  }
}
