import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditReader } from './audit-reader.service.js';
import { LogSigner } from './log-signer.js';
import { LogTree } from './log-tree.js';
import { Sequencer } from './sequencer.service.js';

@Module({ controllers: [AuditController], providers: [LogSigner, LogTree, Sequencer, AuditReader], exports: [LogSigner, LogTree, Sequencer] })
export class AuditModule {}
