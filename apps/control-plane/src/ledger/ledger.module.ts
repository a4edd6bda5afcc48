import { Module } from '@nestjs/common';
import { DirectoryModule } from '../nodes/directory.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { RecordedDecisionsController } from './decisions.controller.js';
import { DutiesController } from './duties.controller.js';
import { Duties } from './duties.service.js';
import { LimitsController } from './limits.controller.js';
import { LinksController } from './links.controller.js';
import { Overdue } from './overdue.service.js';

/** What is counted and owed over time. */
@Module({
  imports: [DirectoryModule, PoliciesModule],
  controllers: [RecordedDecisionsController, LimitsController, DutiesController, LinksController],
  providers: [Duties, Overdue],
  exports: [Duties],
})
export class LedgerModule {}
