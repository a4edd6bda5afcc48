import { lineOf } from '#contract';

/** Why a worker refuses or ends an attempt, beside what verification, data, plans and sessions say. */
export const JOB_ERRORS = {
  CS0740: 'this attempt of the job, or a later one, was accepted here before',
  CS0741: 'a registered dataset is not declared on this node',
  CS0742: 'the offer is another job than it says, or came too late',
  CS0743: 'too many sessions run on this node',
  CS0744: 'the worker stopped during the session',
  CS0745: 'a sealed share is missing or was not made by the party that it names',
  CS0746: 'something failed on this node',
  CS0747: 'an order of the control plane does not fit the attempt',
  CS0748: 'the job was started here before',
  CS0749: 'a limit is used up by what this node has counted',
} as const;
export type JobErrorCode = keyof typeof JOB_ERRORS;

export class JobError extends Error {
  override readonly name = 'JobError';
  constructor(readonly code: JobErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

const MAX_REASON = 512;

/** Code and one line of any error. What has no code of ours could hold anything, and files of the home are nobody else's business, so they are not quoted. */
export function reasonOf(error: unknown): { readonly code: string; readonly reason: string } {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && /^CS\d{4}$/.test(code) && code !== 'CS0720' && typeof message === 'string') return { code, reason: lineOf(message.split('\n')[0], MAX_REASON) };
  return { code: 'CS0746', reason: 'something failed on this node; its log says what' };
}
