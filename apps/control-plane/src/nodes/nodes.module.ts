import { Module } from '@nestjs/common';
import { SupersedingModule } from '../jobs/superseding.module.js';
import { Enrolment } from './enrolment.service.js';
import { NodeDirectory } from './node-directory.service.js';
import { EnrolmentTokensController, NodesController } from './nodes.controller.js';
import { Registrar } from './registrar.service.js';

@Module({ imports: [SupersedingModule], controllers: [EnrolmentTokensController, NodesController], providers: [Enrolment, Registrar, NodeDirectory], exports: [NodeDirectory] })
export class NodesModule {}
