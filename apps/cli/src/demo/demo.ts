import { join } from 'node:path';
import { type Cli } from '../cli.js';
import { type ExitCode } from '../exit.js';
import { CliError } from '../failure.js';
import { loadLab } from '../lab/check.js';
import { finish, keptNote } from '../lab/finish.js';
import { Narrator } from '../lab/narrator.js';
import { runLab } from '../lab/run-lab.js';
import { didYouMean } from '../nearest.js';
import { ROOT } from '../root.js';

const DEMOS = ['credit'] as const;

export async function runDemo(cli: Cli, name: string, { keep, signal }: { keep: boolean; signal: AbortSignal }): Promise<ExitCode> {
  if (!(DEMOS as readonly string[]).includes(name)) throw new CliError('CS0920', `there is no demo \`${name}\``, { help: didYouMean(name, DEMOS) });
  const lab = loadLab(join(ROOT, 'examples', name, 'lab.yaml'));
  return finish(cli, await runLab(lab, { narrator: new Narrator(cli.terminal), env: cli.world.env, clock: cli.world.clock, signal, keep, onKept: keptNote(cli) }));
}
