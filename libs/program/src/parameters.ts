import { z } from 'zod';
import { PlanError } from './errors.js';
import { type Condition } from './plan.js';

/** A parameter of a program; decimals are text, as everywhere in signed objects. One with a default may be left out. */
export type ParameterDefinition = {
  readonly name: string;
  /** One phrase for a form or a help text. */
  readonly meaning: string;
} & (
  | { readonly kind: 'column' | 'text'; readonly default?: string }
  /** Names of columns; given as a list, or as text with commas. */
  | { readonly kind: 'columns'; readonly default?: readonly string[] }
  /** Conditions on rows, such as `income >= 1000`; given as a list, or as text with ` and ` in between. */
  | { readonly kind: 'conditions'; readonly default?: readonly string[] }
  | { readonly kind: 'number'; readonly least?: string; readonly most?: string; readonly default?: string }
  /** Decimal numbers; given as a list, or as text with commas. */
  | { readonly kind: 'numbers'; readonly least?: string; readonly most?: string; readonly default?: readonly string[] }
  | { readonly kind: 'integer'; readonly least: number; readonly most: number; readonly default?: number }
  | { readonly kind: 'choice'; readonly of: readonly string[]; readonly default?: string }
);

export type ParameterValue = string | number | boolean | readonly string[];

const DECIMAL = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;
const MOST_NAMES = 256;

const text = z.string().min(1).max(64);
/** Lists may come as one text from a command line. */
const listOf = (separator: string | RegExp): z.ZodType<readonly string[]> =>
  z.union([z.string().min(1).max(4096).transform((all) => all.split(separator).map((each) => each.trim())), z.array(z.string())])
    .pipe(z.array(z.string().min(1).max(256)).min(1).max(MOST_NAMES));

const decimal = ({ least, most }: { readonly least?: string; readonly most?: string }): z.ZodType<string, string> =>
  z.string().max(40).regex(DECIMAL).refine((value) => (least === undefined || Number(value) >= Number(least)) && (most === undefined || Number(value) <= Number(most)));

/** The schema of a parameter's value; an absent one becomes its default. */
export function schemaOf(parameter: ParameterDefinition): z.ZodType {
  const schema = valueSchema(parameter).describe(parameter.meaning);
  return parameter.default === undefined ? schema : schema.default(parameter.default as never);
}

function valueSchema(parameter: ParameterDefinition): z.ZodType {
  switch (parameter.kind) {
    case 'column': case 'text': return text;
    case 'columns': return listOf(',');
    case 'conditions': return listOf(/ and /);
    case 'choice': return z.enum(parameter.of as [string, ...string[]]);
    case 'number': return z.union([z.string(), z.int().transform(String)]).pipe(decimal(parameter));
    case 'numbers': return listOf(',').pipe(z.array(decimal(parameter)));
    case 'integer': return z.union([z.int().min(parameter.least).max(parameter.most), z.string().regex(/^-?[0-9]{1,15}$/).transform(Number)]).pipe(z.int().min(parameter.least).max(parameter.most));
  }
}

/** What a value that does not fit should have been. */
export function wantedOf(parameter: ParameterDefinition): string {
  switch (parameter.kind) {
    case 'column': return 'the name of a column';
    case 'text': return 'a text of at most 64 characters';
    case 'columns': return 'a list of names of columns';
    case 'conditions': return 'a list of conditions such as `income >= 1000`';
    case 'choice': return `one of ${parameter.of.map((each) => `\`${each}\``).join(', ')}`;
    case 'number': return `a decimal number${betweenText(parameter)}`;
    case 'numbers': return `a list of decimal numbers${betweenText(parameter)}`;
    case 'integer': return `a whole number${betweenText(parameter)}`;
  }
}

const betweenText = ({ least, most }: { readonly least?: string | number; readonly most?: string | number }): string =>
  least === undefined && most === undefined ? '' : ` ${least === undefined ? '' : `from ${least} `}${most === undefined ? 'on' : `to ${most}`}`;

const CONDITION = /^\s*(.+?)\s*(<=|>=|!=|=|<|>)\s*(.+?)\s*$/;

/** `income >= 1000` as data. Throws CS0604. */
export function conditionOf(written: string): Condition {
  const [, column, is, value] = CONDITION.exec(written) ?? [];
  if (column === undefined) throw new PlanError('CS0604', `\`${written}\` is not a condition`, ['write a column, one of < <= > >= = !=, and a value: `income >= 1000`']);
  return { column, is: is as Condition['is'], value: value! };
}
