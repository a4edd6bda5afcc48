import { pino } from 'pino';
import { ConfigError, readConfig, type Config } from './config.js';
import { type ControlPlane } from './start.js';

const SHUTDOWN_MS = 15_000;

/** What a main starts, in order; `stop` undoes it. */
export interface Running {
  readonly controlPlane: ControlPlane;
  stop(): Promise<void>;
}

/**
 * The life of a control plane process: reads the settings, starts, says `ready` (one log line, and a message to a parent with an IPC channel), and
 * stops in order on SIGTERM and SIGINT; with `--with-parent` also when the parent is gone.
 */
export async function runProcess(start: (config: Config) => Promise<Running>): Promise<void> {
  const logger = pino({ base: { app: 'control-plane' }, level: process.argv.includes('--quiet') ? 'warn' : 'info' }, pino.destination({ dest: 2, sync: true }));
  try {
    const running = await start(readConfig());
    const { httpPort, gatewayPort, serviceInfo } = running.controlPlane;
    let stopping: Promise<void> | undefined;
    const stop = (): void => {
      // Whatever hangs must not keep the database's owner alive.
      setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
      stopping ??= running.stop().then(() => process.exit(0), () => process.exit(1));
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
    if (process.argv.includes('--with-parent')) process.on('disconnect', stop);
    logger.info({ httpPort, gatewayPort, origin: serviceInfo.origin }, 'ready');
    process.send?.({ type: 'ready', httpPort, gatewayPort, serviceInfo });
  } catch (error) {
    const { code, help } = error as { readonly code?: unknown; readonly help?: unknown };
    // Messages of configuration errors hold no value; a driver's may hold the connection string's host, nothing secret.
    logger.fatal({ code, help, name: (error as Error).name }, error instanceof ConfigError ? error.message : `cannot start: ${(error as Error).message}`);
    process.exit(1);
  }
}
