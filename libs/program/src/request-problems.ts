import { type ProgramDefinition } from './definition.js';
import { didYouMean, PlanError } from './errors.js';
import { type ParameterValue, wantedOf } from './parameters.js';
import { type DatasetDescriptor } from './plan.js';
import { MAX_PARTIES } from './suites.js';

/** What of a request can be checked before its columns are looked at. */
export interface NamedRequest {
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly inputs: readonly { readonly node: string; readonly dataset: string; readonly role: string }[];
  readonly parties: readonly string[];
  readonly receivers: readonly string[];
  readonly datasets: readonly DatasetDescriptor[];
}

/** An error with where it is in the request, such as `['parameters', 'column']`. */
export interface RequestProblem {
  readonly at: readonly (string | number)[];
  readonly error: PlanError;
}

/** All that is wrong with a request but for its columns (CS0602 to CS0611, CS0616 to CS0619, CS0621), in the order in which a plan would meet it. */
export function* requestProblems(program: ProgramDefinition, request: NamedRequest): Generator<RequestProblem> {
  yield* parameterProblems(program, request.parameters);
  yield* partyProblems(request);
  yield* roleProblems(program, request.inputs);
  yield* inputProblems(request);
}

function* parameterProblems(program: ProgramDefinition, given: NamedRequest['parameters']): Generator<RequestProblem> {
  const known = program.parameters.map((p) => p.name);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const help = known.length === 0 ? [`${program.name} takes no parameters`] : didYouMean(name, known);
    yield { at: ['parameters', name], error: new PlanError('CS0602', `\`${program.name}\` has no parameter \`${name}\``, help) };
  }
  for (const { name, meaning, default: otherwise } of program.parameters) {
    if (!Object.hasOwn(given, name) && otherwise === undefined) yield { at: ['parameters'], error: new PlanError('CS0603', `\`${program.name}\` needs the parameter \`${name}\``, [`\`${name}\` is ${meaning}`]) };
  }
  const wrong = new Set(program.parametersSchema.safeParse(given).error?.issues.map(({ path }) => path[0]));
  for (const definition of program.parameters) {
    const { name, meaning } = definition;
    if (wrong.has(name) && Object.hasOwn(given, name)) yield { at: ['parameters', name], error: new PlanError('CS0604', `the parameter \`${name}\` of \`${program.name}\` is not ${wantedOf(definition)}`, [`\`${name}\` is ${meaning}`]) };
  }
}

function* partyProblems({ parties, receivers, inputs }: NamedRequest): Generator<RequestProblem> {
  if (inputs.length === 0) yield { at: ['inputs'], error: new PlanError('CS0605', 'the job has no inputs', ['name at least one dataset and the node that owns it']) };
  for (const [who, field, names] of [['party', 'parties', parties], ['receiver', 'receivers', receivers]] as const) {
    for (const [index, name] of names.entries()) if (names.indexOf(name) !== index) yield { at: [field, index], error: new PlanError('CS0618', `\`${name}\` is a ${who} twice`) };
  }
  if (parties.length < 2) {
    yield { at: ['parties'], error: new PlanError('CS0616', 'a computation needs at least two parties', ['with one party there is nothing to protect: it can compute the result alone']) };
  }
  if (parties.length > MAX_PARTIES) yield { at: ['parties'], error: new PlanError('CS0617', `${parties.length} parties are more than the ${MAX_PARTIES} that a session takes`) };
  if (receivers.length === 0) yield { at: ['receivers'], error: new PlanError('CS0619', 'nobody receives the result', ['name at least one receiver']) };
}

function* roleProblems(program: ProgramDefinition, inputs: NamedRequest['inputs']): Generator<RequestProblem> {
  const known = program.roles.map((role) => role.name);
  for (const [index, { role, node }] of inputs.entries()) {
    if (!known.includes(role)) yield { at: ['inputs', index, 'role'], error: new PlanError('CS0606', `\`${program.name}\` has no role \`${role}\`, which \`${node}\` is to play`, didYouMean(role, known)) };
  }
  for (const role of program.roles) {
    const count = inputs.filter((input) => input.role === role.name).length;
    if (count === 0) yield { at: ['inputs'], error: new PlanError('CS0607', `no input of \`${program.name}\` has the role \`${role.name}\``) };
    if (count > 1 && role.inputs === 'one') yield { at: ['inputs'], error: new PlanError('CS0608', `\`${program.name}\` takes one input with the role \`${role.name}\`, not ${count}`) };
  }
}

function* inputProblems({ inputs, parties, datasets }: NamedRequest): Generator<RequestProblem> {
  const seen = new Set<string>();
  for (const [index, { node, dataset }] of inputs.entries()) {
    const key = JSON.stringify([node, dataset]);
    if (seen.has(key)) yield { at: ['inputs', index], error: new PlanError('CS0609', `\`${dataset}\` of \`${node}\` is an input twice`) };
    seen.add(key);
    if (!parties.includes(node)) yield { at: ['parties'], error: new PlanError('CS0610', `\`${node}\` owns an input but is not among the parties`) };
    try {
      datasetOf(datasets, node, dataset);
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      yield { at: ['inputs', index, 'dataset'], error };
    }
  }
}

/** The registered dataset of this name. Throws CS0611, CS0621. */
export function datasetOf(datasets: readonly DatasetDescriptor[], node: string, name: string): DatasetDescriptor {
  const own = datasets.filter((d) => d.node === node);
  const found = own.find((d) => d.name === name);
  if (!found) throw new PlanError('CS0611', `\`${node}\` has no dataset \`${name}\``, didYouMean(name, own.map((d) => d.name)));
  if (!Number.isSafeInteger(found.maxRows) || found.maxRows < 1) throw new PlanError('CS0621', `\`${name}\` of \`${node}\` has a row bound that is not a positive integer`);
  return found;
}
