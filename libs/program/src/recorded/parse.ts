import { z } from 'zod';
import { type ProgramData, type ProgramDefinition, defineProgram } from '../definition.js';
import { PlanError } from '../errors.js';
import { MOST_STAGE_INDEX, MOST_STAGE_PARTS } from '../stages.js';
import { CALLS, type CallName, MOST_STEPS } from './calls.js';

/** A program of somebody else is data from outside: bounded, strict, and nothing in it is ever run. */
export const MOST_PROGRAM_BYTES = 1024 * 1024;

/** What a person sees in one line: no control characters, no marks that turn text round. */
const line = (most: number): z.ZodString => z.string().min(1).max(most).regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'has characters that cannot be seen');
const Identifier = z.string().regex(/^[a-z][A-Za-z0-9_]{0,31}$/, 'is not a short name such as `column`');
const Reference = z.string().regex(/^t(0|[1-9][0-9]{0,5})$/, 'is not the name of a tensor');
const Decimal = z.string().max(400).regex(/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/);
const Bits = z.int().min(-62).max(62);
const Rows = z.strictObject({ rows: Identifier });
const Parameter = z.strictObject({ parameter: Identifier });
const Written = z.union([z.strictObject({ number: Decimal }), Parameter]);
const Size = z.union([z.int().min(0).max(2 ** 31), Rows]);
const Sizes = z.array(Size).max(8);

const Step = z.union([
  z.strictObject({ out: Reference, rows: Identifier, columns: z.array(z.union([line(64), Parameter])).min(1).max(256), scaled: z.boolean(), fractionBits: Bits }),
  z.strictObject({ out: Reference, present: Identifier }),
  z.strictObject({ out: Reference, count: Identifier }),
  z.strictObject({ out: Reference, constant: z.array(Written).max(65_536), shape: Sizes }),
  z.strictObject({ out: Reference, concat: z.array(Reference).min(1).max(256), axis: z.int().min(-8).max(8) }),
  z.strictObject({
    out: Reference, on: Reference, call: z.enum(Object.keys(CALLS) as [CallName, ...CallName[]]),
    with: z.array(z.union([Reference, z.int(), Written, Rows, z.strictObject({ fractionBits: Bits }), Sizes])).max(3),
  }),
]);

const Counted = z.int().min(1).max(MOST_STAGE_INDEX);
const Stage = z.strictObject({
  from: Reference,
  parts: z.array(z.strictObject({ kind: z.enum(['epoch', 'step', 'layer']), index: Counted, of: Counted, name: line(64).optional() }).refine(({ index, of }) => index <= of, 'is beyond the last one')).max(MOST_STAGE_PARTS),
});

const Columns = z.array(z.enum(['number', 'integer', 'category'])).min(1).max(3);
const meaning = { name: Identifier, meaning: line(256) };
const ParameterSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...meaning, kind: z.enum(['column', 'text']), default: line(64).optional() }),
  z.strictObject({ ...meaning, kind: z.literal('columns'), default: z.array(line(64)).max(256).optional() }),
  z.strictObject({ ...meaning, kind: z.literal('number'), least: Decimal.optional(), most: Decimal.optional(), default: Decimal.optional() }),
]);

const Program = z.strictObject({
  v: z.literal(1),
  name: line(64).regex(/^[A-Z][A-Za-z0-9]*( [A-Za-z0-9]+)*$/, 'is not a name such as `Share Above`'),
  opens: line(512),
  roles: z.array(z.strictObject({
    name: Identifier, inputs: z.enum(['one', 'one or more']), rows: z.literal('any'),
    columns: z.array(z.union([z.strictObject({ namedBy: Identifier, types: Columns }), z.strictObject({ name: line(64), types: Columns })])).max(256),
  })).min(1).max(8),
  parameters: z.array(ParameterSchema).max(32),
  rowCounts: z.literal('hidden'),
  minimumGroup: z.literal('checked'),
  computation: z.strictObject({
    kind: z.literal('recorded'),
    recording: z.strictObject({ steps: z.array(Step).max(MOST_STEPS), opens: z.array(z.strictObject({ name: Identifier, tensor: Reference })).min(1).max(64), stages: z.array(Stage).max(MOST_STEPS).optional() }),
  }),
});

/** A recorded program of its JSON text. Throws PlanError CS0671 where it is none. */
export function parseProgram(json: string): ProgramData {
  if (json.length > MOST_PROGRAM_BYTES) throw new PlanError('CS0671', `a program is at most ${MOST_PROGRAM_BYTES} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new PlanError('CS0671', 'the program is not JSON', ['`countersign program build` writes one']);
  }
  return programOf(value);
}

/** A recorded program with its digest. Throws PlanError CS0671. */
export const readProgram = (json: string): ProgramDefinition => defineProgram(parseProgram(json));

/** What `readProgram` reads: the parts of the program that its digest covers. */
export function programJson({ digest: _digest, parametersSchema: _schema, parametersJsonSchema: _json, ...data }: ProgramDefinition): string {
  return JSON.stringify(data);
}

/** The same of what was parsed already. */
export function programOf(value: unknown): ProgramData {
  const parsed = Program.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PlanError('CS0671', `\`${issue!.path.map(String).join('.') || 'the program'}\`: ${issue!.message}`, ['`countersign program build` writes programs']);
  }
  const data = parsed.data as ProgramData;
  unique(data.roles.map(({ name }) => name), 'role');
  unique(data.parameters.map(({ name }) => name), 'parameter');
  for (const role of data.roles) {
    for (const need of role.columns) {
      if ('namedBy' in need && !data.parameters.some(({ name, kind }) => name === need.namedBy && (kind === 'column' || kind === 'columns'))) throw new PlanError('CS0671', `no parameter \`${need.namedBy}\` names columns`);
    }
  }
  parsed.data.computation.recording.steps.forEach((step) => 'rows' in step && checkColumns(data, step.rows, step.columns));
  checkStages(parsed.data.computation.recording);
  unique(parsed.data.computation.recording.opens.map(({ name }) => name), 'opened value');
  return data;
}

/** What the steps read is what the roles say: that is what people look at. */
function checkColumns(data: ProgramData, role: string, columns: readonly (string | { readonly parameter: string })[]): void {
  const needs = data.roles.find(({ name }) => name === role)?.columns ?? [];
  for (const column of columns) {
    const said = needs.some((need) => (typeof column === 'string' ? 'name' in need && need.name === column : 'namedBy' in need && need.namedBy === column.parameter));
    if (!said) throw new PlanError('CS0671', `the role \`${role}\` does not say that a column is read which a step reads`);
  }
}

/** One stage after the other, each from a step on. */
function checkStages({ steps, stages = [] }: { readonly steps: readonly { readonly out: string }[]; readonly stages?: readonly { readonly from: string }[] }): void {
  const places = new Map(steps.map(({ out }, i) => [out, i]));
  stages.forEach(({ from }, i) => {
    const before = i === 0 ? -1 : places.get(stages[i - 1]!.from)!;
    if (!((places.get(from) ?? -1) > before)) throw new PlanError('CS0671', `the stage from \`${from}\` on is not behind the one before it`);
  });
}

function unique(names: readonly string[], what: string): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new PlanError('CS0671', `the ${what} \`${twice}\` is there twice`);
}
