import { basename } from 'node:path';
import { type Command } from 'commander';
import { type DifferenceView, type PolicyChoice, type WhoCanView } from '#contract';
import { analyse, diff, whoCan, type Analysis } from '#policy';
import { isOffline, knownOf, nameFlags, namesOf, type NameFlags } from '../../actions/policy-names.js';
import { compileOrFail } from '../../actions/publish-policy.js';
import { type Cli } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { CliError } from '../../failure.js';
import { readText } from '../../files.js';
import { leaf, type Surroundings } from '../../leaf.js';
import { analysisLines } from '../../render/analysis.js';
import { differenceLines } from '../../render/difference.js';
import { whoCanLines } from '../../render/who-can.js';

interface Question {
  readonly who?: string;
  readonly program?: string;
  readonly dataset?: string;
  readonly purpose?: string;
  readonly receiver?: string;
}

/** `policy analyse`, `diff` and `who-can`. */
export function policyQuestionCommands(policy: Command, surroundings: Surroundings): void {
  leaf<NameFlags & { current?: boolean }>(policy, surroundings, {
    usage: 'analyse [file]', online: true,
    summary: 'what the author of a policy hardly meant, each with a request that shows it; exit 1 where a sentence cannot do what it says',
    flags: (command) => nameFlags(command).option('--current', 'the policy in force, against the names of now'),
    run: async (cli, [file], { current = false, ...flags }) => {
      if (current === (file !== undefined)) throw new CliError('CS0901', 'one policy is analysed: a file, or with `--current` the one in force');
      const analysis = file === undefined ? await cli.reader().analysePolicy() : await analysisOf(cli, file, flags);
      cli.terminal.result(analysis, () => (analysis.findings.length === 0 ? [analysis.note ?? 'nothing was found'] : analysisLines(analysis, cli.terminal)));
      return analysis.findings.some(({ severity }) => severity === 'error') ? EXIT.failed : EXIT.done;
    },
  });

  leaf<NameFlags & { history?: boolean }>(policy, surroundings, {
    usage: 'diff <old> [new]', online: true,
    summary: 'what another policy changes; each is a file or a version, and with one only the other is the policy in force',
    flags: (command) => nameFlags(command).option('--history', 'also which recorded decisions would be made otherwise, and by which sentence'),
    run: async (cli, [first, second], { history = false, ...flags }) => {
      const difference = isOffline(flags) ? await differenceHere(cli, first, second, history, flags) : await cli.reader().comparePolicies({ ...(second === undefined ? {} : { before: choiceOf(first) }), after: choiceOf(second ?? first), history });
      cli.terminal.result(difference, () => differenceLines(difference, cli.terminal));
    },
  });

  leaf<NameFlags & Question>(policy, surroundings, {
    usage: 'who-can [file]', online: true,
    summary: 'all that a policy can ever allow, and with whose signatures (default: the one in force)',
    flags: (command) => nameFlags(command).option('--who <node>', 'who asks (default: --as, else anybody)').option('--program <name>', 'only this program').option('--dataset <name>', 'only this dataset')
      .option('--purpose <text>', 'only for this purpose').option('--receiver <node>', 'only with the result for this node'),
    run: async (cli, [file], { registry, lab, who = cli.asName, program, dataset, purpose, receiver }) => {
      const question = Object.fromEntries(Object.entries({ who, program, dataset, purpose, receiver }).filter(([, value]) => value !== undefined));
      const answer = await whoCanOf(cli, file, { ...(registry === undefined ? {} : { registry }), ...(lab === undefined ? {} : { lab }) }, question);
      cli.terminal.result(answer, () => whoCanLines(answer));
      return answer.possible.length === 0 ? EXIT.denied : EXIT.done;
    },
  });
}

async function analysisOf(cli: Cli, file: string, flags: NameFlags): Promise<Analysis> {
  const names = await namesOf(cli, flags);
  const { policy } = compileOrFail(readText(file, 'policy'), names.registry, file);
  return analyse(policy, knownOf(cli, names, policy));
}

const isVersion = (text: string): boolean => /^[1-9][0-9]{0,8}$/.test(text);
const choiceOf = (text: string): PolicyChoice => (isVersion(text) ? { version: Number(text) } : { file: basename(text), source: readText(text, 'policy') });

async function differenceHere(cli: Cli, before: string, after: string | undefined, history: boolean, flags: NameFlags): Promise<DifferenceView> {
  if (after === undefined || isVersion(before) || isVersion(after) || history) throw new CliError('CS0901', 'versions and recorded decisions are known to a control plane only', { help: ['leave `--registry` and `--lab` out, or compare two files'] });
  const { registry } = await namesOf(cli, flags);
  const [old, now] = [before, after].map((file) => compileOrFail(readText(file, 'policy'), registry, file).policy);
  return { sentences: diff(old, now).sentences };
}

async function whoCanOf(cli: Cli, file: string | undefined, flags: NameFlags, question: Question): Promise<WhoCanView> {
  if (!isOffline(flags)) return cli.asker().whoCan({ ...(file === undefined ? {} : { policy: choiceOf(file) }), ...question });
  if (file === undefined) throw new CliError('CS0901', 'the policy in force is known to a control plane only', { help: ['name a file, or leave `--registry` and `--lab` out'] });
  const names = await namesOf(cli, flags);
  const { policy } = compileOrFail(readText(file, 'policy'), names.registry, file);
  const { possible, ...rest } = whoCan(policy, knownOf(cli, names, policy), question);
  return { possible: possible.map(({ example: _, ...row }) => row), ...rest };
}
