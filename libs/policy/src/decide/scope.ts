import { normalPurpose } from '../meaning/scope.js';
import { lower } from '../names.js';
import { type DataSelector, type Scope } from '../rules.js';
import { type PolicyJob } from '../types.js';

const selects = (selector: DataSelector, { dataset, tags }: PolicyJob['inputs'][number]): boolean =>
  'dataset' in selector ? selector.dataset === dataset : tags.some((tag) => lower(tag) === selector.tag);

const has = (names: readonly string[] | undefined, name: string): boolean => names === undefined || names.includes(name);

/** Whether a permit of this scope covers the whole job: every input, every other party, the purpose as stated. */
export function covers(scope: Scope, job: PolicyJob): boolean {
  if (!has(scope.who, job.requester.node) || !has(scope.programs, job.program.name)) return false;
  const { data, purposes } = scope;
  if (data !== undefined && !job.inputs.every((input) => data.some((selector) => selects(selector, input)))) return false;
  if (purposes !== undefined && (job.purpose === undefined || !purposes.includes(normalPurpose(job.purpose)))) return false;
  return scope.with === undefined || (meets(scope.with, job) && job.parties.every((party) => party === job.requester.node || has(scope.with?.nodes, party)));
}

/** Whether a guard, a forbid or a requirement of this scope reaches the job: any input is enough, and a job that names no purpose could be for any. */
export function reaches(scope: Scope, job: PolicyJob): boolean {
  if (!has(scope.who, job.requester.node) || !has(scope.programs, job.program.name)) return false;
  const { data, purposes } = scope;
  if (data !== undefined && !job.inputs.some((input) => data.some((selector) => selects(selector, input)))) return false;
  if (purposes !== undefined && job.purpose !== undefined && !purposes.includes(normalPurpose(job.purpose))) return false;
  return scope.with === undefined || meets(scope.with, job);
}

const meets = ({ match, nodes }: NonNullable<Scope['with']>, { parties }: PolicyJob): boolean =>
  match === 'all' ? nodes.every((node) => parties.includes(node)) : nodes.some((node) => parties.includes(node));
