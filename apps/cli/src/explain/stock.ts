import { text, type CodeTexts } from './code-text.js';

const COSTS_TIME = 'Nothing is lost but the time that making them took, and nothing was used twice; workers make new ones.';

/** CS076x: the stock of correlations that nodes make with each other beforehand. */
export const STOCK: CodeTexts = {
  CS0760: text('another process uses the stock', 'Two workers on one home could hand out the same records, so the second gets none and makes all correlations in its sessions.', 'End the other worker of this home.'),
  CS0761: text('the stock is full', 'It is bounded for each set of parties and in total.', 'Raise COUNTERSIGN_STOCK_SET_BYTES or COUNTERSIGN_STOCK_BYTES where there is disk for it.'),
  CS0762: text('a batch of the stock is not as it was written', 'Its file is missing, cut off or changed. Every chunk is bound to its place in its file under a key of its own, so nothing of it is used.', `${COSTS_TIME} See to the disk if it happens again.`),
  CS0763: text('a file in the stock does not belong there', 'It was left by a crash while it was written, or comes from another set, node or time. It was removed.', COSTS_TIME),
  CS0764: text('the home was restored from an older copy', 'An older copy does not know what was handed out since. The last line of each journal is kept outside of the home as well (COUNTERSIGN_STOCK_MARKERS), and the two do not fit: the home or the markers were restored, moved or copied, or the markers were lost. All of the set was discarded.', `${COSTS_TIME} If this happens at every start, the markers are in a place that does not last: name another.`),
  CS0765: text('a party was restored from an older copy', 'Parties remember of each other how often they have agreed on records, and one of them knows of fewer times than the others do. All discard what they share.', `${COSTS_TIME} Ask which of the nodes went back to a snapshot, and whether it was meant.`),
  CS0766: text('the journal of a set is damaged', 'Its lines do not follow each other, or it could not be written. What was handed out cannot be told, so nothing is any more.', `${COSTS_TIME} See to the disk, then start the worker again.`),
  CS0767: text('another party does not have a batch', 'A batch is of use only where all have their share of it. One was restored, lost it, or never stored it.', COSTS_TIME),
  CS0768: text('a party has another link key now', 'A set belongs to the keys of its parties. After a rotation it is made anew.', COSTS_TIME),
  CS0769: text('what is asked of the stock does not fit it', 'An offer, a batch or a range is not of its form, or rests on what is no longer so. It was refused, and at most records that were leased are lost.', 'Repeat the job. If it happens again, versions may differ: talk to the other nodes.'),
};
