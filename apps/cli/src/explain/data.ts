import { text, type CodeTexts } from './code-text.js';

const NOTHING_LEFT = 'The check comes before any share is made, so nothing has left this node.';
const MEND = 'Correct the data, or declare the column as it really is and register again.';

/** CS05xx: reading a node's own data. Messages name row and column, never a value. */
export const DATA: CodeTexts = {
  CS0501: text('a data file cannot be read', 'It is missing, or this account may not read it.', 'Correct the path; it is relative to the file that declares the dataset.'),
  CS0502: text('a path leads out of the folder of the data', 'A dataset reads only below the folder of the file that declares it, links followed, so that a declaration cannot reach anything else on the machine.', 'Put the file into that folder.'),
  CS0503: text('a data file is of a kind that is not read', 'CSV and Parquet files are read, named without patterns.', 'Convert it, or select from it with `sql`.'),
  CS0504: text('a data file is damaged', 'Its lines or its structure are broken; the message says where.', 'Mend it at its source.'),
  CS0505: text('a dataset has no rows', `Computing with an empty dataset would tell others that it is empty. ${NOTHING_LEFT}`, 'See that the file or the query holds rows.'),
  CS0506: text('a dataset has more rows than it may', 'Others plan with the registered upper bound of rows, and overflow is excluded only below it.', 'Register the dataset again: the bound follows the data.'),
  CS0507: text('a dataset lacks a declared column', `The columns that others were told of must be there. ${NOTHING_LEFT}`, 'Correct the name in the declaration or in the file.'),
  CS0508: text('a dataset has a column twice', 'It is not clear which one is meant.', 'Rename one of them.'),
  CS0509: text('a number column holds text', `Numbers are plain decimals with a point, without separators. ${NOTHING_LEFT}`, MEND),
  CS0510: text('a value is not finite', 'Infinity and NaN have no place in a sum.', MEND),
  CS0511: text('an integer column holds a fraction', 'The column is declared as integer.', 'Declare it as number, or correct the data.'),
  CS0512: text('a value is outside its declared range', `Ranges fix the precision and exclude overflow, so no value beyond them may enter. ${NOTHING_LEFT}`, MEND),
  CS0513: text('a value is blank', 'There is no value to compute with, and none is invented.', 'Fill it in, or leave such rows out with `sql`.'),
  CS0514: text('a category is not declared', 'Others learn results for the declared values only.', MEND),
  CS0515: text('a column is of a type that cannot be read', 'Its stored type does not fit its declaration.', 'Convert it with `sql`, for example with `cast(… as double)`.'),
  CS0516: text('a query is not one single select', 'A dataset is one `select`; anything else could change or reach something.', 'Write one select.'),
  CS0517: text('a query fails', 'The database says why.', 'Correct it; the files of the folder are tables by their names.'),
  CS0518: text('a query reaches for what it may not read', 'It may read the files of its own folder, no other file, no network.', 'Use the files of the folder.'),
  CS0519: text('reading took too long', 'Reading has a time and a memory limit, in a process of its own.', 'Make the query simpler, or store its result as a Parquet file.'),
  CS0520: text('reading was stopped', 'The job ended while its data was read.', 'Nothing, unless the job should go on: then repeat it.'),
  CS0521: text('the reading process ended', 'Often for lack of memory.', 'Give it more memory, or store a smaller file.'),
};
