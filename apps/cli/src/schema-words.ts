import { type z } from 'zod';
import { didYouMean } from './nearest.js';

type Issue = z.core.$ZodIssue | z.core.$ZodRawIssue;

const KINDS: Readonly<Record<string, string>> = { string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', tuple: 'a list', object: 'names with values', record: 'names with values' };
const plural = (count: number | bigint, what: string): string => `${count} ${what}${Number(count) === 1 ? '' : 's'}`;
const named = (values: readonly unknown[]): string => {
  const all = values.map((value) => `\`${String(value)}\``);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)!}`;
};
/** Of what is no secret and fits a line. */
const shown = (value: unknown): string => ((typeof value === 'string' && value.length <= 64) || typeof value === 'number' || typeof value === 'boolean' ? `\`${value}\`` : 'this');

/** For `safeParse`: what a value should have been, where its schema does not say so in words of its own. Lower case, without the place. */
export const schemaWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type': return `${KINDS[issue.expected] ?? issue.expected} is expected here`;
    case 'invalid_value': return issue.values.length === 1 ? `only ${named(issue.values)} is known here` : `${shown(issue.input)} is none of ${named(issue.values)}`;
    case 'too_small': case 'too_big': return boundWords(issue);
    case 'unrecognized_keys': return `${named(issue.keys)} ${issue.keys.length === 1 ? 'is' : 'are'} not known here`;
    case 'invalid_format': return `${shown(issue.input)} is not of the form that is needed here`;
    default: return 'it has none of the forms that are known here';
  }
};

function boundWords(issue: Extract<z.core.$ZodRawIssue, { code: 'too_small' | 'too_big' }>): string {
  const [bound, side] = issue.code === 'too_small' ? [issue.minimum, 'at least'] : [issue.maximum, 'at most'];
  if (issue.origin === 'string') return `it has ${side} ${plural(bound, 'character')}`;
  if (issue.origin === 'array' || issue.origin === 'set' || issue.origin === 'map') return `it has ${side} ${Number(bound) === 1 ? '1 entry' : `${bound} entries`}`;
  return `it is ${issue.inclusive === false ? (side === 'at least' ? 'above' : 'below') : side} ${bound}`;
}

/** The nearest of what was possible, for an issue that was parsed with `reportInput`. */
export function schemaHelp(issue: Issue): string[] {
  if (issue.code !== 'invalid_value' || typeof issue.input !== 'string') return [];
  const near = didYouMean(issue.input, issue.values.map(String));
  // The message has the list.
  return near.filter((line) => line.startsWith('did you mean'));
}
/** Whether there is no value at all where one is needed. */
export const isMissing = ({ code, input, path = [] }: Issue): boolean => code !== 'custom' && input === undefined && path.length > 0;

/** How the command line parses what people write. */
export const IN_WORDS = { error: schemaWords, reportInput: true } as const;
