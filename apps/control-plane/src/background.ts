import { type PinoLogger } from 'nestjs-pino';
import { type Metrics } from './health/metrics.js';
import { Loop } from './loop.js';

/** A loop whose failures are counted and logged under `name`. */
export function backgroundLoop(name: string, work: () => Promise<void>, { everyMs, logger, metrics }: { readonly everyMs: number; readonly logger: PinoLogger; readonly metrics: Metrics }): Loop {
  return new Loop(work, {
    everyMs,
    onError: (error) => {
      metrics.loopErrors.inc({ loop: name });
      const { name: kind, code, message } = error as { name?: unknown; code?: unknown; message?: unknown };
      logger.warn({ loop: name, kind, code, message }, 'background work failed and will be tried again');
    },
  });
}
