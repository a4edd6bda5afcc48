import { basename, join, parse, resolve } from 'node:path';
import { type Cli } from '../cli.js';
import { EXIT, type ExitCode } from '../exit.js';
import { CliError } from '../failure.js';
import { type LabOutcome } from './run-lab.js';

/** The outcome of a lab, and `more`, on stdout; a failed one throws what failed. */
export function finish(cli: Cli, { report, failure }: LabOutcome, more: Readonly<Record<string, unknown>> = {}): ExitCode {
  cli.terminal.result({ ...report, ...more }, () => []);
  if (failure) throw new CliError(failure.code, failure.message, { ...failure.details, reported: true });
  cli.terminal.say();
  cli.terminal.say(`${report.steps.length === 1 ? 'The step' : `All ${report.steps.length} steps`} went as expected.`);
  return EXIT.done;
}

/** Where a lab leaves its reports: of `credit/lab.yaml` those in `reports/credit`, of another file in one of its own name. */
export function reportsOf(cli: Cli, lab: string): string {
  const { name, dir } = parse(resolve(lab));
  return join(cli.homes.path, 'reports', (name === 'lab' ? basename(dir) : name).replace(/[^\w-]+/g, '-'));
}

export const keptNote = (cli: Cli) => (path: string): void => cli.terminal.note(`homes and logs are kept in ${path}`);
