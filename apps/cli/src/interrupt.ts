import { EXIT } from './exit.js';
import { CliError } from './failure.js';

/** A terminal and the process that started this one may both pass on one Ctrl-C. */
const SAME_KEY_MS = 500;

/** A signal that fires on the first Ctrl-C or SIGTERM, so that what runs can clean up; a second Ctrl-C ends the process at once. */
export function interruption(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  let firstAt = 0;
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      if (performance.now() - firstAt > SAME_KEY_MS) process.exit(EXIT.failed);
      return;
    }
    firstAt = performance.now();
    controller.abort(new CliError('CS0921', `interrupted by ${name}`));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      process.off('SIGHUP', stop);
    },
  };
}
