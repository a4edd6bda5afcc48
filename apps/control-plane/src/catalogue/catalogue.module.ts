import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { JobFactsModule } from '../jobs/job-facts.module.js';
import { DirectoryModule } from '../nodes/directory.module.js';
import { DatasetsController, ProgramsController } from './catalogue.controller.js';
import { InfoController } from './info.controller.js';
import { ProgramApprovals } from './program-approvals.service.js';
import { ServiceFacts } from './service-facts.js';

@Module({ imports: [DirectoryModule, JobFactsModule, AuditModule], controllers: [InfoController, ProgramsController, DatasetsController], providers: [ProgramApprovals, ServiceFacts] })
export class CatalogueModule {}
