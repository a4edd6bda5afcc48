import { Module } from '@nestjs/common';
import { RecordedDecisionsController } from './decisions.controller.js';
import { LinksController } from './links.controller.js';

@Module({ controllers: [RecordedDecisionsController, LinksController] })
export class LedgerModule {}
