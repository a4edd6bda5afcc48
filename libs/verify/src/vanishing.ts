import { nodeIdOf, type JobSpec } from '#contract';
import { leastParties, PlanError, SUITES, type SuiteName } from '#program';
import { jobDigestOf } from './bundle.js';
import { VerificationError } from './errors.js';
import { suiteOfJob } from './suite.js';

/** How many of so many parties have to stay in the suite of this name; undefined for one that there is not. */
export const leastPartiesOf = (suite: string, parties: number): number | undefined => (Object.hasOwn(SUITES, suite) ? leastParties(suite as SuiteName, parties) : undefined);

/**
 * Whether a job goes on without the parties named `gone`: enough of the others are left for its suite, and one of its receivers is. Which parties are gone, and that the
 * inputs were shared before, is for the caller to know.
 */
export function goesOnWithout({ suite, security, parties, receivers }: Pick<JobSpec, 'suite' | 'security' | 'parties' | 'receivers'>, gone: ReadonlySet<string>): boolean {
  const left = parties.filter((name) => !gone.has(name)).length;
  return left >= leastParties(suiteOfJob({ suite, security, parties }), parties.length) && receivers.some((name) => !gone.has(name));
}

/** What a leaf of the audit log says of a job that went on without a party. */
export interface SaidOfVanished {
  readonly req?: string;
  readonly suite: string;
  /** Id of the node. */
  readonly party: string;
  readonly parties: number;
}

/**
 * Holds what the log says of a vanished party against the job itself, which its requester has signed: that it is the job of the leaf, in this suite, of so many parties, of which this is one.
 * @throws VerificationError CS0684
 */
export function verifyVanished({ req, suite, party, parties }: SaidOfVanished, spec: JobSpec): void {
  const wrong = (what: string) => new VerificationError('CS0684', `the log says that a party vanished from a job ${what}`);
  if (jobDigestOf(spec) !== req) throw wrong('that is another than the one shown');
  if (spec.parties.length !== parties) throw wrong(`of ${parties} parties, and it has ${spec.parties.length}`);
  if (!spec.parties.some((name) => nodeIdOf(name) === party)) throw wrong('of which it is no party');
  try {
    if (suiteOfJob(spec) !== suite) throw wrong(`of \`${suite}\`, which runs in another suite`);
  } catch (error) {
    throw error instanceof PlanError ? wrong('that no suite fits') : error;
  }
}
