import { PLAN_ERRORS, type PlanErrorCode } from '#program';
import { text, type CodeText, type CodeTexts } from './code-text.js';

const ASK = 'Correct the request; `countersign program show <name>` says what the program takes.';
const DECLARE = 'Have the owners declare it alike and register again.';
const EXPORT = 'Export the model again as the message says.';
const BUG = 'This points to a bug or to different versions: report it.';

const PLANS: Readonly<Record<PlanErrorCode, readonly [meaning: string, action: string]>> = {
  CS0601: ['Programs are a fixed list; each has a digest that jobs and policies refer to.', 'See `countersign program list`.'],
  CS0602: ['A parameter that does nothing might be relied on, so unknown ones are refused.', ASK],
  CS0603: ['The program cannot run without it.', ASK],
  CS0604: ['The parameter names a column.', ASK],
  CS0605: ['A computation on nothing has no owner who could agree to it.', 'Name at least one dataset and the node that owns it.'],
  CS0606: ['Each input plays a role that the program defines.', ASK],
  CS0607: ['Every role of the program needs an input.', ASK],
  CS0608: ['The role takes exactly one input.', ASK],
  CS0609: ['The rows of a dataset would count twice.', 'Name it once.'],
  CS0610: ['Only its owner can bring in a dataset, so the owner computes.', 'Add the owner to the parties, or leave `parties` out.'],
  CS0611: ['Inputs are datasets as their owners registered them.', 'See `countersign data list`.'],
  CS0612: ['The program reads a column that the owner has not declared.', 'See `countersign data list`, or have the owner declare it.'],
  CS0613: ['Sums need numbers, groups need categories.', 'Choose another column.'],
  CS0614: ['Rows of several nodes are added up only when they mean the same.', DECLARE],
  CS0615: ['Groups are made of the declared values, which must be the same everywhere.', DECLARE],
  CS0616: ['With one party there is nothing to protect: it can compute the result alone.', 'Add a second party.'],
  CS0617: ['A session takes up to 16 parties: every pair of them has a link, and for more of them values that are truncated nearly would not keep to their words.', 'Ask with fewer parties. Others can receive the result all the same.'],
  CS0618: ['Each has one part.', 'Name it once.'],
  CS0619: ['A result that nobody learns is not worth its risk.', 'Name at least one receiver.'],
  CS0620: ['Values are fixed-point numbers in 64 bits whose scale follows from the declared ranges and row bounds, so that nothing can overflow. These leave too few digits.', 'Declare narrower ranges or fewer rows.'],
  CS0621: ['A range or bound of the declaration makes no sense.', DECLARE],
  CS0622: ['The policy asks for a minimum number of records in every result, and this program answers about single rows.', 'Exempt the program in the policy, if that is meant, or use another.'],
  CS0623: ['Row counts that the program discloses are signed in the accepts and stay within the registered bound. Regressions by columns need as many rows at every node, since the i-th row is of the same person everywhere.', 'Have the owner register its dataset again, or keep the same rows as the others in the same order.'],
  CS0624: ['A model is one row of weights.', 'Give a dataset of one row.'],
  CS0625: ['The rows that were read are not what the plan was made for.', BUG],
  CS0626: ['What was opened is not what the plan names.', BUG],
  CS0627: ['The policy wants every result to cover a number of records, which was checked on shares before anything was opened.', 'Ask about more records.'],
  CS0628: ['Sessions are bounded in size, so that one job cannot exhaust a node.', 'Ask about fewer rows or columns.'],
  CS0629: ['The plan contradicts itself.', BUG],
  CS0630: ['Noise hides one record among many; this program answers about single records.', 'Ask without `privacy` where the policy allows it, or for a statistic.'],
  CS0631: ['Every party adds noise that hides one record. With so small an epsilon, or so few records, twice its standard deviation is no smaller than the number of records, so any result would be chance.', 'Ask for a larger epsilon, or about more records.'],
  CS0632: ['Epsilon is above 0 and at most 1000. Delta, which the Gaussian mechanism needs, is the chance that the protection fails, so it has to stay below one hundredth of a record among all.', 'Choose them anew, for example epsilon 0.5 and delta 0.000001.'],
  CS0633: ['The ranges of the inputs allow a value that the suite has no words for: 62 bits and a sign modulo 2^64, 59 bits modulo 2^61 − 1. The plan is refused before any share is made, so that no result can be wrong in silence.', 'Declare narrower ranges or fewer fraction bits for what the named value is made of, or choose a suite with longer words.'],
  CS0634: ['Every suite has its own number of parties: `additive-z64` two to sixteen, `replicated-z64` exactly three, `shamir-p61` three to sixteen.', 'Ask for `auto`, or add parties to the job.'],
  CS0640: ['A join puts at most one row of the other table beside each row, so that two rows of one key have no place. The rows are named, the key is not.', 'Give the dataset a `sql` query that leaves one row for each key, for example with `group by`.'],
  CS0642: ['Tables are joined by two parties that hold additive shares, with at most 4,194,304 rows each.', 'Ask for the suite `additive-z64`, or declare a smaller row bound.'],
  CS0650: ['A model is read field by field, and what is not known is refused: its meaning would be guessed. Weights in other files, sparse tensors, functions and subgraphs are not read.', 'Export the model into one `.onnx` file.'],
  CS0651: ['The size of a model is bounded, so that a file cannot exhaust who reads it: 256 MiB, 4096 nodes, 16 million weights.', 'Use a smaller model.'],
  CS0652: ['The operators that are computed privately are a list, which the message gives. Another one is named with its node.', 'Replace the operator, or leave that part of the model out and compute it in the clear before or after.'],
  CS0653: ['The operator is known, but not with this attribute or operand. What says how an operator works (shapes, axes, bounds, statistics) has to be in the file.', EXPORT],
  CS0654: ['Operators have changed their meaning over the versions of ONNX. Operator sets 6 to 22 are read.', EXPORT],
  CS0655: ['Weights and inputs are real numbers (`float` or `double`), integers only say shapes and axes.', EXPORT],
  CS0656: ['What a network costs and what its values can be is known before it runs, so every size is, but for the number of rows of a batch, which comes first.', EXPORT],
  CS0657: ['A node reads what no node before it makes, or shapes do not fit.', 'Check the model with a tool of ONNX, and export it again.'],
  CS0658: ['Each row of the data is one input of the network, so it has as many columns as the input has elements.', 'Choose the dataset that the model was made for.'],
  CS0659: ['A weight is not finite, a statistic makes no sense, or the weights are not those whose bounds were registered. No value is shown.', 'Check the model, and register it again.'],
  CS0660: ['Values of the node that is named lie outside of the ranges or categories that it has declared, or are blank. This was checked on shares, and nothing but that it is so was opened; the values stay hidden. It is no proof against that node: everybody is taken to follow the protocol, and any party that changed its share of the bit could have made it look so.', 'Have the node correct its data or its declaration.'],
  CS0661: ['The job puts columns of several nodes beside each other, row by row, and compares the keys of these rows on shares. Those of the node that is named are others than those of the node that has what is told. Nothing but that they differ was opened.', 'Have both nodes keep the same rows, sorted by the key: `sql: select … order by …`.'],
  CS0673: ['What a node computes of its own data alone it computes in the clear, on its word. A check on shares is there so that nobody needs that word, so what is checked has to be what everything else is made of, on shares.', 'Have the author of the program mark the input that is named with `onShares`.'],
  CS0670: ['A program is recorded by running it once: what it calls on tensors is written down. Something that it did has no such form.', 'Correct the program; docs/how-to/write-a-program.md has an example of every kind.'],
  CS0671: ['Programs of others are read strictly and bounded in size, because every node plans with them.', 'Build it anew with `countersign program build`.'],
  CS0675: ['A job may say what it rests on (`--assumptions`), and a session then makes its correlations from nothing that rests on more.', 'Name no source of transfers, or one that the profile allows; docs/explanation/suites.md lists what each rests on.'],
  CS0672: ['The recorded steps of the program do not fit the request: a name, a shape or a kind of argument.', 'Have its author run `countersign program check` and publish a new version.'],
};

/** CS06xx: programs and plans. */
export const PROGRAM_TEXTS: CodeTexts = Object.fromEntries(
  Object.entries(PLAN_ERRORS).map(([code, title]): [string, CodeText] => [code, text(title, ...PLANS[code as PlanErrorCode])]),
);
