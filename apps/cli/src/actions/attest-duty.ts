import { JobSpec, type ApiClient, type DutyView } from '#contract';
import { readStatement } from '#pqc';
import { dutyIdOf, jobDigestOf } from '#verify';
import { CliError } from '../failure.js';
import { type SignerHome } from '../signer-home.js';
import { signedBy } from './statement.js';

/** An attestation is evidence: it outlives everything else. */
const VALID_MS = 10 * 365 * 86_400_000;

interface Attesting {
  readonly home: SignerHome;
  readonly client: ApiClient;
  readonly id: string;
  readonly note?: string | undefined;
  readonly now: Date;
}

/** Signs that this node or person did what it owes under `id`. The digests that are signed are those that the id and the job's own request lead to. @throws CliError CS0931, ApiError */
export async function attestDuty({ home, client, id, note, now }: Attesting): Promise<DutyView> {
  const duty = await dutyOf(client, home.name, id);
  const job = await client.job(duty.job);
  const digest = jobDigestOf(JobSpec.parse(readStatement(job.statement).payload));
  if (dutyIdOf(duty.digest) !== id || digest !== job.digest) throw new CliError('CS0931', `the control plane shows \`${id}\` with digests that are not its own`);
  const statement = signedBy(home, { type: 'attestation', issuedAt: now, expiresAt: new Date(now.getTime() + VALID_MS) }, { job: digest, duty: duty.digest, ...(note === undefined ? {} : { note }) });
  return client.attest(id, statement);
}

async function dutyOf(client: ApiClient, by: string, id: string): Promise<DutyView> {
  for await (const duty of client.everyDuty({ by })) if (duty.id === id) return duty;
  throw new CliError('CS0930', `\`${by}\` owes nothing called \`${id}\``, { help: ['see `countersign duty list`'] });
}
