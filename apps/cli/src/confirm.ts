import { createInterface } from 'node:readline/promises';
import { type Cli } from './cli.js';
import { CliError } from './failure.js';

/** Asks yes or no. @throws CliError CS0919 when nobody can be asked and --yes was not given, or the answer is no */
export async function confirm(cli: Cli, question: string): Promise<void> {
  if (cli.options.yes) return;
  if (!cli.terminal.streams.inIsTerminal) throw new CliError('CS0919', 'nothing was done: nobody is here to confirm it', { help: ['add --yes when you are sure'] });
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('CS0919', 'nothing was done');
  } finally {
    prompt.close();
  }
}
