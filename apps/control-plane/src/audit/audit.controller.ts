import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { AuditEntry, AuditQuery, CheckpointView, ConsistencyQuery, pageOf, ProofQuery, ProofView } from '#contract';
import { ParsedQuery, Route } from '../http/operation.js';
import { AuditReader } from './audit-reader.service.js';

@Controller('v1/audit')
export class AuditController {
  constructor(private readonly reader: AuditReader) {}

  @Get('entries')
  @Route({ summary: 'Entries of the log, in order', access: 'read', query: AuditQuery, reply: pageOf(AuditEntry) })
  entries(@ParsedQuery() query: z.infer<typeof AuditQuery>) {
    return this.reader.entries(query);
  }

  @Get('checkpoint')
  @Route({ summary: 'The newest signed checkpoint', access: 'read', reply: CheckpointView })
  checkpoint() {
    return this.reader.checkpoint();
  }

  @Get('proofs/inclusion')
  @Route({ summary: 'Proof that an entry is in the log', access: 'read', query: ProofQuery, reply: ProofView })
  inclusion(@ParsedQuery() { index, size }: z.infer<typeof ProofQuery>) {
    return this.reader.inclusion(index, size);
  }

  @Get('proofs/consistency')
  @Route({ summary: 'Proof that the log only grew', access: 'read', query: ConsistencyQuery, reply: ProofView })
  consistency(@ParsedQuery() { from, to }: z.infer<typeof ConsistencyQuery>) {
    return this.reader.consistency(from, to);
  }
}
