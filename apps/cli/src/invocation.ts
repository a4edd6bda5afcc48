import { basename, delimiter, dirname, relative, resolve, sep } from 'node:path';
import { type Command } from 'commander';

/** How this command line was started. */
export interface Started {
  /** The script that Node was given, as it was given. */
  readonly script: string;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const NAME = 'countersign';
/** Flags without which a command that follows would act as somebody else, or elsewhere. */
const CARRIED = ['as', 'url', 'home'] as const;

/** What a shell takes as one word. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : /["$`\\!]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`);

/** What starts the same command line again from the folder where it was started: its name where the shell finds that, else as npm or Node found it. */
export function startedAs({ script, cwd, env }: Started): string {
  // Of npm's: `npx` and scripts of a package both run beside it, where npx finds it again.
  if (env.npm_command !== undefined) return `npx ${NAME}`;
  const hasName = basename(script) === NAME;
  if (hasName && (env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && resolve(cwd, folder) === dirname(script))) return NAME;
  const near = relative(cwd, script);
  // From outside of its folder a path from the root is the clearer one.
  const path = near.startsWith('..') ? script : near.includes(sep) ? near : `.${sep}${near}`;
  return hasName ? shellWord(path) : `node ${shellWord(path)}`;
}

/** A command as it is typed after `ran`: with those flags of it that say as whom and where, if it takes them and does not say so itself. */
export function following(hint: string, ran: Command): string {
  const given = CARRIED.filter((flag) => ran.getOptionValueSource(flag) === 'cli' && !hint.includes(` --${flag} `));
  const next = commandNamed(hint, rootOf(ran));
  const carried = given.filter((flag) => next?.options.some(({ long }) => long === `--${flag}`)).map((flag) => ` --${flag} ${shellWord(String(ran.getOptionValue(flag)))}`);
  return `${hint}${carried.join('')}`;
}

const rootOf = (command: Command): Command => (command.parent ? rootOf(command.parent) : command);

/** The command that a line such as `countersign job show x` runs; undefined where its first word is none. */
export function commandNamed(line: string, root: Command): Command | undefined {
  const words = line.replace(/^(?:[A-Z_]+=\S+ )*countersign /, '').split(' ');
  let found: Command | undefined;
  for (const word of words) {
    const next: Command | undefined = (found ?? root).commands.find((command) => command.name() === word || command.aliases().includes(word));
    if (!next) return found;
    found = next;
  }
  return found;
}

/** As whom the first of these runs a command, where several live in one home. */
export const asFirst = ([name]: readonly string[]): string => (name === undefined ? '' : ` --as ${shellWord(name)}`);
