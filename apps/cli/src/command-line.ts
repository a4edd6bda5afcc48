import { Command, CommanderError } from 'commander';
import { auditCommands } from './commands/audit.js';
import { consortiumCommands } from './commands/consortium.js';
import { jobCommands } from './commands/job.js';
import { ledgerCommands } from './commands/ledger.js';
import { nodeCommands } from './commands/node.js';
import { personCommands } from './commands/people.js';
import { operatorCommands } from './commands/operator.js';
import { policyCommands } from './commands/policy/policy.js';
import { programCommands } from './commands/program.js';
import { referenceCommands } from './commands/reference.js';
import { signingCommands } from './commands/signing.js';
import { readFlagsFromEnvironment } from './env-flags.js';
import { EXIT, type ExitCode } from './exit.js';
import { CliError, failureOf } from './failure.js';
import { commandNamed } from './invocation.js';
import { SEE_HELP, type Surroundings, terminalOf } from './leaf.js';
import { failureJson, failureLines } from './render/failure.js';
import { VERSION } from './root.js';

const GROUPS = [consortiumCommands, nodeCommands, personCommands, policyCommands, jobCommands, signingCommands, ledgerCommands, auditCommands, operatorCommands, programCommands, referenceCommands] as const;

/** The whole command tree. */
export function commandTree(surroundings: Surroundings): Command {
  const { startedAs = 'countersign' } = surroundings;
  const root = new Command('countersign')
    .description(`The policy control plane for post-quantum secure multi-party computation.\nStart with \`${startedAs} demo credit\` or \`${startedAs} up\`.`)
    .version(VERSION, '-V, --version', 'print the version')
    .showHelpAfterError(false)
    .enablePositionalOptions();
  for (const add of GROUPS) add(root, surroundings);
  inherit(root, surroundings);
  return root;
}

function inherit(command: Command, surroundings: Surroundings): void {
  command.exitOverride().configureOutput({ writeOut: surroundings.streams.out, writeErr: () => undefined });
  for (const child of command.commands) inherit(child, surroundings);
}

/** Runs one command and returns the exit code; errors are printed, never thrown. */
export async function runCommandLine(args: readonly string[], outer: Omit<Surroundings, 'exit'>): Promise<ExitCode> {
  const surroundings: Surroundings = { ...outer, exit: EXIT.done };
  try {
    const root = commandTree(surroundings);
    readFlagsFromEnvironment(root, outer.env);
    await root.parseAsync([...args], { from: 'user' });
    return surroundings.exit;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    return report(withHelpOf(error instanceof CommanderError ? usageError(error, args) : error, args, surroundings), args, surroundings);
  }
}

function report(error: unknown, args: readonly string[], surroundings: Surroundings): ExitCode {
  const failure = failureOf(error);
  const json = args.includes('--json');
  const terminal = terminalOf(surroundings, { json: false, color: !args.includes('--no-color') && !json });
  if (json && !(error instanceof CliError && error.details.reported)) surroundings.streams.out(`${JSON.stringify(failureJson(failure), null, 2)}\n`);
  for (const line of failureLines(failure, terminal)) terminal.complain(line);
  if (surroundings.env.COUNTERSIGN_TRACE && error instanceof Error) terminal.complain(error.stack ?? '');
  return failure.exit;
}

/** "See --help" with the command whose help it is. */
function withHelpOf(error: unknown, args: readonly string[], surroundings: Surroundings): unknown {
  if (!(error instanceof CliError) || !error.details.help?.includes(SEE_HELP)) return error;
  const ran = commandNamed(`countersign ${args.join(' ')}`, commandTree(surroundings));
  const help = error.details.help.map((line) => (line === SEE_HELP ? `see \`${['countersign', ...(ran ? pathOf(ran) : [])].join(' ')} --help\`` : line));
  return new CliError(error.code, error.message, { ...error.details, help });
}

/** Names from below the root on. */
const pathOf = (command: Command): string[] => (command.parent ? [...pathOf(command.parent), command.name()] : []);

/** Commander's complaint in our form: one line, in backticks, with what it suggests as help. */
function usageError({ code, message }: CommanderError, args: readonly string[]): CliError {
  if (code === 'commander.help') {
    const command = args.filter((argument) => !argument.startsWith('-')).join(' ');
    return new CliError('CS0901', command ? `\`countersign ${command}\` needs a command after it` : 'a command is needed', { help: [`see \`countersign ${command ? `${command} ` : ''}--help\``] });
  }
  const [line, ...rest] = message.replace(/^error: /, '').split('\n');
  const suggestion = rest.join(' ').replace(/[()]/g, '').trim();
  return new CliError('CS0901', line.replaceAll("'", '`'), { help: [suggestion ? suggestion.toLowerCase() : SEE_HELP] });
}
