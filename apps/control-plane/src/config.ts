import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { crashPointNames } from './jobs/crash-points.js';

const port = z.coerce.number().int().min(0).max(65_535);
const host = z.string().min(1).max(255).regex(/^[A-Za-z0-9.:_-]+$/);
const count = (from: number, to: number) => z.coerce.number().int().min(from).max(to);

const Environment = z.object({
  COUNTERSIGN_HOME: z.string().min(1).default(join(homedir(), '.countersign')),
  COUNTERSIGN_DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//).optional(),
  COUNTERSIGN_DATABASE_NAME: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/).default('countersign'),
  COUNTERSIGN_DATABASE_POOL: count(2, 100).default(12),
  COUNTERSIGN_HTTP_HOST: host.default('127.0.0.1'),
  COUNTERSIGN_HTTP_PORT: port.default(7480),
  COUNTERSIGN_GATEWAY_HOST: host.default('127.0.0.1'),
  COUNTERSIGN_GATEWAY_PORT: port.default(7443),
  /** What nodes dial, when it is not the address that is bound. */
  COUNTERSIGN_GATEWAY_PUBLIC_HOST: host.optional(),
  COUNTERSIGN_GATEWAY_PUBLIC_PORT: port.optional(),
  /** Name of the log in checkpoints (C2SP tlog-checkpoint: a schema-less URL). */
  COUNTERSIGN_ORIGIN: z.string().max(128).regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/).default('countersign.localhost/log'),
  COUNTERSIGN_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  COUNTERSIGN_NATS_URL: z.string().regex(/^(nats|tls):\/\//).optional(),
  COUNTERSIGN_BODY_LIMIT_BYTES: count(65_536, 16_777_216).default(2_097_152),
  COUNTERSIGN_REQUESTS_PER_10_SECONDS: count(1, 1_000_000).default(3_000),
  COUNTERSIGN_ACCEPT_SECONDS: count(1, 600).default(15),
  COUNTERSIGN_SESSION_SECONDS: count(1, 86_400).default(600),
  COUNTERSIGN_TEST_FAILPOINTS: z.enum(['0', '1']).default('0'),
  CS_CRASH_AT: z.string().refine((name) => crashPointNames().has(name), 'names no transition').optional(),
});

export interface Config {
  readonly home: string;
  /** Absent: the process that embeds the database fills it in. */
  readonly databaseUrl: string | undefined;
  readonly databaseName: string;
  readonly databasePool: number;
  readonly http: { readonly host: string; readonly port: number };
  readonly gateway: { readonly host: string; readonly port: number; readonly publicHost: string; readonly publicPort: number | undefined };
  readonly origin: string;
  readonly logLevel: z.infer<typeof Environment>['COUNTERSIGN_LOG_LEVEL'];
  readonly natsUrl: string | undefined;
  readonly bodyLimitBytes: number;
  readonly requestsPer10Seconds: number;
  /** How long parties have to verify and accept an offer, and a session to end. */
  readonly acceptMs: number;
  readonly sessionMs: number;
  /** `<transition>:<before|after>` at which this process kills itself: tests of faults only. */
  readonly crashAt: string | undefined;
}

/** A variable of the environment that cannot be used: named, without its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CS0002';
}

/** The settings of this process. The only place that reads the environment. @throws ConfigError */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw new ConfigError(`\`${String(path[0])}\` is not usable: ${message}`);
  }
  const env = parsed.data;
  if (env.CS_CRASH_AT && env.COUNTERSIGN_TEST_FAILPOINTS !== '1') {
    throw new ConfigError('`CS_CRASH_AT` is refused unless `COUNTERSIGN_TEST_FAILPOINTS` is 1');
  }
  return {
    home: resolve(env.COUNTERSIGN_HOME),
    databaseUrl: env.COUNTERSIGN_DATABASE_URL,
    databaseName: env.COUNTERSIGN_DATABASE_NAME,
    databasePool: env.COUNTERSIGN_DATABASE_POOL,
    http: { host: env.COUNTERSIGN_HTTP_HOST, port: env.COUNTERSIGN_HTTP_PORT },
    gateway: {
      host: env.COUNTERSIGN_GATEWAY_HOST,
      port: env.COUNTERSIGN_GATEWAY_PORT,
      publicHost: env.COUNTERSIGN_GATEWAY_PUBLIC_HOST ?? env.COUNTERSIGN_GATEWAY_HOST,
      publicPort: env.COUNTERSIGN_GATEWAY_PUBLIC_PORT,
    },
    origin: env.COUNTERSIGN_ORIGIN,
    logLevel: env.COUNTERSIGN_LOG_LEVEL,
    natsUrl: env.COUNTERSIGN_NATS_URL,
    bodyLimitBytes: env.COUNTERSIGN_BODY_LIMIT_BYTES,
    requestsPer10Seconds: env.COUNTERSIGN_REQUESTS_PER_10_SECONDS,
    acceptMs: env.COUNTERSIGN_ACCEPT_SECONDS * 1_000,
    sessionMs: env.COUNTERSIGN_SESSION_SECONDS * 1_000,
    crashAt: env.CS_CRASH_AT,
  };
}
