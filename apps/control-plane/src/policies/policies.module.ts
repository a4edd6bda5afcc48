import { Module } from '@nestjs/common';
import { SupersedingModule } from '../jobs/superseding.module.js';
import { DirectoryModule } from '../nodes/directory.module.js';
import { DecisionsController, PoliciesController } from './policies.controller.js';
import { AnswerThreads } from './answer-threads.service.js';
import { PolicyAnswersController } from './policy-answers.controller.js';
import { PolicyAnswers } from './policy-answers.service.js';
import { PolicyBook } from './policy-book.service.js';
import { PolicyViews } from './policy-views.service.js';
import { Publications } from './publications.service.js';
import { Quorum } from './quorum.service.js';
import { Rehearsal } from './rehearsal.service.js';

@Module({ imports: [DirectoryModule, SupersedingModule], controllers: [PoliciesController, PolicyAnswersController, DecisionsController], providers: [AnswerThreads, PolicyAnswers, PolicyBook, PolicyViews, Publications, Quorum, Rehearsal], exports: [PolicyBook, Quorum] })
export class PoliciesModule {}
