/** Every reason for which a worker or a signer refuses a bundle, with what it means. */
export const VERIFICATION_ERRORS = {
  CS0330: 'the bundle is not one',
  CS0331: 'a registration is not validly signed by its own key, or expired',
  CS0332: 'a registration has other keys than those pinned for this name',
  CS0333: 'a key rotation is not validly signed by the key it replaces',
  CS0334: 'a node is registered twice, or not at all',
  CS0335: 'a registration is older than one seen before',
  CS0336: 'a person is not registered with the key that signed',
  CS0337: 'a node is missing that was seen with people of a role that the policy counts whole',
  CS0340: 'the job is not validly signed by its requester, or expired',
  CS0341: 'the job is not to start yet',
  CS0342: 'this node is no party of the job',
  CS0343: 'this node is no receiver of the job',
  CS0344: 'the owner of an input is no party, or a name stands twice',
  CS0345: 'an input is not registered by its owner',
  CS0346: 'the program is unknown, or another than the one named',
  CS0347: 'the security asked for is more than any suite gives',
  CS0350: 'the policy is not accepted by the operator of this node',
  CS0351: 'the policy does not compile',
  CS0352: 'the policy is another than its digest says',
  CS0353: 'a statement is about another policy than the one in force',
  CS0354: 'an approval is not valid',
  CS0355: 'a withdrawal is not valid',
  CS0356: 'a veto is not valid',
  CS0357: 'a statement is about another job',
  CS0358: 'a word on a program is not valid',
  CS0360: 'the policy denies the job',
  CS0361: 'signatures are missing',
  CS0370: 'an accept is not valid',
  CS0371: 'an accept is about another attempt, job or policy',
  CS0372: 'the accepts are not exactly one of each party',
  CS0373: 'an accept states row counts that the program or the registration does not allow',
  CS0684: 'the log says of a vanished party what its job does not',
} as const;
export type VerificationCode = keyof typeof VERIFICATION_ERRORS;

/** Why a bundle is refused: a stable code and one sentence for a person. */
export class VerificationError extends Error {
  override readonly name = 'VerificationError';
  constructor(readonly code: VerificationCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** Runs `check`; any error with a code that it throws becomes a refusal with `code`, its line in the sentence. */
export function refusing<T>(code: VerificationCode, what: string, check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (cause instanceof VerificationError || !(cause instanceof Error)) throw cause;
    const [line] = cause.message.split('\n');
    throw new VerificationError(code, `${what}: ${'code' in cause ? line : 'not of the form that it should have'}`, { cause });
  }
}
