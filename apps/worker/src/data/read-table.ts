import { closestName, type ColumnDeclaration, type Table } from '#program';
import { checkedColumn } from './columns.js';
import { DataError } from './errors.js';
import { type ReadFailure, type ReadRequest } from './reader-messages.js';
import { readInProcess, type ReaderProcesses, SIMPLER } from './reader.js';
import { candidateFiles, type DataSource, locateFile } from './source.js';

export interface TableRequest {
  /** The dataset's name, for messages. */
  readonly dataset: string;
  readonly source: DataSource;
  /** What `source.from` is relative to, or whose files `source.sql` may name. Nothing outside of it is read. */
  readonly baseDir: string;
  readonly columns: Readonly<Record<string, ColumnDeclaration>>;
  /** The declared columns to read; all by default, none for counting rows. */
  readonly needed?: readonly string[];
  readonly maxRows: number;
  readonly timeoutMs?: number;
  readonly memoryLimitMb?: number;
  readonly signal?: AbortSignal;
  /** Reads in a process that was started beforehand. */
  readonly processes?: ReaderProcesses;
}

/** Beyond this no dataset is registered: its columns would not fit the reading process. */
export const MOST_ROWS = 2 ** 24;
const TIMEOUT_MS = 120_000;
const MEMORY_LIMIT_MB = 1024;

/** The needed columns in the row order of the source, each value checked against its declaration. Throws DataError. */
export async function readTable(request: TableRequest): Promise<Table> {
  const { dataset, source, baseDir, columns, needed = Object.keys(columns), maxRows, timeoutMs = TIMEOUT_MS, memoryLimitMb = MEMORY_LIMIT_MB, signal, processes } = request;
  for (const name of needed) if (!Object.hasOwn(columns, name)) throw new TypeError(`column ${name} is needed but not declared`);
  const readRequest: ReadRequest = {
    from: source.from !== undefined ? { file: locateFile(baseDir, source.from) } : { sql: source.sql, files: candidateFiles(baseDir) },
    columns: needed.map((name) => ({ name, as: columns[name].type === 'category' || columns[name].type === 'key' ? 'text' : 'number' })),
    maxRows,
    memoryLimitMb,
  };
  const reply = await readInProcess(readRequest, { timeoutMs, signal, processes });
  if ('failed' in reply) throw errorOf(reply, request, readRequest);
  if (reply.rows === 0) throw new DataError('CS0505', `\`${dataset}\` has no rows`);
  const entries = needed.map((name, index) => [name, checkedColumn(dataset, name, columns[name], reply.columns[index])] as const);
  return { rows: reply.rows, columns: Object.fromEntries(entries) };
}

/** What a node may tell others about a dataset after all of its rows were checked: the exact count stays at home. */
export interface DatasetDescription {
  /** The smallest power of two that is not less than `rows`. */
  readonly maxRows: number;
  readonly rows: number;
}

/** Reads and checks every declared column. Throws DataError. */
export async function describeDataset(request: Omit<TableRequest, 'needed' | 'maxRows'>): Promise<DatasetDescription> {
  const { rows } = await readTable({ ...request, maxRows: MOST_ROWS });
  return { rows, maxRows: 2 ** Math.ceil(Math.log2(rows)) };
}

function errorOf(failure: ReadFailure, { dataset, maxRows }: TableRequest, { from }: ReadRequest): DataError {
  const where = 'file' in from ? `\`${from.file.names[0]}\`` : `the query of \`${dataset}\``;
  switch (failure.failed) {
    case 'missing column': {
      const closest = closestName(failure.column, failure.available);
      const help = closest ? `did you mean \`${closest}\`?` : `it has ${failure.available.slice(0, 30).map((name) => `\`${name}\``).join(', ')}`;
      return new DataError('CS0507', `${where} has no column \`${failure.column}\``, [help]);
    }
    case 'column twice':
      return new DataError('CS0508', `${where} has the column \`${failure.column}\` twice`);
    case 'column type':
      return new DataError('CS0515', `column \`${failure.column}\` of \`${dataset}\` is of type ${failure.type}, which does not fit its declaration`);
    case 'too many rows':
      return new DataError('CS0506', `\`${dataset}\` has more than the ${maxRows} rows that it may have`, maxRows < MOST_ROWS ? ['register the dataset anew'] : []);
    case 'unreadable':
      return new DataError('CS0501', `${where} cannot be read`);
    case 'damaged':
      return new DataError('CS0504', failure.line === undefined ? `${failure.file ?? where} is damaged` : `line ${failure.line} of ${failure.file ?? where} has too few or too many fields, or a quote that does not end`);
    case 'not one select':
      return new DataError('CS0516', `${where} is not one single select`);
    case 'query':
      return new DataError('CS0517', `${where} fails: ${failure.reason}`);
    case 'no such table': {
      const stems = 'files' in from ? from.files.map((file) => file.names.at(-2) ?? file.names[0]) : [];
      const closest = closestName(failure.table, stems);
      return new DataError('CS0517', `${where} names \`${failure.table}\`, and no file in the folder has this name`, closest ? [`did you mean \`${closest}\`?`] : []);
    }
    case 'denied':
      return new DataError('CS0518', `${where} reaches for something other than the CSV and Parquet files of its folder`);
    case 'memory':
      return new DataError('CS0519', `${where} needs more memory than allowed`, SIMPLER);
  }
}
