import { type ColumnNeed, type ColumnType, type ProgramData, type ProgramDefinition, type RoleDefinition } from '../definition.js';
import { PlanError } from '../errors.js';
import { type ParameterDefinition } from '../parameters.js';
import { type Stage } from '../stages.js';
import { DEFAULT_FRACTION_BITS } from '../tensor/builder.js';
import { type RowsOf } from './calls.js';
import { type Expression, Parameter, Recorder } from './expression.js';
import { readProgram } from './parse.js';

type Unnamed<P> = P extends { readonly name: string } ? Omit<P, 'name'> : never;
/** What `column('…')` and its like make. */
export type ParameterSpec = Unnamed<ParameterDefinition>;

export const column = (meaning: string): ParameterSpec => ({ kind: 'column', meaning });
export const columns = (meaning: string): ParameterSpec => ({ kind: 'columns', meaning });
export const number = (meaning: string, limits: { readonly least?: string; readonly most?: string; readonly default?: string } = {}): ParameterSpec => ({ kind: 'number', meaning, ...limits });

/** Columns by name, or by the parameter that names one or several. */
export type ColumnChoice = string | Parameter;

/** The rows of all owners of a role together. */
export interface RowsHandle {
  /** How many there are at most: what tensors of rows are padded to. */
  readonly size: RowsOf;
  /** [rows]: 1 where there is a row, 0 in padding. */
  readonly present: Expression;
  /** [1]: how many rows there are; at least 1. */
  readonly count: Expression;
  /** [rows]: one column in its own units, 0 in padding. */
  column(name: ColumnChoice, options?: ColumnOptions): Expression;
  /** [rows, columns]. */
  columns(names: ColumnChoice | readonly ColumnChoice[], options?: ColumnOptions): Expression;
}
export interface ColumnOptions {
  readonly fractionBits?: number;
  /** In [−1, 1], around the middle of what all owners declare, in place of the columns' own units. */
  readonly scaled?: boolean;
}

export interface AuthorInterface<P extends string> {
  /** The rows of the role `rows`. */
  readonly rows: RowsHandle;
  readonly role: (name: string) => RowsHandle;
  readonly parameters: Readonly<Record<P, Parameter>>;
  constant(values: number | Parameter | readonly (number | Parameter)[], shape?: readonly (number | RowsOf)[]): Expression;
  concat(tensors: readonly Expression[], axis?: number): Expression;
  /** What people see while the steps from here on run, the outermost part first: `stage({ kind: 'epoch', index: 3, of: 10 }, { kind: 'step', index: 23, of: 50 })`; nothing without parts. */
  stage(...parts: Stage): void;
  /** What the receivers learn. */
  open(name: string, tensor: Expression): void;
}

export interface ProgramSpec<P extends string> {
  readonly name: string;
  /** One sentence: what is opened, and to whom. */
  readonly opens: string;
  /** Who owns rows, beside or in place of the role `rows`: one owner of each, or several. */
  readonly roles?: Readonly<Record<string, 'one' | 'one or more'>>;
  readonly parameters?: Readonly<Record<P, ParameterSpec>>;
}

/** A program in the words of its author: `describe` is run once, here, and what it calls is recorded. Throws PlanError CS0670. */
export function program<P extends string = never>(spec: ProgramSpec<P>, describe: (author: AuthorInterface<P>) => void): ProgramDefinition {
  const { name, opens, roles = { rows: 'one or more' }, parameters = {} as Record<P, ParameterSpec> } = spec;
  const recorder = new Recorder();
  const needs = new Map<string, Map<string, ColumnNeed>>();
  const opened: { name: string; tensor: string }[] = [];
  const handles = new Map(Object.keys(roles).map((role) => [role, rowsHandle(recorder, role, (need) => {
    const known = needs.get(role) ?? new Map<string, ColumnNeed>();
    needs.set(role, known.set(JSON.stringify(need), need));
  })]));
  const role = (wanted: string): RowsHandle => {
    const handle = handles.get(wanted);
    if (!handle) throw new PlanError('CS0670', `the program has no role \`${wanted}\``);
    return handle;
  };
  describe({
    role,
    get rows() {
      return role('rows');
    },
    parameters: Object.fromEntries(Object.keys(parameters).map((each) => [each, new Parameter(each)])) as Record<P, Parameter>,
    constant: (values, shape) => {
      const list = Array.isArray(values) ? (values as readonly (number | Parameter)[]) : [values as number | Parameter];
      return recorder.record({ constant: list.map((each) => recorder.numberOf(each)), shape: shape ?? [list.length] });
    },
    concat: (tensors, axis = 0) => recorder.record({ concat: tensors.map((each) => recorder.nameOf(each)), axis }),
    stage: (...parts) => recorder.stage(parts),
    open: (as, tensor) => void opened.push({ name: as, tensor: recorder.nameOf(tensor) }),
  });
  const data: ProgramData = {
    v: 1, name, opens,
    roles: Object.entries(roles).map(([each, inputs]): RoleDefinition => ({ name: each, inputs, rows: 'any', columns: [...(needs.get(each)?.values() ?? [])] })),
    parameters: Object.entries<ParameterSpec>(parameters).map(([each, definition]) => ({ name: each, ...definition }) as ParameterDefinition),
    rowCounts: 'hidden', minimumGroup: 'checked',
    computation: { kind: 'recorded', recording: { steps: recorder.steps, opens: opened, ...(recorder.stages.length > 0 && { stages: recorder.stages }) } },
  };
  // What is written must be what everybody else will be able to read.
  return readProgram(JSON.stringify(data));
}

const NUMERIC: readonly ColumnType[] = ['number', 'integer'];

function rowsHandle(recorder: Recorder, role: string, need: (column: ColumnNeed) => void): RowsHandle {
  const take = (names: readonly ColumnChoice[], { fractionBits = DEFAULT_FRACTION_BITS, scaled = false }: ColumnOptions = {}): Expression => {
    for (const name of names) need(name instanceof Parameter ? { namedBy: name.parameter, types: NUMERIC } : { name, types: NUMERIC });
    return recorder.record({ rows: role, columns: names.map((name) => (name instanceof Parameter ? { parameter: name.parameter } : name)), scaled, fractionBits });
  };
  return {
    size: { rows: role },
    get present() {
      return recorder.record({ present: role });
    },
    get count() {
      return recorder.record({ count: role });
    },
    column: (name, options) => take([name], options).pick(1, 0),
    columns: (names, options) => take(Array.isArray(names) ? (names as readonly ColumnChoice[]) : [names as ColumnChoice], options),
  };
}
