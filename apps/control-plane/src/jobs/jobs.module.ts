import { Module } from '@nestjs/common';
import { DirectoryModule } from '../nodes/directory.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { Cancellation } from './cancellation.service.js';
import { Expiry } from './expiry.service.js';
import { JobFactsModule } from './job-facts.module.js';
import { JobStream } from './job-stream.service.js';
import { JobViews } from './job-views.service.js';
import { JobsController, SignaturesController } from './jobs.controller.js';
import { Signatures } from './signatures.service.js';
import { Submission } from './submission.service.js';

@Module({
  imports: [DirectoryModule, JobFactsModule, PoliciesModule],
  controllers: [JobsController, SignaturesController],
  providers: [Submission, Signatures, Cancellation, Expiry, JobViews, JobStream],
  exports: [JobFactsModule],
})
export class JobsModule {}
