import { lower } from '../names.js';
import { normalWords } from '../meaning/free-words.js';
import { type DataSelector, type Dates, type Scope } from '../rules.js';
import { type PolicyFacts, type PolicyJob, type UsedFacts } from '../types.js';
import { wallClock } from './wall-clock.js';

interface Asked {
  readonly job: PolicyJob;
  readonly facts: Pick<PolicyFacts, 'now'>;
  /** Told what was looked at. */
  restsOn?(facts: UsedFacts): void;
}

const selects = (selector: DataSelector, { dataset, tags }: PolicyJob['inputs'][number]): boolean =>
  'dataset' in selector ? selector.dataset === dataset : tags.some((tag) => lower(tag) === selector.tag);

const has = (names: readonly string[] | undefined, name: string): boolean => names === undefined || names.includes(name);

/** Whether a permit of this scope covers the whole job: every input, every other party, the purpose as stated, in its time. */
export function covers(scope: Scope, asked: Asked): boolean {
  const { job } = asked;
  if (!has(scope.who, job.requester.node) || !has(scope.programs, job.program.name)) return false;
  const { data, purposes } = scope;
  if (data !== undefined && !job.inputs.every((input) => data.some((selector) => selects(selector, input)))) return false;
  if (purposes !== undefined && (job.purpose === undefined || !purposes.includes(normalWords(job.purpose)))) return false;
  if (scope.agents === true && job.requester.agent !== true) return false;
  if (scope.during !== undefined && !isDuring(scope.during, asked)) return false;
  return scope.with === undefined || (meets(scope.with, job) && job.parties.every((party) => party === job.requester.node || has(scope.with?.nodes, party)));
}

/**
 * Whether a guard, a forbid or a requirement of this scope reaches the job: any input is enough, a job that names no purpose could be for any, and one
 * that does not say that a person asks could be an agent's.
 */
export function reaches(scope: Scope, asked: Asked): boolean {
  const { job } = asked;
  if (!has(scope.who, job.requester.node) || !has(scope.programs, job.program.name)) return false;
  const { data, purposes } = scope;
  if (data !== undefined && !job.inputs.some((input) => data.some((selector) => selects(selector, input)))) return false;
  if (purposes !== undefined && job.purpose !== undefined && !purposes.includes(normalWords(job.purpose))) return false;
  if (scope.agents === true && job.requester.agent === false) return false;
  if (scope.during !== undefined && !isDuring(scope.during, asked)) return false;
  return scope.with === undefined || meets(scope.with, job);
}

const meets = ({ match, nodes }: NonNullable<Scope['with']>, { parties }: PolicyJob): boolean =>
  match === 'all' ? nodes.every((node) => parties.includes(node)) : nodes.some((node) => parties.includes(node));

/** Throws when it is not known what time it is; the rule then fails closed. */
function isDuring({ from, until, zone = 'UTC' }: Dates, asked: Asked): boolean {
  const { now } = asked.facts;
  asked.restsOn?.({ now });
  const { day } = wallClock(now, zone);
  return (from === undefined || day >= from) && (until === undefined || day <= until);
}
