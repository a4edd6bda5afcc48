import { text, type CodeTexts } from './code-text.js';

/** CS026x and CS027x: what an analysis finds in a policy that compiles. */
export const ANALYSIS: CodeTexts = {
  CS0260: text('signatures that can never be given', 'A sentence asks for more different signers than there are, counting each once under all names and keys.', 'Ask for fewer, or register the people who are to sign.'),
  CS0261: text('a permission that is always denied', 'Whatever the sentence allows, another one denies, whoever signs. A prohibition always wins.', 'Take the permission out, or except from the prohibition what is meant.'),
  CS0262: text('a permission that adds nothing', 'Another sentence allows the same already, with no more signatures. Somebody may believe that the stricter sentence holds.', 'Take it out; write `only if` where its signatures are meant for everybody.'),
  CS0263: text('a guard on what nobody may do', 'The sentence limits requests that no sentence allows, often because of a mistyped name.', 'Check the names in it.'),
  CS0264: text('a group that no sentence names', 'It does no harm. Where its members are listed one by one, a change of the group does not reach them.', 'Name the group where its members are meant, or take it out.'),
  CS0265: text('a name that is registered no longer', 'The policy is older than the registry: somebody left, or was registered under another name.', 'Publish the policy with the name that holds now.'),
  CS0266: text('requesters who must sign their own jobs, and must not', 'Since requesters must not sign their own jobs, too few signers are left for those who ask.', 'Ask for fewer signatures, or name further signers.'),
  CS0267: text('a window that never opens in time', 'The dates of the permission hold no time at which the window is open.', 'Change the dates or the window.'),
  CS0268: text('sentences that contradict each other', 'Each leaves something of a permission, both together leave nothing.', 'Change one of them, or let them speak of different requests.'),
  CS0269: text('a limit below what one job may cost', 'A single request with the epsilon that another sentence lets it ask for is more than the whole limit.', 'Raise the limit, or lower the epsilon that a request may ask for.'),
  CS0270: text('a sentence that is over', 'Its last day has passed, and it does nothing any more.', 'Take it out, or write a later date.'),
  CS0271: text('a policy that could never be changed again', 'It asks for signatures to its own change that nobody can give.', 'Ask for fewer, or register the people who are to sign.'),
};
