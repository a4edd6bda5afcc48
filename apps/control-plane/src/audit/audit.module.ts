import { Module } from '@nestjs/common';
import { LogSigner } from './log-signer.js';

@Module({ providers: [LogSigner], exports: [LogSigner] })
export class AuditModule {}
