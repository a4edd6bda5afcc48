import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type ColumnDeclaration } from '#program';
import { describeDataset, ReaderProcesses, readTable, type TableRequest } from './index.js';

const declared: Record<string, ColumnDeclaration> = {
  income: { type: 'number', min: 0, max: 100_000 },
  delinq: { type: 'integer', min: 0, max: 10 },
  Class: { type: 'category', values: ['good', 'bad'] },
};
const HEADER = 'income,delinq,Class\n';

const processes = new ReaderProcesses();
let folder: string;
beforeAll(() => {
  const outer = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-data-')));
  writeFileSync(join(outer, 'secret.csv'), `${HEADER}1,1,good\n`);
  folder = join(outer, 'bank');
  mkdirSync(join(folder, 'data'), { recursive: true });
  writeFileSync(join(folder, 'loans.csv'), `${HEADER}1000.5,0,good\n2000,1,bad\n3000,10,good\n`);
  writeFileSync(join(folder, 'data', 'more.csv'), `${HEADER}5,5,bad\n`);
  symlinkSync(join(outer, 'secret.csv'), join(folder, 'link.csv'));
});
afterAll(() => {
  processes.close();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return name;
}
const read = (source: TableRequest['source'], changed: Partial<TableRequest> = {}) =>
  readTable({ dataset: 'Loans', source, baseDir: folder, columns: declared, maxRows: 1024, processes, ...changed });
const csv = (content: string, changed?: Partial<TableRequest>) => read({ from: file('case.csv', content) }, changed);
const refusal = async (reading: Promise<unknown>): Promise<{ code: string; message: string; help: string[] }> => {
  try {
    await reading;
  } catch (error) {
    return error as { code: string; message: string; help: string[] };
  }
  throw new Error('not refused');
};

describe('a file', () => {
  it('is read in its own row order, with each value as its column declares', async () => {
    expect(await read({ from: 'loans.csv' })).toEqual({
      rows: 3,
      columns: { income: Float64Array.of(1000.5, 2000, 3000), delinq: Float64Array.of(0, 1, 10), Class: ['good', 'bad', 'good'] },
    });
  });
  it('may have a byte order mark, Windows line ends, quoted fields and no last line end', async () => {
    const { columns } = await csv('\uFEFF"income",delinq,Class\r\n" 1e3 ",+1,"good"\r\n.5,2.0,bad');
    expect(columns).toEqual({ income: Float64Array.of(1000, 0.5), delinq: Float64Array.of(1, 2), Class: ['good', 'bad'] });
  });
  it('gives the needed columns only, and none for counting', async () => {
    expect(Object.keys((await read({ from: 'loans.csv' }, { needed: ['Class'] })).columns)).toEqual(['Class']);
    expect(await read({ from: 'loans.csv' }, { needed: [] })).toEqual({ rows: 3, columns: {} });
  });
  it('keeps its order over many chunks and threads', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `${i},${i % 11},${i % 3 ? 'good' : 'bad'}`);
    const { columns } = await csv(HEADER + rows.join('\n'), { maxRows: 65_536 });
    expect((columns.income as Float64Array).every((value, i) => value === i)).toBe(true);
    expect((columns.Class as string[]).every((value, i) => value === (i % 3 ? 'good' : 'bad'))).toBe(true);
  });
  it('may be Parquet', async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`COPY (SELECT 12.50::DECIMAL(9,2) AS income, 3::BIGINT AS delinq, 'bad' AS Class, DATE '2020-01-01' AS day, NULL::DOUBLE AS empty) TO '${join(folder, 'one.parquet')}' (FORMAT parquet)`);
    expect(await read({ from: 'one.parquet' })).toEqual({ rows: 1, columns: { income: Float64Array.of(12.5), delinq: Float64Array.of(3), Class: ['bad'] } });
    const number = { type: 'number', min: 0, max: 1 } as const;
    expect(await refusal(read({ from: 'one.parquet' }, { columns: { day: number } }))).toMatchObject({ code: 'CS0515', message: expect.stringContaining('`day`') });
    expect(await refusal(read({ from: 'one.parquet' }, { columns: { empty: number } }))).toMatchObject({ code: 'CS0513', message: expect.stringContaining('row 1 of column `empty`') });
    expect(await refusal(read({ from: file('broken.parquet', 'PAR1 no') }))).toMatchObject({ code: 'CS0504' });
  });
  it('is described by the power of two that holds its rows', async () => {
    const describe = (content: string) => describeDataset({ dataset: 'Loans', source: { from: file('case.csv', HEADER + content) }, baseDir: folder, columns: declared, processes });
    expect(await describe('1,1,good\n'.repeat(5))).toEqual({ rows: 5, maxRows: 8 });
    expect(await describe('1,1,good\n')).toEqual({ rows: 1, maxRows: 1 });
    expect(await refusal(describe('1,1,good\n2,2,none\n'))).toMatchObject({ code: 'CS0514' });
  });
});

describe('bad data is refused with a code and its place, never with its value', () => {
  const SECRET = '87654.321';
  const refusals: [what: string, content: string, code: string, place: RegExp][] = [
    ['text in a number column', `${HEADER}1,1,good\nx${SECRET},1,good\n`, 'CS0509', /row 2 of column `income` of `Loans`/],
    ['an endless field', `${HEADER}1,1,${'x'.repeat(1e5)}\n`, 'CS0514', /row 1 of column `Class`/],
    ['no rows', HEADER, 'CS0505', /`Loans` has no rows/],
    ['nothing at all', '', 'CS0507', /no column `income`/],
    ['too few fields', `${HEADER}1,1,good\n${SECRET},1\n`, 'CS0504', /line 3 of `case.csv`/],
    ['a quote that does not end', `${HEADER}1,1,"good\n${SECRET}`, 'CS0504', /`case.csv`/],
    ['names that differ by case only, where the other is broken', `Income,income,delinq,Class\n1,x${SECRET},1,good\n`, 'CS0509', /column `income`/],
    ['a column twice', `income,income,delinq,Class\n1,1,1,good\n`, 'CS0508', /`income` twice/],
    ['bytes that are not UTF-8', `${HEADER}1,1,\u0000`, 'CS0514', /row 1/],
  ];
  for (const [what, content, code, place] of refusals) {
    it(what, async () => {
      const error = await refusal(csv(content));
      expect(error).toMatchObject({ code, message: expect.stringMatching(place) });
      expect(JSON.stringify([error.message, error.help])).not.toMatch(/87654|654\.321/);
    });
  }
  it('a missing column, with the name that was perhaps meant', async () => {
    expect(await refusal(csv('incom,delinq,Class\n1,1,good\n'))).toMatchObject({ code: 'CS0507', message: expect.stringContaining('`income`'), help: ['did you mean `incom`?'] });
  });
  it('more rows than registered', async () => {
    expect(await refusal(read({ from: 'loans.csv' }, { maxRows: 2 }))).toMatchObject({ code: 'CS0506', message: expect.stringContaining('2 rows') });
  });
});

describe('a path', () => {
  it.each([
    ['missing', 'loan.csv', 'CS0501'], ['a folder', 'data', 'CS0503'], ['above the folder', '../secret.csv', 'CS0502'], ['above it by a detour', 'data/../../secret.csv', 'CS0502'],
    ['absolute', '/etc/hosts.csv', 'CS0502'], ['a link that leads out', 'link.csv', 'CS0502'], ['of another kind', '/etc/passwd', 'CS0503'], ['a pattern', '*.csv', 'CS0503'], ['a URL', 'http://localhost/x.csv', 'CS0501'],
  ])('%s is refused', async (_, from, code) => {
    expect(await refusal(read({ from }))).toMatchObject({ code });
  });
  it('with quotes in it names just that file', async () => {
    file("it's \"; drop.csv", `${HEADER}1,1,good\n`);
    expect((await read({ from: "it's \"; drop.csv" })).rows).toBe(1);
  });
  it('column names with quotes and comments in them are names', async () => {
    const name = `x"'; -- /*`;
    const { columns } = await csv(`"${name.replaceAll('"', '""')}"\n4\n`, { columns: { [name]: { type: 'number', min: 0, max: 9 } } });
    expect(columns[name]).toEqual(Float64Array.of(4));
  });
});

describe('a query', () => {
  it.each([
    ['over a file by its stem', 'select income, delinq, Class from loans where delinq > 0', [2000, 3000]],
    ['with an order of its own', 'select * from loans order by income desc; -- the last first', [3000, 2000, 1000.5]],
    ['over two files', `with all_rows as (select * from loans union all select * from 'data/more.csv') select * from all_rows where Class = 'bad'`, [2000, 5]],
    ['over a file of a subfolder by its stem', 'from more', [5]],
    ['that computes', `select avg(income) as income, 1 as delinq, 'good' as Class from LOANS where income < 3000`, [1500.25]],
  ])('%s gives its rows', async (_, sql, income) => {
    expect((await read({ sql })).columns.income).toEqual(Float64Array.from(income));
  });
  const hostile: [what: string, sql: string, code: string][] = [
    ['two statements', 'select * from loans; select 1', 'CS0516'],
    ['nothing', '-- only a comment', 'CS0516'],
    ['copy out', "copy loans to 'out.csv'", 'CS0516'],
    ['attach', "attach 'x.db'", 'CS0516'],
    ['set', "set memory_limit = '10GB'", 'CS0516'],
    ['pragma', 'pragma version', 'CS0516'],
    ['a system file', "select * from read_text('/etc/passwd')", 'CS0518'],
    ['a system file as a table', "select * from '/etc/passwd.csv'", 'CS0518'],
    ['a pattern outside', "select * from glob('/etc/*')", 'CS0518'],
    ['a file above the folder', "select * from read_csv('../secret.csv')", 'CS0518'],
    ['a link that leads out', 'select * from link', 'CS0517'],
    ['a link that leads out, as a path', "select * from 'link.csv'", 'CS0518'],
    ['the network', "select * from 'http://127.0.0.1:9/x.csv'", 'CS0518'],
    ['an unknown function', "select getenv('PATH') as income", 'CS0517'],
    ['a parameter', 'select ? as income', 'CS0517'],
    ['a wrong name', 'select * from loan', 'CS0517'],
  ];
  for (const [what, sql, code] of hostile) {
    it(`with ${what} is refused`, async () => {
      expect(await refusal(read({ sql }))).toMatchObject({ code });
    });
  }
  it('that needs more memory than allowed is refused', async () => {
    expect(await refusal(read({ sql: 'select i as income from range(30000000) t(i) order by random()' }, { needed: ['income'], memoryLimitMb: 32 }))).toMatchObject({ code: 'CS0519' });
  });
  it('that fails on a value does not quote it', async () => {
    file('text.csv', 'a\nsecret87654\n');
    const error = await refusal(read({ sql: 'select cast(a as integer) as income from text' }, { needed: ['income'] }));
    expect(error).toMatchObject({ code: 'CS0517' });
    expect(error.message).not.toContain('87654');
    const raised = await refusal(read({ sql: 'select error(a) as income from text' }, { needed: ['income'] }));
    expect(raised.message).not.toContain('87654');
  });
  it('that never ends is ended, by time or by signal', async () => {
    const endless = { sql: 'select sum(a.i * b.i) as income from range(10000000) a(i), range(10000000) b(i)' };
    expect(await refusal(read(endless, { needed: ['income'], timeoutMs: 700 }))).toMatchObject({ code: 'CS0519' });
    expect(await refusal(read(endless, { needed: ['income'], signal: AbortSignal.timeout(500) }))).toMatchObject({ code: 'CS0520' });
    expect(await refusal(read(endless, { signal: AbortSignal.abort() }))).toMatchObject({ code: 'CS0520' });
  });
});
