import { ProgramApproval, signerOf } from '#contract';
import { readStatement, statementDigest, verifyStatement } from '#pqc';
import { refusing, VerificationError, type VerificationCode } from './errors.js';
import type { VerifiedNode } from './nodes.js';
import { approvalKeyOf, type SignedBy } from './signers.js';

interface Kind<T> {
  readonly type: string;
  readonly schema: { parse(value: unknown): T };
  readonly code: VerificationCode;
}
interface Against {
  readonly nodes: ReadonlyMap<string, VerifiedNode>;
  readonly now: Date;
}

/** The statements whose signature by a registered node or person is valid now, each once however often it was sent. Throws `code`, CS0334, CS0336. */
function verifiedOf<T extends SignedBy>(all: readonly string[], { type, schema, code, nodes, now }: Kind<T> & Against): T[] {
  const seen = new Map<string, T>();
  for (const jws of all) {
    const verified = refusing(code, `a ${type} is refused`, () => {
      const publicKey = approvalKeyOf(nodes, schema.parse(readStatement(jws).payload));
      return schema.parse(verifyStatement(jws, { type, publicKey, now }));
    });
    seen.set(statementDigest(jws), verified);
  }
  return [...seen.values()];
}

interface AboutJob extends SignedBy {
  readonly job: string;
  readonly policy: string;
}

/** Verified statements about this very job under this very policy. */
export function statementsOf<T extends AboutJob>(all: readonly string[], { job, policy, ...check }: Kind<T> & Against & { readonly job: string; readonly policy: string }): T[] {
  const verified = verifiedOf(all, check);
  for (const statement of verified) {
    if (statement.job !== job) throw new VerificationError('CS0357', `the ${check.type} of \`${signerOf(statement)}\` is about another job`);
    if (statement.policy !== policy) throw new VerificationError('CS0353', `the ${check.type} of \`${signerOf(statement)}\` is about another policy`);
  }
  return verified;
}

/** Verified standing words on the program with this digest. */
export function programApprovalsOf(all: readonly string[], { program, ...against }: Against & { readonly program: string }): ProgramApproval[] {
  const verified = verifiedOf(all, { ...against, type: 'program-approval', schema: ProgramApproval, code: 'CS0358' });
  const other = verified.find((statement) => statement.program.digest !== program);
  if (other) throw new VerificationError('CS0358', `the word of \`${signerOf(other)}\` is on another program than the job's`);
  return verified;
}
