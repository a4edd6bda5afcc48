import { z } from 'zod';
import { type Recording } from './recorded/calls.js';
import { labelledDigest } from './digest.js';
import { type ParameterDefinition, type ParameterValue, schemaOf } from './parameters.js';

export type ColumnType = 'number' | 'integer' | 'category' | 'key';

/** A column that a role must have: the one that a parameter names, a fixed one, or one for every feature of a model. */
export type ColumnNeed =
  | { readonly namedBy: string; readonly types: readonly ColumnType[] }
  | { readonly name: string; readonly types: readonly ColumnType[] }
  | { readonly each: 'feature'; readonly types: readonly ColumnType[] };

export interface RoleDefinition {
  readonly name: string;
  /** How many inputs play it. */
  readonly inputs: 'one' | 'one or more';
  readonly rows: 'any' | 'one';
  readonly columns: readonly ColumnNeed[];
}

/** What every owner of rows computes alone; `column` and `by` are the parameters of these names. */
export type Aggregate = 'count' | 'sum' | 'sum_of_squares' | 'count_by' | 'count_bins' | 'sum_by';

export type Computation =
  /** Each owner computes the aggregates of its own rows; they are added up and opened. */
  | { readonly kind: 'aggregate'; readonly aggregates: readonly Aggregate[]; readonly result: 'count' | 'sum' | 'mean' | 'standard_deviation' | 'histogram' | 'binned_histogram' | 'group_mean' }
  /** scores[i] = Σ_feature rows.feature[i] · model.feature + model.intercept */
  | { readonly kind: 'linear_score'; readonly result: 'scores' }
  /** Steps on tensors that `METHODS` of programs/index.ts writes; another meaning has another name. */
  | { readonly kind: 'tensor'; readonly method: string }
  /** Calls on tensors that a user's program made when it was built. */
  | { readonly kind: 'recorded'; readonly recording: Recording };

/** A program as data. Its digest is what jobs and policies refer to: another meaning is another digest. */
export interface ProgramData {
  readonly v: 1;
  readonly name: string;
  /** One sentence: what is opened, and to whom. */
  readonly opens: string;
  readonly roles: readonly RoleDefinition[];
  readonly parameters: readonly ParameterDefinition[];
  /** Whether the parties learn the exact number of rows of an input (`disclosed`) or only its declared bound. */
  readonly rowCounts: 'hidden' | 'disclosed';
  /** What a minimum group size is held against before anything is opened (`checked`: by the program's own steps), or that the program cannot keep one. */
  readonly minimumGroup: 'count' | 'count_by' | 'count_bins' | 'checked' | 'unsupported';
  readonly computation: Computation;
}

export interface ProgramDefinition extends ProgramData {
  /** Hex SHA-256("countersign/program/1" ‖ 0x00 ‖ JCS(data)). */
  readonly digest: string;
  readonly parametersSchema: z.ZodType<Readonly<Record<string, ParameterValue>>>;
  /** JSON Schema 2020-12 of the parameters, for forms and agents. */
  readonly parametersJsonSchema: Readonly<Record<string, unknown>>;
}

export function defineProgram(data: ProgramData): ProgramDefinition {
  const schema = z.strictObject(Object.fromEntries(data.parameters.map((parameter) => [parameter.name, schemaOf(parameter)])));
  return {
    ...data,
    digest: labelledDigest('countersign/program/1', data),
    parametersSchema: schema as z.ZodType<Readonly<Record<string, ParameterValue>>>,
    parametersJsonSchema: formSchema(schema, data.parameters),
  };
}

/** What a value is when it is left out is part of a form too, also where what is given is not what it becomes. */
function formSchema(schema: z.ZodType, parameters: readonly ParameterDefinition[]): Record<string, unknown> {
  const form = z.toJSONSchema(schema, { io: 'input' });
  for (const { name, default: value } of parameters) if (value !== undefined) Object.assign(form.properties![name]!, { default: value });
  return form as Record<string, unknown>;
}
