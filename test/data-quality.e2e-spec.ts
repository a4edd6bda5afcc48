import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { ROOT } from '../apps/cli/src/root.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../apps/control-plane/src/database/embedded-postgres.js';
import { type AuditEntry, type JobView } from '../libs/contract/src/index.js';
import { fromBase64Url } from '../libs/pqc/src/index.js';
import { bodyCommitment, decodeLeaf } from '../libs/tlog/src/index.js';
import { BankProcesses } from './support/bank-processes.js';
import { inProcess, type Answer } from './support/in-process.js';

/** A node whose rows break its own declaration: its own worker refuses them; and where that worker does not look, all parties together find it, and name it. */

const WRONG = 1777;
let folder: string;
let postgres: EmbeddedPostgres;
let banks: BankProcesses;

/** Loaded before a worker: its module that holds rows against their declaration no longer looks at ranges. Everything else is as in production. */
function carelessWorker(): string {
  const path = join(folder, 'careless.mjs');
  writeFileSync(path, `import { registerHooks } from 'node:module';
const CHECK = 'value < min || value > max';
registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith('/apps/worker/src/data/columns.js')) return loaded;
    const source = String(loaded.source);
    if (source.split(CHECK).length !== 2) throw new Error('the check that this leaves out is no longer there');
    return { ...loaded, source: source.replace(CHECK, 'false') };
  },
});
`);
  return path;
}

beforeAll(async () => {
  const built = spawnSync(process.execPath, [join(ROOT, 'bin/build.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  folder = mkdtempSync(join(tmpdir(), 'countersign-data-quality-'));
  chmodSync(folder, 0o711);
  postgres = await startEmbeddedPostgres(join(folder, 'pg'));
  await postgres.createDatabase('quality');
  banks = await BankProcesses.open(folder, postgres.url('quality'), { rows: 16, policy: 'Allow anyone to compute.\n' });
  // After the bank has registered its data, a wrong number gets into them.
  const loans = join(folder, 'bank-b.csv');
  const [header, first, ...rest] = readFileSync(loans, 'utf8').split('\n');
  writeFileSync(loans, [header, first!.replace(/^\d+/, String(WRONG)), ...rest].join('\n'));
});
afterAll(async () => {
  await banks?.close();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const countersign = (...args: readonly string[]): Promise<Answer> =>
  inProcess({ ...process.env, COUNTERSIGN_HOME: banks.homes.path, COUNTERSIGN_URL: banks.home('Bank A').settings().controlPlane.url }, ...args);

/** What an entry of the log commits to. */
async function bodyOf(index: number): Promise<{ body: string; salt: Uint8Array }> {
  const client = new pg.Client({ connectionString: postgres.url('quality') });
  await client.connect();
  try {
    return (await client.query<{ body: string; salt: Uint8Array }>('SELECT body, salt FROM leaf_bodies WHERE idx = $1', [index])).rows[0]!;
  } finally {
    await client.end();
  }
}

/** A Variance of incomes, to its end. */
async function ask(check: 'owner' | 'shares'): Promise<JobView> {
  const submitted = await countersign('job', 'submit', 'Variance', '--as', 'Bank A', '--dataset', 'Loans', '--nodes', banks.names.join(','), '--receivers', 'Bank A', '--param', 'column=income', '--param', `check=${check}`, '--suite', 'replicated-z64');
  expect(submitted).toMatchObject({ code: 0, json: { state: 'authorised' } });
  const { id } = submitted.json as JobView;
  expect((await countersign('job', 'watch', id, '--as', 'Bank A')).code).toBe(1);
  return (await countersign('job', 'show', id, '--as', 'Bank A')).json as JobView;
}

it.each(['owner', 'shares'] as const)('its own worker refuses the rows before anything is sent, whoever else is to check them: %s', async (check) => {
  expect(await ask(check)).toMatchObject({ state: 'refused', code: 'CS0512', reason: expect.stringMatching(/`Bank B`.*row 1 of column `income`/) });
});

it('where its worker does not look, the check on shares ends the job everywhere, and command line and audit log name the node, and no value', async () => {
  const worker = banks.workers.get('Bank B')!;
  const gone = once(worker, 'exit');
  worker.kill('SIGTERM');
  await gone;
  await banks.startWorker('Bank B', carelessWorker());

  const job = await ask('shares');
  expect(job).toMatchObject({ state: 'aborted', code: 'CS0660', reason: expect.stringContaining('it blames `Bank B`') });
  expect(job.history.some(({ to }) => to === 'held')).toBe(false);
  expect(job.receipts).toEqual([]);
  expect(await countersign('job', 'result', job.id, '--as', 'Bank A')).toMatchObject({ code: 1, json: { error: { code: 'CS0917' } } });
  expect(await banks.audit(job)).toMatchObject({ verified: true });
  // The log has the code, and a commitment to the words, which are kept beside it.
  const { items } = (await countersign('audit', 'list', '--subject', job.id, '--type', 'session.aborted', '--url', banks.home('Bank A').settings().controlPlane.url)).json as { items: AuditEntry[] };
  const [ended] = items;
  const leaf = decodeLeaf(fromBase64Url(ended!.leaf));
  expect({ of: items.length, leaf }).toMatchObject({ of: 1, leaf: { type: 'session.aborted', outcome: 'CS0660', from: 'running', to: 'aborted' } });
  const { body, salt } = await bodyOf(ended!.index);
  expect(leaf.body!.c).toBe(bodyCommitment(salt, JSON.parse(body) as { reason: string }));
  expect(JSON.parse(body)).toMatchObject({ reason: job.reason });
  for (const said of [JSON.stringify(job), body, ...banks.names.map(banks.logOf)]) expect(said).not.toContain(String(WRONG));
});
