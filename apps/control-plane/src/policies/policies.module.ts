import { Module } from '@nestjs/common';
import { SupersedingModule } from '../jobs/superseding.module.js';
import { DirectoryModule } from '../nodes/directory.module.js';
import { DecisionsController, PoliciesController } from './policies.controller.js';
import { PolicyBook } from './policy-book.service.js';
import { Rehearsal } from './rehearsal.service.js';

@Module({ imports: [DirectoryModule, SupersedingModule], controllers: [PoliciesController, DecisionsController], providers: [PolicyBook, Rehearsal], exports: [PolicyBook] })
export class PoliciesModule {}
