import { type Assumptions } from './assumptions.js';
import { type ColumnType, type ProgramDefinition } from './definition.js';
import { didYouMean, PlanError } from './errors.js';
import { type ColumnDeclaration, type DatasetDescriptor, type PrivacyRequest, type SuiteName } from './plan.js';
import { at, checkDeclaration } from './ranges.js';
import { type ParameterValue, wantedOf } from './parameters.js';
import { MAX_PARTIES } from './suites.js';

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
  readonly rows?: readonly { readonly node: string; readonly dataset: string; readonly rows: number }[];
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

/** The request with names resolved and all but its columns checked. */
export function bindRequest(program: ProgramDefinition, request: PlanRequest): BoundRequest {
  const values = bindParameters(program, request.parameters);
  const parameters = Object.fromEntries(Object.entries(values).filter((each): each is [string, string] => typeof each[1] === 'string'));
  checkParties(request);
  checkRoles(program, request.inputs);
  const seen = new Set<string>();
  const inputs = request.inputs.map((input) => {
    const key = JSON.stringify([input.node, input.dataset]);
    if (seen.has(key)) throw new PlanError('CS0609', `\`${input.dataset}\` of \`${input.node}\` is an input twice`);
    seen.add(key);
    const party = request.parties.indexOf(input.node);
    if (party < 0) throw new PlanError('CS0610', `\`${input.node}\` owns an input but is not among the parties`);
    return { role: input.role, party, descriptor: datasetOf(request.datasets, input.node, input.dataset) };
  });
  return { program, parameters, values, inputs };
}

function bindParameters(program: ProgramDefinition, given: PlanRequest['parameters']): Readonly<Record<string, ParameterValue>> {
  const known = program.parameters.map((p) => p.name);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) {
      const help = known.length === 0 ? [`${program.name} takes no parameters`] : didYouMean(name, known);
      throw new PlanError('CS0602', `\`${program.name}\` has no parameter \`${name}\``, help);
    }
  }
  for (const { name, meaning, default: otherwise } of program.parameters) {
    if (!Object.hasOwn(given, name) && otherwise === undefined) throw new PlanError('CS0603', `\`${program.name}\` needs the parameter \`${name}\``, [`\`${name}\` is ${meaning}`]);
  }
  const parsed = program.parametersSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const definition = program.parameters.find(({ name }) => name === issue!.path[0])!;
  throw new PlanError('CS0604', `the parameter \`${definition.name}\` of \`${program.name}\` is not ${wantedOf(definition)}`, [`\`${definition.name}\` is ${definition.meaning}`]);
}

function checkParties({ parties, receivers, inputs }: PlanRequest): void {
  if (inputs.length === 0) throw new PlanError('CS0605', 'the job has no inputs', ['name at least one dataset and the node that owns it']);
  for (const [who, names] of [['party', parties], ['receiver', receivers]] as const) {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new PlanError('CS0618', `\`${twice}\` is a ${who} twice`);
  }
  if (parties.length < 2) {
    throw new PlanError('CS0616', 'a computation needs at least two parties', ['with one party there is nothing to protect: it can compute the result alone']);
  }
  if (parties.length > MAX_PARTIES) throw new PlanError('CS0617', `${parties.length} parties are more than the ${MAX_PARTIES} that a session takes`);
  if (receivers.length === 0) throw new PlanError('CS0619', 'nobody receives the result', ['name at least one receiver']);
}

function checkRoles(program: ProgramDefinition, inputs: PlanRequest['inputs']): void {
  const known = program.roles.map((role) => role.name);
  for (const { role, node } of inputs) {
    if (!known.includes(role)) throw new PlanError('CS0606', `\`${program.name}\` has no role \`${role}\`, which \`${node}\` is to play`, didYouMean(role, known));
  }
  for (const role of program.roles) {
    const count = inputs.filter((input) => input.role === role.name).length;
    if (count === 0) throw new PlanError('CS0607', `no input of \`${program.name}\` has the role \`${role.name}\``);
    if (count > 1 && role.inputs === 'one') throw new PlanError('CS0608', `\`${program.name}\` takes one input with the role \`${role.name}\`, not ${count}`);
  }
}

function datasetOf(datasets: readonly DatasetDescriptor[], node: string, name: string): DatasetDescriptor {
  const own = datasets.filter((d) => d.node === node);
  const found = own.find((d) => d.name === name);
  if (!found) throw new PlanError('CS0611', `\`${node}\` has no dataset \`${name}\``, didYouMean(name, own.map((d) => d.name)));
  if (!Number.isSafeInteger(found.maxRows) || found.maxRows < 1) throw new PlanError('CS0621', `\`${name}\` of \`${node}\` has a row bound that is not a positive integer`);
  return found;
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
