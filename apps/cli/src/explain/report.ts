import { text, type CodeTexts } from './code-text.js';

/** CS0685–CS0689: reports on results. */
export const REPORT: CodeTexts = {
  CS0685: text('this node does not receive the result', 'A report holds the result, which the job opens to its receivers and to nobody else.', 'Act as a receiver, with --as, on the machine where its home is.'),
  CS0686: text('there is no result to report', 'The job is not released, or has ended without a result, or the result was deleted, as a duty may want.', 'See `countersign job show`; `countersign job watch` follows a job to its end.'),
  CS0687: text('the control plane shows another job or program than was asked for', 'The id of a job follows from what was signed, and its program from a digest; these do not fit.', 'Keep what you have, tell the other members, and ask the operator of the control plane.'),
  CS0688: text('a file that is no report is in the way', 'A report replaces an older report, and nothing else.', 'Name another file with --out, or move that one away.'),
  CS0689: text('a report cannot be written', 'The folder or the disk does not take the file; the result stays where it is.', 'Name another file with --out.'),
};
