import { randomUUID } from 'node:crypto';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LoggerModule } from 'nestjs-pino';
import { AuditModule } from './audit/audit.module.js';
import { AuthGuard } from './auth/auth.guard.js';
import { AuthModule } from './auth/auth.module.js';
import { ServiceKeys } from './auth/service-keys.js';
import { CatalogueModule } from './catalogue/catalogue.module.js';
import { DatabaseModule } from './database/database.module.js';
import { openDatabase } from './database/data-source.js';
import { NatsCarrier } from './database/nats-carrier.js';
import { DispatchModule } from './dispatch/dispatch.module.js';
import { HealthModule } from './health/health.module.js';
import { Metrics } from './health/metrics.js';
import { IdempotencyInterceptor } from './http/idempotency.interceptor.js';
import { MetricsInterceptor } from './http/metrics.interceptor.js';
import { ProblemFilter } from './http/problem.filter.js';
import { requestLog } from './http/request-log.js';
import { failpoint } from './jobs/failpoint.js';
import { JobsModule } from './jobs/jobs.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { NodesModule } from './nodes/nodes.module.js';
import { PoliciesModule } from './policies/policies.module.js';
import { CONFIG, INSTANCE, type DatabaseConfig } from './tokens.js';

const RATE_WINDOW_MS = 10_000;

@Module({})
export class AppModule {
  /** The whole control plane over one configuration; nothing is shared with another instance in the same process. */
  static over(config: DatabaseConfig, keys: ServiceKeys): DynamicModule {
    const metrics = new Metrics();
    const crash = failpoint(config.crashAt);
    const carrier = config.natsUrl ? new NatsCarrier(config.natsUrl, config.origin) : undefined;
    return {
      module: AppModule,
      imports: [
        LoggerModule.forRoot(requestLog(config.logLevel)),
        ThrottlerModule.forRoot({ throttlers: [{ ttl: RATE_WINDOW_MS, limit: config.requestsPer10Seconds }], errorMessage: 'too many requests' }),
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ type: 'postgres', retryAttempts: 0 }),
          dataSourceFactory: () =>
            openDatabase({
              url: config.databaseUrl,
              pool: config.databasePool,
              carrier,
              onTransition: (when, name) => {
                crash(when, name);
                if (when === 'after') metrics.countTransition(name);
              },
            }),
        }),
        DatabaseModule.with([
          { provide: CONFIG, useValue: config },
          { provide: INSTANCE, useValue: randomUUID() },
          { provide: ServiceKeys, useValue: keys },
          { provide: Metrics, useValue: metrics },
          ...(carrier ? [{ provide: NatsCarrier, useValue: carrier }] : []),
        ]),
        AuthModule, AuditModule, CatalogueModule, NodesModule, PoliciesModule, JobsModule, LedgerModule, DispatchModule, HealthModule,
      ],
      providers: [
        // Cheap first: rate, then identity. Interceptors run in this order around the handler.
        { provide: APP_GUARD, useClass: ThrottlerGuard },
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_INTERCEPTOR, useClass: MetricsInterceptor },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
