import { text, type CodeTexts } from './code-text.js';

const ALARM = 'Keep what you have, tell the other members, and ask the operator of the control plane. Do not start jobs until it is explained.';

/** CS08xx: the audit log. */
export const AUDIT: CodeTexts = {
  CS0680: text('a job went on without a party where it may not', 'A session goes on without a party only after all have accepted, in a suite that allows it, once for each party, and while enough of them stay. What the log says was none of that.', ALARM),
  CS0681: text('a job was released with receipts that are not those of its parties', 'Every party that accepted signs a receipt, but for those that the log says have vanished.', ALARM),
  CS0800: text('a position is outside of the log', 'An index or size was asked for that the log does not have.', 'Ask within the size of the checkpoint.'),
  CS0801: text('a checkpoint is malformed', 'A checkpoint is a signed note of three lines: name of the log, size, root.', 'Fetch it again.'),
  CS0802: text('a checkpoint is not signed by the pinned key', 'Somebody else signed it, or it was changed.', ALARM),
  CS0803: text('a checkpoint or entry is of another log', 'The name of the log stands in both, so that entries cannot move.', 'See that --origin and --vkey are of this log.'),
  CS0804: text('an entry is missing', 'The entries carry their numbers, and one is not there.', ALARM),
  CS0805: text('entries stand in another order', 'The entries carry their numbers.', ALARM),
  CS0806: text('the log is cut off', 'It has fewer entries than were signed before.', ALARM),
  CS0807: text('an entry was changed', 'The entries do not hash to the root that was signed.', ALARM),
  CS0808: text('the log has two histories', 'It signed one history for one reader and another for the next.', ALARM),
  CS0809: text('an entry is not of its form', 'Entries have one exact text in canonical JSON, without free text.', ALARM),
  CS0810: text('a job went a way that it may not go', 'The steps of every job are followed through the log and held against the legal ones.', ALARM),
  CS0811: text('entries lie after the checkpoint', 'Nobody has signed them yet.', 'Fetch the checkpoint again: one is signed every second.'),
  CS0812: text('the key of the log is malformed', 'It is written as `name+key id+key`, as printed at `node init`.', 'Copy it again.'),
  CS0814: text('the log has no checkpoint yet', 'One is signed within a second of the first entry.', 'Ask again in a second.'),
};
