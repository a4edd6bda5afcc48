import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PlanError, readProgram, type ProgramDefinition } from '#program';
import { CliError } from '../failure.js';
import { readText } from '../files.js';
import { AUTHOR_MODULE } from '../root.js';

/** What an author's file imports; wherever the file lies, it is this installation's. */
const SPECIFIER = 'countersign/program';

/** A program from its source (`.ts`, `.mts`, `.js`, `.mjs`, run once and recorded) or from what was built of it (`.json`). @throws CliError CS0908, CS0933, PlanError CS067x */
export async function loadProgram(path: string): Promise<ProgramDefinition> {
  if (path.endsWith('.json')) return readProgram(readText(path, 'program'));
  if (!/\.m?[jt]s$/.test(path)) throw new CliError('CS0933', `\`${path}\` is neither a TypeScript file nor a built program`, { help: ['`countersign program build my-program.ts` makes my-program.json'] });
  readText(path, 'program');
  const hooks = registerHooks({ resolve: (specifier, context, next) => (specifier === SPECIFIER ? { url: AUTHOR_MODULE, shortCircuit: true } : next(specifier, context)) });
  let made: unknown;
  try {
    made = ((await import(pathToFileURL(resolve(path)).href)) as { default?: unknown }).default;
  } catch (error) {
    if (error instanceof PlanError) throw error;
    throw new CliError('CS0933', `\`${path}\` fails: ${(error as Error).message.split('\n')[0]}`, { cause: error });
  } finally {
    hooks.deregister();
  }
  const program = made as Partial<ProgramDefinition> | undefined;
  if (program?.computation?.kind !== 'recorded') throw new CliError('CS0933', `\`${path}\` does not export a program`, { help: ["write `export default program({ name: 'My Program', opens: '…' }, ({ rows, open }) => { … });`"] });
  return program as ProgramDefinition;
}
