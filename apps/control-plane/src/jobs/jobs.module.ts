import { Module } from '@nestjs/common';
import { NodesModule } from '../nodes/nodes.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { Cancellation } from './cancellation.service.js';
import { Expiry } from './expiry.service.js';
import { JobFacts } from './job-facts.service.js';
import { JobStream } from './job-stream.service.js';
import { JobViews } from './job-views.service.js';
import { JobsController, SignaturesController } from './jobs.controller.js';
import { Signatures } from './signatures.service.js';
import { Submission } from './submission.service.js';

@Module({
  imports: [NodesModule, PoliciesModule],
  controllers: [JobsController, SignaturesController],
  providers: [Submission, Signatures, Cancellation, Expiry, JobFacts, JobViews, JobStream],
  exports: [JobFacts],
})
export class JobsModule {}
