import { isAbsolute, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const Environment = z.object({
  COUNTERSIGN_NODE_PASSPHRASE: z.string().min(1).optional(),
  COUNTERSIGN_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface WorkerConfig {
  /** Absolute path of the node home. */
  readonly home: string;
  /** End when the process that started this one does. */
  readonly withParent: boolean;
  readonly passphrase?: string;
  readonly logLevel: string;
}

/** CS0002: the command line or an environment variable is not understood. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CS0002';
}

/** The configuration, or a ConfigError that names the wrong key and never its value. */
export function readConfig(args: readonly string[], env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  let values: { home?: string; 'with-parent'?: boolean };
  try {
    ({ values } = parseArgs({ args: [...args], options: { home: { type: 'string' }, 'with-parent': { type: 'boolean' } } }));
  } catch (cause) {
    throw new ConfigError('usage: worker --home <folder> [--with-parent]', { cause });
  }
  if (!values.home) throw new ConfigError('`--home` is missing: say where the node home is');
  const parsed = Environment.safeParse(env);
  if (!parsed.success) throw new ConfigError(`\`${String(parsed.error.issues[0].path[0])}\` is not understood`);
  const { COUNTERSIGN_NODE_PASSPHRASE: passphrase, COUNTERSIGN_LOG_LEVEL: logLevel } = parsed.data;
  return {
    home: isAbsolute(values.home) ? values.home : resolve(values.home),
    withParent: values['with-parent'] === true,
    logLevel,
    ...(passphrase !== undefined && { passphrase }),
  };
}
