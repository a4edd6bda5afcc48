import { Accept } from '#contract';
import { readStatement, verifyStatement } from '#pqc';
import type { VerifiedJob } from './bundle.js';
import { refusing, VerificationError } from './errors.js';
import { nodeOf } from './nodes.js';
import type { RowCounts } from './plan.js';

export interface VerifiedAccepts {
  /** By party name. */
  readonly accepts: ReadonlyMap<string, Accept>;
  /** The row counts that the plan depends on; undefined when the program keeps them hidden. */
  readonly rows: RowCounts | undefined;
}

/** Whether the parties learn the exact row count of an input with this role. */
const disclosed = ({ program }: VerifiedJob, role: string): boolean =>
  program.rowCounts === 'disclosed' && program.roles.some(({ name, rows }) => name === role && rows === 'any');

/** The inputs of `node` whose row counts its Accept must state, and no others. */
export const disclosedInputs = (job: VerifiedJob, node: string): string[] =>
  job.spec.inputs.filter((input) => input.node === node && disclosed(job, input.role)).map(({ dataset }) => dataset);

function verifyAccept(jws: string, job: VerifiedJob, attempt: number, now: Date): Accept {
  const accept = refusing('CS0370', 'an accept is refused', () => {
    const { issuer } = Accept.parse(readStatement(jws).payload);
    return Accept.parse(verifyStatement(jws, { type: 'accept', publicKey: nodeOf(job.nodes, issuer).keys.approval, now }));
  });
  const { issuer } = accept;
  if (!job.spec.parties.includes(issuer)) throw new VerificationError('CS0372', `\`${issuer}\` accepted but is no party`);
  if (accept.job !== job.digest || accept.attempt !== attempt || accept.policy !== job.policy.digest) {
    throw new VerificationError('CS0371', `the accept of \`${issuer}\` is about another attempt, job or policy`);
  }
  const expected = disclosedInputs(job, issuer);
  const stated = accept.rows.map(({ dataset }) => dataset);
  if (stated.length !== expected.length || expected.some((dataset) => !stated.includes(dataset))) {
    throw new VerificationError('CS0373', `the accept of \`${issuer}\` does not state exactly the row counts that the program discloses`);
  }
  for (const { dataset, rows } of accept.rows) {
    const { maxRows } = job.datasets.find((each) => each.node === issuer && each.name === dataset)!;
    if (rows > maxRows) throw new VerificationError('CS0373', `\`${issuer}\` states more rows of \`${dataset}\` than its registration allows`);
  }
  return accept;
}

/** Exactly one valid Accept of each party for this attempt. @throws VerificationError CS0370–CS0373 */
export function verifyAccepts(statements: readonly string[], job: VerifiedJob, { attempt, now }: { readonly attempt: number; readonly now: Date }): VerifiedAccepts {
  const accepts = new Map<string, Accept>();
  for (const jws of statements) {
    const accept = verifyAccept(jws, job, attempt, now);
    if (accepts.has(accept.issuer)) throw new VerificationError('CS0372', `\`${accept.issuer}\` accepted twice`);
    accepts.set(accept.issuer, accept);
  }
  const absent = job.spec.parties.find((party) => !accepts.has(party));
  if (absent !== undefined) throw new VerificationError('CS0372', `\`${absent}\` has not accepted`);
  const rows = [...accepts.values()].flatMap((accept) => accept.rows.map(({ dataset, rows }) => ({ node: accept.issuer, dataset, rows })));
  return { accepts, rows: job.program.rowCounts === 'disclosed' ? rows : undefined };
}
