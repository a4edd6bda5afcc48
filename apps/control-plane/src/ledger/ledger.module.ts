import { Module } from '@nestjs/common';
import { RecordedDecisionsController } from './decisions.controller.js';

@Module({ controllers: [RecordedDecisionsController] })
export class LedgerModule {}
