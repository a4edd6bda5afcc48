import { type ApiClient, type JobView } from '#contract';
import { verifyBundle, type VerifiedJob } from '#verify';
import { CliError } from '../failure.js';
import { type SignerHome } from '../signer-home.js';
import { signedBy } from './statement.js';

const DAY_MS = 86_400_000;

/**
 * Fetches a job with everything it rests on and checks it here: keys against the pins of this home, signatures, program, policy, decision.
 * New names are pinned on this first use; `onPin` tells of them.
 * @throws VerificationError
 */
export async function verifyJob(home: SignerHome, client: ApiClient, id: string, now: Date, onPin: (names: readonly string[]) => void = () => undefined): Promise<VerifiedJob> {
  const bundle = await client.jobBundle(id);
  const pins = home.peers();
  const verified = verifyBundle(bundle, { pins, acceptedPolicies: new Set(home.acceptedPolicies().slice(-1).map(({ digest }) => digest)), now });
  if (verified.id !== id) throw new CliError('CS0357', `the control plane sent \`${verified.id}\` where \`${id}\` was asked for`);
  if (Object.keys(verified.newPins).length > 0) {
    home.pin(verified.newPins, now);
    onPin(Object.keys(verified.newPins).filter((name) => !Object.hasOwn(pins, name)));
  }
  return verified;
}

interface Signing {
  readonly home: SignerHome;
  readonly client: ApiClient;
  readonly job: VerifiedJob;
  readonly now: Date;
}

/** A refusal is for good, so it lasts as long as the job; what was signed for a day is taken back for a day. */
function expiryOf(type: 'approval' | 'veto' | 'withdrawal', { job, now }: Signing): Date {
  const ofJob = Date.parse(job.spec.expiresAt);
  return new Date(type === 'veto' ? ofJob : Math.min(ofJob, now.getTime() + DAY_MS));
}

function statementOf(type: 'approval' | 'veto' | 'withdrawal', signing: Signing, fields: Readonly<Record<string, string>> = {}): string {
  const { home, job, now } = signing;
  return signedBy(home, { type, issuedAt: now, expiresAt: expiryOf(type, signing) }, { job: job.digest, policy: job.policy.digest, ...fields });
}

/** Kept here first: a control plane that does not pass it on must not have the worker of this very node compute. */
function keptStatementOf(type: 'veto' | 'withdrawal', signing: Signing, fields?: Readonly<Record<string, string>>): string {
  const { home, job, now } = signing;
  const statement = statementOf(type, signing, fields);
  home.keepStatement({ job: job.digest, type, statement, expiresAt: expiryOf(type, signing).toISOString() }, now);
  return statement;
}

/** Signs that this node or person agrees. @throws CliError CS0918 when the policy does not ask for its signature */
export function approveJob(signing: Signing): Promise<JobView> {
  const { decision, id } = signing.job;
  const { name } = signing.home;
  if (!decision.canSign.includes(name)) {
    const asked = decision.canSign.length > 0 ? `it asks for ${decision.canSign.join(', ')}` : `it asks for none now, or has what it asked for: ${decision.summary}`;
    throw new CliError('CS0918', `the policy does not ask for a signature of \`${name}\` on \`${id}\``, { help: [asked] });
  }
  return signing.client.approve(id, statementOf('approval', signing));
}

/** Signs that this node or person refuses: the job is denied for good. */
export const refuseJob = async (signing: Signing, reason?: string): Promise<JobView> =>
  signing.client.veto(signing.job.id, keptStatementOf('veto', signing, reason === undefined ? {} : { reason }));

/** Takes back the approval. */
export const withdrawApproval = async (signing: Signing): Promise<JobView> => signing.client.withdraw(signing.job.id, keptStatementOf('withdrawal', signing));
