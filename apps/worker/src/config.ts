import { homedir } from 'node:os';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const Environment = z.object({
  COUNTERSIGN_NODE_PASSPHRASE: z.string().min(1).optional(),
  COUNTERSIGN_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  COUNTERSIGN_STOCK_BYTES: z.string().regex(/^[0-9]{1,15}$/).default('1073741824').transform(Number),
  COUNTERSIGN_STOCK_SET_BYTES: z.string().regex(/^[0-9]{1,15}$/).default('268435456').transform(Number),
  COUNTERSIGN_STOCK_SESSIONS: z.string().regex(/^[0-9]{1,4}$/).default('2').transform(Number),
  COUNTERSIGN_STOCK_MARKERS: z.string().refine(isAbsolute).optional(),
  /** As the XDG Base Directory Specification says, a path that is not absolute counts as none. */
  XDG_STATE_HOME: z.string().optional(),
});

export interface WorkerConfig {
  /** Absolute path of the node home. */
  readonly home: string;
  /** End when the process that started this one does. */
  readonly withParent: boolean;
  readonly passphrase?: string;
  readonly logLevel: string;
  /** Bounds of the stock of correlations, for how many sessions it is filled while the node is idle, and the folder outside of the home by which an older copy of it is found out. */
  readonly stock: { readonly markers: string; readonly mostBytes: number; readonly mostSetBytes: number; readonly sessions: number };
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
  const { COUNTERSIGN_NODE_PASSPHRASE: passphrase, COUNTERSIGN_LOG_LEVEL: logLevel, COUNTERSIGN_STOCK_BYTES: mostBytes, COUNTERSIGN_STOCK_SET_BYTES: mostSetBytes, COUNTERSIGN_STOCK_SESSIONS: sessions } = parsed.data;
  const home = isAbsolute(values.home) ? values.home : resolve(values.home);
  const { COUNTERSIGN_STOCK_MARKERS: given, XDG_STATE_HOME: state } = parsed.data;
  const markers = given ?? join(state && isAbsolute(state) ? state : join(homedir(), '.local', 'state'), 'countersign', 'stock');
  if (`${resolve(markers)}${sep}`.startsWith(`${resolve(home)}${sep}`)) throw new ConfigError('`COUNTERSIGN_STOCK_MARKERS` is in the node home: an older copy of the home would bring its own along');
  return {
    home,
    withParent: values['with-parent'] === true,
    logLevel,
    stock: { markers, mostBytes, mostSetBytes, sessions },
    ...(passphrase !== undefined && { passphrase }),
  };
}
