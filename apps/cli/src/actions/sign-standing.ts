import { type ApiClient, type PolicyView, type ProgramApproval, type ProgramView } from '#contract';
import { type SignerHome } from '../signer-home.js';
import { programNamed } from './programs.js';
import { signedBy } from './statement.js';

interface Signing {
  readonly home: SignerHome;
  readonly client: ApiClient;
  readonly now: Date;
  readonly validForMs: number;
}

const times = ({ now, validForMs }: Signing) => ({ issuedAt: now, expiresAt: new Date(now.getTime() + validForMs) });

/** Says whether this node or person approves of a program, by the digest that it has here. @throws CliError CS0601 */
export async function sayOnProgram(signing: Signing, name: string, verdict: ProgramApproval['verdict']): Promise<ProgramView> {
  const { home, client } = signing;
  const program = await programNamed(client, name);
  return client.approveProgram(name, signedBy(home, { type: 'program-approval', ...times(signing) }, { program: { name, digest: program.digest }, verdict }));
}

/** Agrees that a proposed policy replaces the one in force. Both digests are those that their texts compile to here. */
export function signPolicy(signing: Signing, version: number, { policy, previous }: { readonly policy: string; readonly previous: string }): Promise<PolicyView> {
  return signing.client.signPolicy(version, signedBy(signing.home, { type: 'policy-approval', ...times(signing) }, { policy, previous }));
}
