import { lockOut, publication } from '../decide/publication.js';
import { withSignatures } from '../requests/supposed.js';
import { type Check } from './looking.js';

/** A policy that nobody could ever replace. */
export const lockedOut: Check = function* ({ policy, known: { signers, now } }) {
  const all = lockOut(policy, signers);
  for (const rule of all) {
    const facts = withSignatures({ now, signers, signatures: [] }, () => true);
    yield {
      code: 'CS0271', severity: 'error', rules: [rule],
      message: 'nobody could ever change this policy: the signatures that it needs can never be given',
      help: ['ask for fewer, or register more people before this is published'],
      example: { facts, outcome: publication(policy, facts).outcome, shows: 'everybody who can sign has signed the next policy, and it may not replace this one' },
    };
  }
};
