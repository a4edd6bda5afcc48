import { ProtocolAbort } from '../channel/index.js';

/** What happens by bad luck of the session's hash functions: another session has others. */
export const unlucky = (what: string, step: string): ProtocolAbort => new ProtocolAbort('CS0641', `${what}, which has probability 2^-40; run the job again`, { step });
