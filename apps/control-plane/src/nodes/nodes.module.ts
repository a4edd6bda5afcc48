import { Module } from '@nestjs/common';
import { JobFactsModule } from '../jobs/job-facts.module.js';
import { SupersedingModule } from '../jobs/superseding.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { DirectoryModule } from './directory.module.js';
import { Enrolment } from './enrolment.service.js';
import { EnrolmentTokensController, NodesController } from './nodes.controller.js';
import { People } from './people.service.js';
import { Registrar } from './registrar.service.js';

@Module({ imports: [DirectoryModule, JobFactsModule, PoliciesModule, SupersedingModule], controllers: [EnrolmentTokensController, NodesController], providers: [Enrolment, People, Registrar] })
export class NodesModule {}
