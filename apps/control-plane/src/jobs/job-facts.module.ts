import { Module } from '@nestjs/common';
import { DirectoryModule } from '../nodes/directory.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { JobFacts } from './job-facts.service.js';
import { Redeciding } from './redeciding.service.js';

/** What jobs are decided by, for all that changes it. */
@Module({ imports: [DirectoryModule, PoliciesModule], providers: [JobFacts, Redeciding], exports: [JobFacts, Redeciding] })
export class JobFactsModule {}
