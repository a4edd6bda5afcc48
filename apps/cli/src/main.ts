import { assertRuntime } from '#pqc';
import { runCommandLine } from './command-line.js';
import { failureOf } from './failure.js';
import { startedAs } from './invocation.js';
import { processStreams } from './terminal.js';

try {
  assertRuntime();
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    streams: processStreams(), env: process.env, clock: () => new Date(), startedAs: startedAs({ script: process.env.COUNTERSIGN_STARTED_AS ?? process.argv[1], cwd: process.cwd(), env: process.env }),
  });
} catch (error) {
  const { code, message, help, exit } = failureOf(error);
  process.stderr.write([`error[${code}]: ${message}`, ...help.map((line) => ` help: ${line}`), ''].join('\n'));
  process.exitCode = exit;
}
