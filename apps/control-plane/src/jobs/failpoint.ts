import { type OnTransition } from '../database/commit-hooks.js';

/**
 * Kills this process at `crashAt` (`<from>-><to>:<before|after>` the commit), as a power cut would: no handler runs, no reply is sent.
 * Nothing without it. `config.ts` refuses the setting outside of tests.
 */
export function failpoint(crashAt: string | undefined): OnTransition {
  return (when, transition) => {
    if (crashAt === `${transition}:${when}`) process.kill(process.pid, 'SIGKILL');
  };
}
