/** Why a session ends before its result, beside the codes CS0701–CS0710 of libs/mpc. */
export const SESSION_ERRORS = {
  CS0730: 'a peer did not connect in time',
  CS0731: 'a peer presents another key than the one it has registered, or a link that is not post-quantum',
  CS0732: 'no port to listen on',
  CS0733: 'the session took longer than it may',
  CS0734: 'the session process ended',
  CS0735: 'the session was stopped by its worker',
  CS0736: 'a peer stopped the session',
  CS0737: 'a peer was lost',
  CS0738: 'a peer says that it listens where no peer can',
  CS0739: 'a link is slower than the policy allows, or could not be measured',
} as const;
export type SessionErrorCode = keyof typeof SESSION_ERRORS;

/** A session cannot go on. `blame` is the index of the party at fault, where one can be named. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
  readonly blame?: number;
  constructor(readonly code: SessionErrorCode, message: string, { blame, cause }: { readonly blame?: number; readonly cause?: unknown } = {}) {
    super(message, { cause });
    if (blame !== undefined) this.blame = blame;
  }
}
