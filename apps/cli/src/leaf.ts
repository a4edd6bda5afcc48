import { type Command, type OptionValues } from 'commander';
import { Cli, type CommonOptions } from './cli.js';
import { EXIT, type ExitCode } from './exit.js';
import { following } from './invocation.js';
import { Terminal, wantsColour, type Streams } from './terminal.js';

/** Help that names the command that ran, once that is known. */
export const SEE_HELP = 'see --help';

/** Where the whole command line runs, and where the exit code of the command goes. */
export interface Surroundings {
  readonly streams: Streams;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: () => Date;
  /** What starts this command line here: `countersign` when left out. */
  readonly startedAs?: string;
  exit: ExitCode;
}

/** One command, without the flags that all have. */
export interface Leaf<O extends OptionValues> {
  /** Name and arguments, e.g. `run <file>`. */
  readonly usage: string;
  /** Another name. */
  readonly alias?: string;
  readonly summary: string;
  /** Whether it talks to a control plane: adds --as and --url. */
  readonly online?: boolean;
  /** Whether it asks before it acts: adds --yes. */
  readonly asks?: boolean;
  readonly flags?: (command: Command) => Command;
  /** Commands as somebody would type them, after the name of the command line. */
  readonly examples?: readonly string[];
  /** An argument that may be left out arrives as undefined. */
  readonly run: (cli: Cli, args: readonly string[], options: O) => Promise<ExitCode | void>;
}

type CommonFlags = CommonOptions & { readonly json?: boolean; readonly quiet?: boolean; readonly color?: boolean };

export const terminalOf = ({ streams, env, startedAs }: Surroundings, { json = false, quiet = false, color = true }: CommonFlags, ran?: Command): Terminal =>
  new Terminal(streams, { json, quiet, colour: !json && wantsColour(streams, env, color), startedAs, ...(ran && { following: (hint: string) => following(hint, ran) }) });

/** Adds a command below `parent`. */
export function leaf<O extends OptionValues = OptionValues>(parent: Command, surroundings: Surroundings, { usage, alias, summary, online = false, asks = false, flags, examples = [], run }: Leaf<O>): Command {
  const command = parent.command(usage).description(summary);
  if (alias !== undefined) command.alias(alias);
  flags?.(command);
  if (online) command.option('--as <name>', 'the node or person to act as, by name').option('--url <url>', 'the control plane');
  if (asks) command.option('-y, --yes', 'do not ask');
  command
    .option('--json', 'the result as JSON on stdout, all else on stderr')
    .option('-q, --quiet', 'results and errors only')
    .option('--no-color', 'plain text')
    .option('--home <folder>', 'keys, pins and data of this installation (default: COUNTERSIGN_HOME or ~/.countersign)');
  if (examples.length > 0) command.addHelpText('after', ['', 'Examples:', ...examples.map((example) => `  ${surroundings.startedAs ?? 'countersign'} ${example}`)].join('\n'));
  return command.action(async (...given: unknown[]) => {
    const options = command.opts<O & CommonFlags>();
    const args = given.slice(0, -2).flatMap((argument) => argument as string | string[]);
    const cli = new Cli({ terminal: terminalOf(surroundings, options, command), env: surroundings.env, clock: surroundings.clock }, options);
    try {
      surroundings.exit = (await run(cli, args, options)) ?? EXIT.done;
    } finally {
      cli.close();
    }
  });
}

export const collect = (value: string, all: readonly string[] = []): string[] => [...all, value];
/** `A, B` as two names, trimmed. */
export const nameList = (value: string, all: readonly string[] = []): string[] => [...all, ...value.split(',').map((name) => name.trim()).filter(Boolean)];
