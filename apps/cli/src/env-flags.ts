import { type Option, type Command } from 'commander';

const NO = new Set(['', '0', 'false', 'no', 'off']);
const shout = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]+/g, '_');

/** COUNTERSIGN_<NOUN>_<VERB>_<FLAG> of a flag of a command. */
const envNameOf = (path: readonly string[], option: Option): string => ['COUNTERSIGN', ...path, (option.long ?? '').replace(/^--(no-)?/, '')].map(shout).join('_');

/** Lets every flag of every command be given in the environment as well; a switch by anything but 0, false, no, off or nothing. */
export function readFlagsFromEnvironment(command: Command, env: NodeJS.ProcessEnv, path: readonly string[] = []): void {
  for (const child of command.commands) readFlagsFromEnvironment(child, env, [...path, child.name()]);
  for (const option of command.options) {
    const name = envNameOf(path, option);
    const value = env[name];
    if (value === undefined) continue;
    const key = option.attributeName();
    if (option.required || option.optional) {
      command.setOptionValueWithSource(key, option.parseArg ? option.parseArg(value, undefined) : value, 'env');
    } else {
      command.setOptionValueWithSource(key, NO.has(value.toLowerCase()) === option.negate, 'env');
    }
  }
}
