import { type ApiClient, type ProgramView } from '#contract';
import { PlanError, PROGRAMS, programByName, readProgram, type ProgramDefinition } from '#program';
import { CliError } from '../failure.js';
import { didYouMean } from '../nearest.js';
import { type SignerHome } from '../signer-home.js';
import { signedBy } from './statement.js';

/**
 * The program of this name: one that is shipped, or one that was published, read strictly and held against the digest that the control plane states.
 * @throws CliError CS0601, CS0932
 */
export async function programNamed(client: Pick<ApiClient, 'program' | 'programs'>, name: string): Promise<ProgramDefinition> {
  const shipped = programByName(name);
  if (shipped) return shipped;
  const known = await client.programs();
  const view = known.find((each) => each.name === name);
  if (!view?.published) throw new CliError('CS0601', `no program is called \`${name}\``, { help: didYouMean(name, [...PROGRAMS, ...known].map((one) => one.name)) });
  return publishedIn(view);
}

/** The program that a view carries. @throws CliError CS0932 unless it is what the view says */
export function publishedIn({ name, digest, published }: ProgramView): ProgramDefinition {
  try {
    const program = readProgram(published?.definition ?? '');
    if (program.name === name && program.digest === digest) return program;
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
  }
  throw new CliError('CS0932', `the program \`${name}\` of the control plane is not what its digest says`);
}

export interface Publishing {
  readonly home: SignerHome;
  readonly client: ApiClient;
  readonly now: Date;
}

/** The signature is needed until the program is taken in. */
const PUBLICATION_VALID_MS = 3_600_000;

/** Signs a program and hands it in under its name. @throws ApiError CS0447 where another one has it */
export function publishProgram({ home, client, now }: Publishing, { name, digest }: ProgramDefinition, definition: string): Promise<ProgramView> {
  const statement = signedBy(home, { type: 'program-publication', issuedAt: now, expiresAt: new Date(now.getTime() + PUBLICATION_VALID_MS) }, { program: { name, digest } });
  return client.publishProgram({ statement, definition });
}
