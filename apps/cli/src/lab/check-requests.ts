import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isModel } from '#contract';
import { chooseSuite, columnProblems, importOnnx, planJob, PlanError, PROGRAMS, requestProblems, type DatasetDescriptor, type NamedRequest, type ProgramDefinition, type RequestProblem } from '#program';
import { type Diagnostic } from '#policy';
import { loadProgram } from '../actions/build-program.js';
import { plannedFields } from '../actions/submit-job.js';
import { CliError } from '../failure.js';
import { didYouMean } from '../nearest.js';
import { type Loaded } from './load.js';
import { type Lab, type LabRequest } from './schema.js';

type LoadedLab = Loaded<Lab>;

/**
 * What of a plan follows from names, parameters and declarations alone: nothing here has looked at rows, nor at the policy. The other errors depend on how many rows
 * there are, or on the group that a policy asks for.
 */
const WITHOUT_ROWS = new Set(['CS0604', 'CS0612', 'CS0613', 'CS0614', 'CS0615', 'CS0621', 'CS0630', 'CS0632', 'CS0642', 'CS0658']);

/** What would be wrong with the requests of a lab and with its programs once it runs, each with its place: programs, parameters, roles, columns, receivers, suites. */
export async function checkRequests(lab: LoadedLab): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  const own: ProgramDefinition[] = [];
  for (const [index, file] of lab.value.programs.entries()) {
    try {
      own.push(await loadProgram(resolve(lab.folder, file)));
    } catch (error) {
      // A file that is missing is told already.
      if (!(error instanceof PlanError || error instanceof CliError)) throw error;
      if (error.code !== 'CS0908') found.push(lab.failure(error.code, error.message, ['programs', index], error instanceof PlanError ? error.help : error.details.help));
    }
  }
  const programs = new Map([...PROGRAMS, ...own].map((program) => [program.name, program]));
  const datasets = descriptorsOf(lab);
  for (const [index, step] of lab.value.steps.entries()) {
    // A step that expects an error may name what does not exist on purpose.
    if (step.expect_error !== undefined) continue;
    const named = step.request ?? step.approve_program ?? step.withdraw_program;
    if (!named) continue;
    const at = ['steps', index, step.request ? 'request' : step.approve_program ? 'approve_program' : 'withdraw_program'];
    const program = programs.get(named.program);
    if (!program) found.push(lab.failure('CS0601', `no program is called \`${named.program}\``, [...at, 'program'], didYouMean(named.program, [...programs.keys()])));
    if (program && step.request) found.push(...problemsOf(lab, { program, request: step.request, datasets, at }));
  }
  return found;
}

/** The datasets as their owners will register them, as far as that is known before their rows are read. */
function descriptorsOf(lab: LoadedLab): DatasetDescriptor[] {
  return Object.entries(lab.value.nodes).flatMap(([node, { datasets }]) => Object.entries(datasets).map(([name, rule]): DatasetDescriptor => {
    const descriptor = { node, name, tags: rule.tags, maxRows: rule.maxRows ?? 1, columns: rule.columns };
    if (!isModel(rule)) return descriptor;
    try {
      return { ...descriptor, network: importOnnx(readFileSync(resolve(lab.folder, rule.from!))).network };
    } catch {
      // What is wrong with a model its own node says when it reads it.
      return descriptor;
    }
  }));
}

interface Asked {
  readonly program: ProgramDefinition;
  readonly request: LabRequest;
  readonly datasets: readonly DatasetDescriptor[];
  readonly at: readonly PropertyKey[];
}

function* problemsOf(lab: LoadedLab, { program, request, datasets, at }: Asked): Generator<Diagnostic> {
  const { parameters, inputs, parties, receivers, suite, security, privacy } = plannedFields(request, request.as);
  const asked: NamedRequest = { parameters, inputs, parties, receivers, datasets };
  const told = new Set<string>();
  const tell = ({ at: within, error }: RequestProblem): Diagnostic[] => {
    const place = [...at, ...placeIn(request, within)];
    const key = JSON.stringify([place, error.message]);
    // Names of datasets are held against their owners with all other names.
    if (error.code === 'CS0611' || told.has(key)) return [];
    told.add(key);
    return [lab.failure(error.code, error.message, place, error.help, error.code === 'CS0602' ? 'key' : 'value')];
  };
  const problems = [...requestProblems(program, asked)];
  for (const problem of problems) yield* tell(problem);
  const chosen = caught(() => chooseSuite({ suite, majority: security.majority, parties: parties.length }));
  if (chosen instanceof PlanError && parties.length > 1) yield* tell({ at: [request.suite === undefined ? 'majority' : 'suite'], error: chosen });
  if (problems.some(({ error }) => error.code === 'CS0611')) return;
  for (const problem of columnProblems(program, asked)) {
    problems.push(problem);
    yield* tell(problem);
  }
  if (problems.length > 0 || chosen instanceof PlanError) return;
  const planned = caught(() => planJob({ ...asked, program: program.name, definition: program, suite: chosen.suite, assumptions: security.assumptions, minimumGroup: 1, ...(privacy && { privacy }) }));
  if (planned instanceof PlanError && WITHOUT_ROWS.has(planned.code)) yield* tell({ at: planned.code === 'CS0630' || planned.code === 'CS0632' ? ['privacy'] : ['parameters'], error: planned });
}

function caught<T>(act: () => T): T | PlanError {
  try {
    return act();
  } catch (error) {
    if (error instanceof PlanError) return error;
    throw error;
  }
}

/** Where a part of a planned request stands in the lab file, which may have left it out or written it in short. */
function placeIn(request: LabRequest, [field, ...rest]: RequestProblem['at']): readonly PropertyKey[] {
  if (field === 'inputs' && request.inputs === undefined) return rest.length === 0 ? ['nodes'] : rest[1] === 'dataset' ? ['dataset'] : ['nodes', rest[0]!];
  if (field === 'parties' && request.parties === undefined) return request.inputs === undefined ? ['nodes'] : ['inputs'];
  return [field!, ...rest];
}
