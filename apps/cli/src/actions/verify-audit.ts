import { fromBase64Url, verifySignature } from '#pqc';
import { type ApiClient, ApiError, type JobSpec, TRANSITIONS } from '#contract';
import { auditLog, type AuditReport, type Vanishing } from '#tlog';
import { leastPartiesOf, VerificationError, verifyVanished } from '#verify';

/** Where a verifier's trust starts: told once, at `node init`, and never taken from the log itself. */
export interface LogPin {
  readonly origin: string;
  readonly vkey: string;
}

/** What was found beside what the log itself shows: about a job of it. */
interface Finding {
  readonly code: string;
  readonly message: string;
  readonly index?: number;
}
export type AuditVerdict = Omit<AuditReport, 'findings'> & { readonly findings: readonly Finding[] };

/**
 * Fetches the whole log and its checkpoint and derives everything anew: root, signature, order, form, and every step of every job. Where a job went on without a party,
 * its suite is held against the job.
 */
export async function verifyAudit(client: ApiClient, { origin, vkey }: LogPin): Promise<AuditVerdict> {
  const { note, size } = await client.checkpoint();
  const leaves: Uint8Array[] = [];
  for await (const { leaf } of client.everyAuditEntry()) {
    if (leaves.length === size) break;
    leaves.push(fromBase64Url(leaf));
  }
  const report = auditLog(note, leaves, { origin, logVkey: vkey, transitions: TRANSITIONS, leastParties: leastPartiesOf, verifySignature });
  const found = await vanishingsFound(client, report.vanished);
  return { ...report, verified: report.verified && found.length === 0, findings: [...report.findings, ...found] };
}

/** Where what the log says of vanished parties is not what their jobs say. @throws whatever keeps a job from being read */
export async function vanishingsFound(client: Pick<ApiClient, 'job'>, vanished: readonly Vanishing[]): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const each of vanished) {
    try {
      verifyVanished(each, await specOf(client, each.job));
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      found.push({ code: error.code, message: error.message, index: each.index });
    }
  }
  return found;
}

/** What a job asked for. @throws VerificationError CS0684 where the control plane knows no such job: what the log says of it then rests on nothing; ApiError of anything else */
async function specOf(client: Pick<ApiClient, 'job'>, id: string): Promise<JobSpec> {
  try {
    return (await client.job(id)).spec;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'CS0404') throw new VerificationError('CS0684', `the log says that a party vanished from \`${id}\`, and the control plane knows no such job`);
    throw error;
  }
}

/** What is wrong with a log, one line each. */
export const problemsOf = ({ findings }: AuditVerdict): string[] => findings.map(({ code, message, index }) => `${code}${index === undefined ? '' : ` at entry ${index}`}: ${message}`);

/** The parties that jobs went on without, one line each. */
export const vanishedLines = ({ vanished }: AuditVerdict): string[] => vanished.map(({ index, job, party, suite, parties }) => `entry ${index}: ${job} went on without ${party}, as ${suite} of ${parties} may`);
