import { text, type CodeTexts } from './code-text.js';

const ONE_READING = 'A policy is refused when it can be read in two ways, because a person and a machine might choose differently.';

/** CS02xx: the policy language. */
export const POLICY: CodeTexts = {
  CS0201: text('the policy is too long', 'A policy that nobody can read is no policy; the compiler also bounds its own work.', 'Split it, or define groups.'),
  CS0202: text('a sentence is too long', 'Usually a full stop is missing, so that two sentences became one.', 'End each sentence with a full stop; define a group for long lists.'),
  CS0203: text('a sentence nests too deeply', 'Conditions inside conditions can no longer be followed by a reader.', 'Say it in several sentences: each that says `only if` binds the others.'),
  CS0205: text('a character has no place in a policy', 'Letters that look like others, and characters that cannot be seen, could make a sentence read differently from what it says.', 'Type the character that the message suggests, or remove it.'),
  CS0206: text('a quotation mark is not closed', 'A quoted name ends on its own line.', 'Close the quotation after the name.'),
  CS0207: text('a full stop is missing', 'Each sentence ends with a full stop, and is exactly one rule.', 'Add it where the message points.'),
  CS0208: text('a sentence is not understood', 'It begins like a sentence of the language and then leaves it.', 'Write it like one of the forms that the help names.'),
  CS0209: text('a sentence form is not supported yet', 'The language knows what is meant, but this version does not enforce it, and a rule that is not enforced must not be published.', 'Leave the sentence out, and see to it on another way.'),
  CS0210: text('a verb is not known', 'Verbs decide what a rule does, so none is guessed.', 'Use the verb that the help names, for example `may`, `compute`, `run`, `signs`.'),
  CS0211: text('allowed or required?', '`should`, `shall` and the like do not say whether something is allowed or required. A policy cannot make a node compute either.', 'Write `may` or `must not`.'),
  CS0212: text('a sentence says no twice', 'Two negations in one sentence are read differently by different people.', 'Write `may` if it is allowed, `must not` if it is forbidden, and `unless` for the exception.'),
  CS0213: text('nobody can give this signature', 'The sentence asks for a signature from a role that nobody has, so it could never be satisfied.', 'Name a role that somebody holds, or a node.'),
  CS0214: text('a name is not known', 'Nodes, datasets and programs are known by registration, and groups by a sentence `Define …`. A name that is close is suggested, never assumed.', 'Correct the name, register what it names first, or define the group.'),
  CS0216: text('a name of another kind stands here', 'The sentence needs, say, a dataset where the name of a node stands.', 'Use a name of the kind that the message asks for.'),
  CS0217: text('a number stands where a name belongs', 'Numbers count, names name.', 'Put a name that consists of digits in quotes.'),
  CS0218: text('a list mixes and with or', `"B signs and C signs or D signs" has two meanings. ${ONE_READING}`, 'Group one side with `either … or` or `both … and`, and separate items by commas.'),
  CS0219: text('a quorum can never be met', 'It asks for more signatures than there are signers.', 'Ask for fewer, or name more signers.'),
  CS0220: text('a number is no count', 'Counts are whole numbers of at least one.', 'Write such a number, in digits or as a word.'),
  CS0222: text('a condition cannot be checked by a machine', 'Words such as "if appropriate" leave the decision open.', 'Say who must sign, how many, and by when.'),
  CS0223: text('a condition turns the wrong way', 'Signatures only ever allow more: a rule in which one takes something away, or a missing one grants something, would surprise its signer.', 'Use `only if` to ask for a signature, `unless` to let one lift a prohibition.'),
  CS0224: text('a name has two meanings', ONE_READING, 'Put the name in quotes, or rename one of both.'),
  CS0225: text('a group cannot have this name', 'It is already a word of the language or the name of something else.', 'Choose another name.'),
  CS0226: text('two names stand side by side', 'Without a word between them it is not clear whether both or either is meant.', 'Put `and`, `or` or a comma between them.'),
  CS0227: text('a sentence limits itself twice', 'Two lists of the same kind in one sentence can mean both or either.', 'Join them in one list.'),
  CS0228: text('a part of a sentence is not understood', 'What stands there fits no place of the sentence.', 'Follow the form that the help shows.'),
  CS0229: text('only … needs more', '`Only allow` and `only … may` can mean a permission or a prohibition.', 'Say what is allowed, and with `only if` on what condition. What no sentence allows is denied anyway.'),
  CS0231: text('how many?', 'A group or "data owners" may mean each, any, or some of them.', 'Write `every`, `any`, `at least 2 of` or `a majority of` before it.'),
  CS0232: text('a requirement is not known', 'Requirements are enforced, so only those that can be are accepted.', 'Use one that the help names.'),
  CS0233: text('a group mixes kinds', 'A group holds names of one kind: nodes, datasets or programs.', 'Define one group for each kind.'),
  CS0234: text('a group is defined by itself', 'Following its definition never ends.', 'Remove the name from its own definition.'),
  CS0235: text('who receives is said by exclusion', 'To say who may not receive a result leaves open who may.', 'Write `Only … may receive the result of …`.'),
  CS0290: text('no dataset has this tag', 'A warning: the sentence applies to nothing yet. It will as soon as a dataset with the tag is registered.', 'Correct the tag if it is mistyped.'),
};
