/**
 * The process that reads one dataset and exits. It is given one request, opens an in-memory DuckDB that may open the request's files
 * and nothing else, and answers with the columns. It runs apart because DuckDB exceeds its memory limit, because a query written by
 * somebody can be stopped for certain only with its process, and so that its environment holds nothing.
 *
 * It imports only types of ours, so that Node runs it from source and from the build alike.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { type DuckDBConnection, DuckDBInstance, type DuckDBType, StatementType } from '@duckdb/node-api';
import type { CandidateFile, RawColumn, ReadFailure, ReadReply, ReadRequest } from './reader-messages.js';

/** Ends reading with an answer that is not a table. */
class Failure extends Error {
  readonly reply: ReadFailure;
  constructor(reply: ReadFailure) {
    super(reply.failed);
    this.reply = reply;
  }
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

process.once('message', (request: ReadRequest) => {
  void read(request)
    .catch((error: unknown): ReadReply => (error instanceof Failure ? error.reply : failureOf(error)))
    .then((reply) => process.send!(reply));
});
// The other side ends this process when it has the answer; without that side there is nobody to answer.
process.once('disconnect', () => process.exit());

async function read(request: ReadRequest): Promise<ReadReply> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: `${request.memoryLimitMb}MB`,
    // Data never touches a disk.
    temp_directory: '',
    preserve_insertion_order: 'true',
  });
  const connection = await instance.connect();
  const { from } = request;
  if ('file' in from) {
    await lock(connection, [from.file]);
    return readColumns(connection, request, await createFileView(connection, from.file));
  }
  const files = filesOf(connection, from.sql, from.files);
  await lock(connection, [...files.values()]);
  for (const [table, file] of files) await createNamedView(connection, table, file);
  return readColumns(connection, request, await createQueryView(connection, from.sql));
}

/** From here on DuckDB opens these files and no other path, loads no extension and takes no setting. The order matters. */
async function lock(connection: DuckDBConnection, files: readonly CandidateFile[]): Promise<void> {
  await connection.run(`SET allowed_paths = [${files.map((file) => literal(file.path)).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET autoinstall_known_extensions = false');
  await connection.run('SET autoload_known_extensions = false');
  await connection.run('SET lock_configuration = true');
}

/** The files that a query names, by the name it uses. What names none is left for DuckDB to find missing. */
function filesOf(connection: DuckDBConnection, sql: string, candidates: readonly CandidateFile[]): Map<string, CandidateFile> {
  const found = new Map<string, CandidateFile>();
  for (const table of connection.getTableNames(sql, false)) {
    const file = candidates.find((c) => c.names.includes(table)) ?? candidates.find((c) => c.names.some((name) => name.toLowerCase() === table.toLowerCase()));
    if (file) found.set(table, file);
  }
  return found;
}

/**
 * The file as the view `source`, every field of a CSV as text: DuckDB guesses nothing. Columns of `source` are called c0, c1, … since
 * DuckDB takes `Income` and `income` for one name. Gives their real names.
 */
async function createFileView(connection: DuckDBConnection, { path, kind }: CandidateFile): Promise<string[]> {
  if (kind === 'parquet') {
    const names = namesOf(await connection.prepare(`SELECT * FROM read_parquet(${literal(path)})`));
    await connection.run(`CREATE VIEW source${positions(names)} AS SELECT * FROM read_parquet(${literal(path)})`);
    return names;
  }
  const names = headerOf(path);
  const columns = names.map((_, index) => `c${index}: 'VARCHAR'`).join(', ');
  await connection.run(
    `CREATE VIEW source AS SELECT * FROM read_csv(${literal(path)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', columns = {${columns}})`,
  );
  return names;
}

const positions = (names: readonly string[]): string => `(${names.map((_, index) => `c${index}`).join(', ')})`;

/** A file under a name of the query, with the types that all of its rows have. */
async function createNamedView(connection: DuckDBConnection, name: string, { path, kind, names }: CandidateFile): Promise<void> {
  const reader = kind === 'parquet' ? `read_parquet(${literal(path)})` : `read_csv(${literal(path)}, header = true, delim = ',', quote = '"', escape = '"', skip = 0, sample_size = -1)`;
  try {
    await connection.run(`CREATE VIEW ${identifier(name)} AS SELECT * FROM ${reader}`);
  } catch (error) {
    const failure = failureOf(error);
    throw new Failure(failure.failed === 'damaged' ? { ...failure, file: `\`${names[0]}\`` } : failure);
  }
}

/** The query as the view `source`, when it is one select without parameters. Gives the names of its columns. */
async function createQueryView(connection: DuckDBConnection, sql: string): Promise<string[]> {
  const withoutComments = sql.replace(/^(\s|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/)+/, '');
  if (!/^(select|with|from|values|\()/i.test(withoutComments)) throw new Failure({ failed: 'not one select' });
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) throw new Failure({ failed: 'not one select' });
  const statement = await statements.prepare(0);
  if (statement.statementType !== StatementType.SELECT) throw new Failure({ failed: 'not one select' });
  if (statement.parameterCount > 0) throw new Failure({ failed: 'query', reason: 'it has parameters' });
  const names = namesOf(statement);
  await connection.run(`CREATE VIEW source${positions(names)} AS ${sql}`);
  return names;
}

const namesOf = (statement: { columnCount: number; columnName(index: number): string }): string[] =>
  Array.from({ length: statement.columnCount }, (_, index) => statement.columnName(index));

async function readColumns(connection: DuckDBConnection, request: ReadRequest, names: readonly string[]): Promise<ReadReply> {
  const schema = await connection.prepare('SELECT * FROM source');
  const plans = request.columns.map(({ name, as }) => {
    const index = names.indexOf(name);
    if (index < 0) throw new Failure({ failed: 'missing column', column: name, available: names });
    if (names.indexOf(name, index + 1) >= 0) throw new Failure({ failed: 'column twice', column: name, available: names });
    const conversion = conversionOf(`c${index}`, as, schema.columnType(index));
    if (!conversion) throw new Failure({ failed: 'column type', column: name, type: String(schema.columnType(index)) });
    return conversion;
  });
  // The first column is there for Count, which needs no other.
  const result = await connection.stream(`SELECT ${['true', ...plans.map((plan) => plan.sql)].join(', ')} FROM source`);
  const chunks: RawColumn[][] = plans.map(() => []);
  let rows = 0;
  for await (const chunk of result) {
    rows += chunk.rowCount;
    if (rows > request.maxRows) throw new Failure({ failed: 'too many rows' });
    plans.forEach(({ numeric }, index) => chunks[index].push(numeric ? packed(chunk.getColumnValues(index + 1) as (number | null)[]) : { texts: chunk.getColumnValues(index + 1) as (string | null)[] }));
  }
  return { rows, columns: chunks.map((parts, index) => joined(parts, rows, plans[index].numeric)) };
}

/** How a column is read: numeric types as doubles, what may be text as text, anything else not at all. */
function conversionOf(column: string, as: 'number' | 'text', type: DuckDBType): { sql: string; numeric: boolean } | undefined {
  const typeName = String(type);
  const numeric = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\b.*)$/.test(typeName);
  if (as === 'number' && numeric) return { sql: `CAST(${column} AS DOUBLE)`, numeric: true };
  const text = as === 'number' ? typeName === 'VARCHAR' : numeric || /^(VARCHAR|BOOLEAN|DATE|UUID|ENUM\b.*)$/.test(typeName);
  // Longer than MAX_TEXT of reader-messages.ts is neither a number nor a category; so cut, one field cannot fill the memory.
  return text ? { sql: `left(CAST(${column} AS VARCHAR), 400)`, numeric: false } : undefined;
}

const packed = (values: readonly (number | null)[]): RawColumn => ({
  numbers: Float64Array.from(values, (value) => value ?? 0),
  blank: Uint8Array.from(values, (value) => (value === null ? 1 : 0)),
});

function joined(parts: readonly RawColumn[], rows: number, numeric: boolean): RawColumn {
  if (!numeric) return { texts: parts.flatMap((part) => ('texts' in part ? part.texts : [])) };
  const whole = { numbers: new Float64Array(rows), blank: new Uint8Array(rows) };
  let offset = 0;
  for (const part of parts) {
    if (!('numbers' in part)) continue;
    whole.numbers.set(part.numbers, offset);
    whole.blank.set(part.blank, offset);
    offset += part.numbers.length;
  }
  return whole;
}

/** The names in the first record of a CSV file: RFC 4180, UTF-8, with or without a byte order mark. */
function headerOf(path: string): string[] {
  const buffer = Buffer.alloc(1 << 18);
  const file = openSync(path, 'r');
  let text: string;
  try {
    text = buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, 0)).replace(/^\uFEFF/, '');
  } finally {
    closeSync(file);
  }
  const names: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y;
  for (;;) {
    const match = field.exec(text);
    if (!match) throw new Failure({ failed: 'damaged', line: 1 });
    names.push(match[1] === undefined ? match[2].trim() : match[1].replaceAll('""', '"'));
    if (match[3] !== ',') return names;
  }
}

/** What DuckDB's refusal means, without its words where they could quote a field. */
function failureOf(error: unknown): ReadFailure {
  const message = error instanceof Error ? error.message.replace('Failed to extract statements: ', '') : '';
  const kind = /^([A-Za-z ]+) Error:/.exec(message)?.[1];
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const table = /^Catalog Error: Table with name (.+?) does not exist/.exec(message)?.[1];
  if (line) return { failed: 'damaged', line: Number(line) };
  if (table) return { failed: 'no such table', table };
  if (kind === 'Permission') return { failed: 'denied' };
  if (kind === 'Out of Memory') return { failed: 'memory' };
  if (kind === 'IO') return { failed: 'unreadable' };
  if (kind === 'Parser' || kind === 'Binder' || kind === 'Catalog') return { failed: 'query', reason: message.split('\n')[0] };
  if (kind === 'Conversion' || kind === 'Out of Range') return { failed: 'query', reason: 'a value does not convert to the type that the query asks for' };
  return { failed: 'damaged' };
}
