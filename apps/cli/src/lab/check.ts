import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { signerOf } from '#contract';
import { type Diagnostic } from '#policy';
import { didYouMean } from '../nearest.js';
import { checkRequests } from './check-requests.js';
import { invalid, loadYaml, type Loaded } from './load.js';
import { Lab, VERBS, type LabRequest, type LabStep, type Verb } from './schema.js';

export type LoadedLab = Loaded<Lab>;
export const verbOf = (step: LabStep): Verb => VERBS.find((verb) => step[verb] !== undefined) as Verb;

/** Reads a lab file and checks its names, the order of its steps, and that its files are there. @throws CliError CS0908–CS0914 */
export function loadLab(path: string): LoadedLab {
  const lab = loadYaml(path, Lab, 'lab file');
  return withoutProblems(lab, [...checkFiles(lab), ...checkSteps(lab)]);
}

/** The same, and all that can be known of what it asks for before anything runs: programs, parameters, columns, suites. @throws CliError CS0908–CS0914, CS06xx, with every problem that there is */
export async function loadCheckedLab(path: string): Promise<LoadedLab> {
  const lab = loadYaml(path, Lab, 'lab file');
  return withoutProblems(lab, [...checkFiles(lab), ...checkSteps(lab), ...(await checkRequests(lab))]);
}

function withoutProblems(lab: LoadedLab, found: readonly Diagnostic[]): LoadedLab {
  if (found.length > 0) throw invalid('lab file', lab.source, found.toSorted((a, b) => a.span.start.offset - b.span.start.offset));
  return lab;
}

function* checkFiles(lab: LoadedLab): Generator<Diagnostic> {
  const files: (readonly [string, readonly PropertyKey[]])[] = [
    [lab.value.policy, ['policy']],
    ...lab.value.programs.map((file, index) => [file, ['programs', index]] as const),
    ...lab.value.steps.flatMap((step, index) => (step.publish ? [[step.publish.policy, ['steps', index, 'publish', 'policy']] as const] : [])),
    ...Object.entries(lab.value.nodes).flatMap(([node, { datasets }]) =>
      Object.entries(datasets).flatMap(([name, { from }]) => (from === undefined ? [] : [[from, ['nodes', node, 'datasets', name, 'from']] as const]))),
  ];
  for (const [file, at] of files) {
    if (!existsSync(resolve(lab.folder, file))) yield lab.failure('CS0908', `there is no file \`${file}\` in the folder of this lab`, at);
  }
}

function* checkSteps(lab: LoadedLab): Generator<Diagnostic> {
  const jobs: string[] = [];
  for (const [index, step] of lab.value.steps.entries()) {
    const verb = verbOf(step);
    const at = ['steps', index, verb] as const;
    const { as, job } = step[verb] as { as?: string; job?: string };
    if (as !== undefined) yield* (BY_SIGNERS.includes(verb) ? checkSigner : checkNode)(lab, as, [...at, 'as']);
    for (const [position, name] of (step.publish?.signed_by ?? []).entries()) yield* checkSigner(lab, name, [...at, 'signed_by', position]);
    if (step.publish?.accept) for (const [position, node] of step.publish.accept.entries()) yield* checkNode(lab, node, [...at, 'accept', position]);
    if (job !== undefined && !jobs.includes(job)) yield lab.failure('CS0913', `no step before this one requests a job \`${job}\``, [...at, 'job'], didYouMean(job, jobs));
    if (step.request) {
      // A step that expects an error may name what does not exist on purpose.
      if (step.expect_error === undefined) yield* checkRequest(lab, step.request, at);
      if (jobs.includes(step.request.id)) yield lab.failure('CS0914', `the job \`${step.request.id}\` is requested twice`, [...at, 'id'], ['give every request an id of its own']);
      jobs.push(step.request.id);
    }
  }
}

const BY_SIGNERS: readonly Verb[] = ['sign', 'refuse', 'veto', 'withdraw', 'approve_program', 'withdraw_program'];

/** A node, or a person of one. */
function* checkSigner(lab: LoadedLab, name: string, at: readonly PropertyKey[]): Generator<Diagnostic> {
  const known = Object.entries(lab.value.nodes).flatMap(([node, { people }]) => [node, ...Object.keys(people).map((issuer) => signerOf({ issuer, person: { node } }))]);
  if (!known.includes(name)) yield lab.failure('CS0913', `\`${name}\` is no node of this lab and no person of one`, at, didYouMean(name, known));
}

function* checkNode(lab: LoadedLab, name: string, at: readonly PropertyKey[]): Generator<Diagnostic> {
  const known = Object.keys(lab.value.nodes);
  if (!known.includes(name)) yield lab.failure('CS0913', `\`${name}\` is no node of this lab`, at, didYouMean(name, known));
}

function* checkRequest(lab: LoadedLab, request: LabRequest, at: readonly PropertyKey[]): Generator<Diagnostic> {
  for (const field of ['nodes', 'receivers', 'parties'] as const) {
    for (const [position, name] of (request[field] ?? []).entries()) yield* checkNode(lab, name, [...at, field, position]);
  }
  const named = request.inputs?.map(({ node, dataset }, position) => ({ node, dataset, at: [...at, 'inputs', position] as readonly PropertyKey[], field: 'dataset' }))
    ?? (request.nodes ?? []).map((node) => ({ node, dataset: request.dataset ?? '', at, field: 'dataset' }));
  for (const input of named) {
    const owner = lab.value.nodes[input.node] as Lab['nodes'][string] | undefined;
    if (!owner) {
      if (request.inputs) yield* checkNode(lab, input.node, [...input.at, 'node']);
    } else if (!Object.hasOwn(owner.datasets, input.dataset)) {
      yield lab.failure('CS0913', `\`${input.node}\` has no dataset \`${input.dataset}\``, [...input.at, input.field], didYouMean(input.dataset, Object.keys(owner.datasets)));
    }
  }
}
