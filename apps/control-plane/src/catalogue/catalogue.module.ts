import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { DirectoryModule } from '../nodes/directory.module.js';
import { DatasetsController, ProgramsController } from './catalogue.controller.js';
import { InfoController } from './info.controller.js';
import { ServiceFacts } from './service-facts.js';

@Module({ imports: [DirectoryModule, AuditModule], controllers: [InfoController, ProgramsController, DatasetsController], providers: [ServiceFacts] })
export class CatalogueModule {}
