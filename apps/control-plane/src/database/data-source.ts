import { DataSource, type EntityManager } from 'typeorm';
import { Foundation1795305600000 } from '../../../../migrations/1795305600000-foundation.js';
import { People1795392000000 } from '../../../../migrations/1795392000000-people.js';
import { Programs1795564800000 } from '../../../../migrations/1795564800000-programs.js';
import { Vanishing1795910400000 } from '../../../../migrations/1795910400000-vanishing.js';
import { Ledger1795478400000 } from '../../../../migrations/1795478400000-ledger.js';
import { ApiKey, Connection, EnrolmentChallenge, EnrolmentToken, NodeKey, NodeStatement, PersonRow, RegisteredNode } from './entities/identities.js';
import { Job, JobEventRow, JobStatement, SessionParty } from './entities/jobs.js';
import { DecisionRow, DutyAttestation, DutyRow } from './entities/ledger.js';
import { Policy, PolicyStatement, ProgramStatement } from './entities/policies.js';
import { PublishedProgram } from './entities/programs.js';
import { CheckpointRow, LeafBody, LeafRow, OutboxRow } from './entities/log.js';
import { commitHooks, type OnTransition } from './commit-hooks.js';
import { type SignalCarrier } from './signals.js';

/** Advisory lock ids of this product in its database. */
export const LOCK = { migrations: 7_480_001, sequencer: 7_480_002, policies: 7_480_003, keys: 7_480_004 } as const;

/** A connected data source whose schema is up to date. Several processes may start at once. */
export async function openDatabase(options: { readonly url: string; readonly pool: number; readonly onTransition: OnTransition; readonly carrier?: SignalCarrier }): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    applicationName: 'countersign',
    entities: [ApiKey, EnrolmentToken, EnrolmentChallenge, RegisteredNode, NodeKey, NodeStatement, PersonRow, Connection, Policy, PolicyStatement, ProgramStatement, PublishedProgram, Job, JobEventRow, JobStatement, SessionParty, DecisionRow, DutyRow, DutyAttestation, OutboxRow, LeafRow, LeafBody, CheckpointRow],
    migrations: [Foundation1795305600000, People1795392000000, Ledger1795478400000, Programs1795564800000, Vanishing1795910400000],
    migrationsTableName: 'schema_migrations',
    subscribers: [commitHooks(options.onTransition, options.carrier)],
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    synchronize: false,
    logging: false,
    poolErrorHandler: () => undefined,
    extra: { max: options.pool, connectionTimeoutMillis: 5_000, idleTimeoutMillis: 30_000, statement_timeout: 30_000, keepAlive: true },
  });
  await dataSource.initialize();
  await migrate(dataSource);
  return dataSource;
}

async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [LOCK.migrations]);
    await dataSource.runMigrations({ transaction: 'each' });
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [LOCK.migrations]).catch(() => undefined);
    await runner.release();
  }
}

/** Serialisation failure, deadlock, and a row that another request made first: a second look finds what the other did. */
const RETRIED = new Set(['40001', '40P01', '23505']);

/** Runs `work` in one transaction; what a race can cause is tried again, up to three times in all. */
export async function inTransaction<T>(dataSource: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await dataSource.transaction(work);
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (attempt >= 3 || typeof code !== 'string' || !RETRIED.has(code)) throw error;
    }
  }
}

/** The database's clock: expiry and leases are decided by it alone. */
export async function databaseNow(manager: EntityManager): Promise<Date> {
  const rows: { now: Date }[] = await manager.query('SELECT clock_timestamp()::timestamptz(3) AS now');
  return rows[0].now;
}
