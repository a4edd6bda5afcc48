import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { DirectoryModule } from '../nodes/directory.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { Dispatcher } from './dispatcher.service.js';
import { Gateway } from './gateway.js';
import { Orders } from './orders.service.js';
import { Presence } from './presence.service.js';
import { Reports } from './reports.service.js';
import { Watchdog } from './watchdog.service.js';

@Module({ imports: [LedgerModule, DirectoryModule, JobsModule, PoliciesModule], providers: [Dispatcher, Gateway, Orders, Presence, Reports, Watchdog], exports: [Gateway] })
export class DispatchModule {}
