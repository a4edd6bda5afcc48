import { type Command } from 'commander';
import { CliError } from '../failure.js';
import { ONE_FORM, RequestRule } from '../lab/schema.js';
import { collect, nameList, SEE_HELP } from '../leaf.js';
import { IN_WORDS, isMissing, schemaHelp } from '../schema-words.js';

export interface InputFlags {
  readonly dataset?: string;
  readonly nodes?: string[];
  readonly input?: string[];
  readonly param?: string[];
  readonly receivers: string[];
  readonly parties?: string[];
  readonly purpose?: string;
  readonly agent?: boolean;
  readonly epsilon?: string;
  readonly delta?: string;
  readonly mechanism?: string;
  readonly suite?: string;
  readonly majority?: string;
  readonly assumptions?: string;
}

/** The flags that describe a request. */
export const inputFlags = (command: Command): Command => command
  .option('--dataset <name>', 'one dataset name at several nodes')
  .option('--nodes <names>', 'the nodes whose dataset it is, separated by commas', nameList)
  .option('--input <node:dataset:role>', 'an input with a role; may be repeated', collect)
  .option('--param <name=value>', 'a parameter of the program; may be repeated', collect)
  .requiredOption('--receivers <names>', 'who learns the result, separated by commas', nameList)
  .option('--parties <names>', 'who computes (default: the owners of the inputs)', nameList)
  .option('--purpose <text>', 'what for')
  .option('--epsilon <decimal>', 'differential privacy: noise that hides any one row, the more the smaller, e.g. 0.5')
  .option('--delta <decimal>', 'with --mechanism gaussian: the chance that this fails, e.g. 0.000001')
  .option('--mechanism <name>', 'laplace (default) or gaussian')
  .option('--suite <name>', 'how shares are made: additive-z64, replicated-z64 or shamir-p61 (default: auto, by --majority and the number of parties)')
  .option('--majority <kind>', 'what the job may rest on: dishonest (default) hides inputs from all other parties together, honest from fewer than half of them')
  .option('--assumptions <profile>', 'what may have to be hard: any (default), no-lpn or module-lwe-only; whichever sends least of what that allows is taken')
  .option('--agent', 'an AI agent asks, on behalf of this node: rules about agents apply');

/** The request that flags describe. @throws CliError CS0901 naming the flag */
export function requestFrom(program: string, { dataset, nodes, input, param, receivers, parties, purpose, agent, epsilon, delta, mechanism, suite, majority, assumptions }: InputFlags): RequestRule {
  const isPrivate = epsilon !== undefined || delta !== undefined || mechanism !== undefined;
  const parsed = RequestRule.safeParse({
    program, dataset, nodes, receivers, parties, purpose, agent, suite, majority, assumptions,
    inputs: input?.map(inputOf),
    parameters: Object.fromEntries((param ?? []).map(parameterOf)),
    ...(isPrivate && { privacy: { epsilon, delta, mechanism } }),
  }, IN_WORDS);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const help = schemaHelp(issue);
  throw new CliError('CS0901', `${placeOf(issue.path)}${isMissing(issue) ? 'it is needed' : issue.message === ONE_FORM ? 'a request has either `--input`, or `--dataset` and `--nodes`' : issue.message}`, { help: help.length > 0 ? help : [SEE_HELP] });
}

/** The flag that a part of a request came from. */
function placeOf([field, name, part]: readonly PropertyKey[]): string {
  switch (field) {
    case undefined: return '';
    case 'program': return 'the program: ';
    case 'inputs': return `\`--input\`${part === undefined ? '' : `, ${String(part)}`}: `;
    case 'parameters': return `\`--param ${String(name)}\`: `;
    case 'privacy': return name === undefined ? '' : `\`--${String(name)}\`: `;
    default: return `\`--${String(field)}\`: `;
  }
}

function inputOf(text: string): { node: string; dataset: string; role: string } {
  const parts = text.split(':').map((part) => part.trim());
  if (parts.length < 2 || parts.length > 3 || parts.includes('')) throw new CliError('CS0901', `\`${text}\` is no input`, { help: ['write node:dataset:role, for example "Bank A:Weights:model"'] });
  const [node, dataset, role = 'rows'] = parts;
  return { node, dataset, role };
}

/** @throws CliError CS0901 */
export function parameterOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new CliError('CS0901', `\`${text}\` is no parameter`, { help: ['write name=value, for example column=annual_inc'] });
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
