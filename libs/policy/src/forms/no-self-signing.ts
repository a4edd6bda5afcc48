import { type NoSelfSigning } from '../rules.js';
import { type Node } from '../syntax.js';
import { type SentenceForm } from './form.js';

export const noSelfSigningForm: SentenceForm<Node<'noSelfSigning'>, NoSelfSigning> = {
  node: 'noSelfSigning',
  rule: 'no-self-signing',
  meaning: () => ({ kind: 'no-self-signing' }),
  render: () => 'Requesters must not sign their own jobs.',
  explain: () => 'Where the requester is one of those who must sign, the request is denied.',
  // It changes who can sign, see decide/signatures.ts.
  apply: () => undefined,
};
