import { type Assumptions } from './assumptions.js';
import { type ColumnType, type ProgramDefinition } from './definition.js';
import { didYouMean, PlanError } from './errors.js';
import { type ColumnDeclaration, type DatasetDescriptor, type PrivacyRequest, type SuiteName } from './plan.js';
import { at, checkDeclaration } from './ranges.js';
import { type ParameterValue } from './parameters.js';
import { datasetOf, requestProblems } from './request-problems.js';

/** The part of a JobSpec that determines its plan, beside what the nodes have registered. */
export interface PlanRequest {
  readonly program: string;
  /** The program itself where it is not one that is shipped; the caller answers for its digest. */
  readonly definition?: ProgramDefinition;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly inputs: readonly { readonly node: string; readonly dataset: string; readonly role: string }[];
  readonly parties: readonly string[];
  readonly receivers: readonly string[];
  /** As `chooseSuite` gives it. Absent: `additive-z64`. */
  readonly suite?: SuiteName;
  /** What correlations may rest on. Absent: `any`. */
  readonly assumptions?: Assumptions;
  readonly datasets: readonly DatasetDescriptor[];
  /** The policy's minimum group size; 1 or less asks for none. */
  readonly minimumGroup: number;
  readonly privacy?: PrivacyRequest;
  /**
   * Exact row counts, of inputs whose program discloses them. Without them the plan is one for `maxRows` rows: right for showing
   * its cost before the workers have accepted, and refused by `evaluateLocal` afterwards.
   */
  readonly rows?: readonly {
    readonly node: string;
    readonly dataset: string;
    readonly rows: number;
    /** This node has not told its number yet, and `rows` stands in for it: the plan is made with it, but not refused because it differs from another node's. */
    readonly assumed?: true;
  }[];
}

/** An input with everything that planning needs looked up. */
export interface BoundInput {
  readonly role: string;
  readonly party: number;
  readonly descriptor: DatasetDescriptor;
}

export interface BoundRequest {
  readonly program: ProgramDefinition;
  /** Those that are text. */
  readonly parameters: Readonly<Record<string, string>>;
  /** All of them, with defaults filled in. */
  readonly values: Readonly<Record<string, ParameterValue>>;
  readonly inputs: readonly BoundInput[];
}

/** The request with names resolved and all but its columns checked. @throws PlanError, the first of `requestProblems` */
export function bindRequest(program: ProgramDefinition, request: PlanRequest): BoundRequest {
  for (const { error } of requestProblems(program, request)) throw error;
  const values = program.parametersSchema.parse(request.parameters);
  const parameters = Object.fromEntries(Object.entries(values).filter((each): each is [string, string] => typeof each[1] === 'string'));
  const inputs = request.inputs.map(({ role, node, dataset }) => ({ role, party: request.parties.indexOf(node), descriptor: datasetOf(request.datasets, node, dataset) }));
  return { program, parameters, values, inputs };
}

/** The exact number of rows where it is known, else the declared bound. Throws CS0623. */
export function rowCountOf({ descriptor }: BoundInput, rows: PlanRequest['rows']): number {
  if (rows === undefined) return descriptor.maxRows;
  const of = `\`${descriptor.name}\` of \`${descriptor.node}\``;
  const known = rows.find((r) => r.node === descriptor.node && r.dataset === descriptor.name);
  if (!known) throw new PlanError('CS0623', `the row count of ${of} is missing`);
  if (!Number.isSafeInteger(known.rows) || known.rows < 1 || known.rows > descriptor.maxRows) {
    throw new PlanError('CS0623', `${of} cannot have ${known.rows} rows: at most ${descriptor.maxRows} are declared`);
  }
  return known.rows;
}

type DeclarationOf<T extends ColumnType> = Extract<ColumnDeclaration, { type: T }>;

/** The declaration of a column that must be there, with one of these types. */
export function columnOf<T extends ColumnType>({ descriptor }: BoundInput, column: string, types: readonly T[]): DeclarationOf<T> {
  const place = { node: descriptor.node, dataset: descriptor.name, column };
  if (!Object.hasOwn(descriptor.columns, column)) {
    throw new PlanError('CS0612', `\`${descriptor.name}\` of \`${descriptor.node}\` has no column \`${column}\``, didYouMean(column, Object.keys(descriptor.columns)));
  }
  const declaration = descriptor.columns[column];
  if (!(types as readonly ColumnType[]).includes(declaration.type)) {
    throw new PlanError('CS0613', `${at(place)} has the type \`${declaration.type}\``, [`this program needs ${types.map((t) => `\`${t}\``).join(' or ')} here`]);
  }
  checkDeclaration(declaration, place);
  return declaration as DeclarationOf<T>;
}

/** The declarations of one column at every node: of one type; ranges may differ, the values of a category may not. */
export function columnOfAll<T extends ColumnType>(inputs: readonly BoundInput[], column: string, types: readonly T[]): DeclarationOf<T>[] {
  const declarations = inputs.map((input) => columnOf(input, column, types));
  const [first, ...others] = declarations as ColumnDeclaration[];
  for (const [index, other] of others.entries()) {
    const here = inputs[0].descriptor;
    const there = inputs[index + 1].descriptor;
    if (other.type !== first.type) {
      throw new PlanError('CS0614', `column \`${column}\` is of type \`${first.type}\` at \`${here.node}\` and of type \`${other.type}\` at \`${there.node}\``, ['declare it alike at both nodes; ranges may differ']);
    }
    if (first.type === 'category' && other.type === 'category' && !sameSet(first.values, other.values)) {
      throw new PlanError('CS0615', `column \`${column}\` has other values at \`${there.node}\` than at \`${here.node}\``, ['declare the same set of values at both nodes, in any order']);
    }
  }
  return declarations;
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((value) => b.includes(value));
