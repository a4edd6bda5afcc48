import { Module } from '@nestjs/common';
import { SupersedingModule } from '../jobs/superseding.module.js';
import { DirectoryModule } from '../nodes/directory.module.js';
import { DecisionsController, PoliciesController } from './policies.controller.js';
import { PolicyBook } from './policy-book.service.js';
import { PolicyViews } from './policy-views.service.js';
import { Publications } from './publications.service.js';
import { Quorum } from './quorum.service.js';
import { Rehearsal } from './rehearsal.service.js';

@Module({ imports: [DirectoryModule, SupersedingModule], controllers: [PoliciesController, DecisionsController], providers: [PolicyBook, PolicyViews, Publications, Quorum, Rehearsal], exports: [PolicyBook, Quorum] })
export class PoliciesModule {}
