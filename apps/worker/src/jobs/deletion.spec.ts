import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { ResultFile } from '#contract';
import type { Duty } from '#policy';
import { SigningKey, verifyStatement } from '#pqc';
import { dutyDigest, dutyIdOf } from '#verify';
import type { Report } from '../gateway/gateway.js';
import { Deletions } from '../node-home/deletions.js';
import { deleteDue, deletionsOf } from './deletion.js';
import type { WorkerContext } from './worker-context.js';

const digest = 'a'.repeat(64);
const job = `job_${'a'.repeat(20)}`;
const rule = { file: 'p', line: 2, column: 1, sentence: 'Results of Mean must be deleted after 30 days.', why: '' };
const days = (count: number): number => count * 86_400;
const duty = (seconds: number, by = ['Bank A']): Duty => ({ kind: 'delete', by, seconds, rule });
const notice: Duty = { kind: 'notify', by: ['Bank A'], seconds: 60, rule };
const now = new Date('2026-11-22T10:00:00.000Z');
const after = (ms: number): Date => new Date(now.getTime() + ms);
const jobWith = (...duties: Duty[]) => ({ id: job, digest, decision: { obligations: { minimumGroup: 0, duties } } }) as never;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-deletion-'));
  mkdirSync(join(folder, 'results'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const result = (): string => join(folder, 'results', `${job}.json`);

function worker(at: { now: Date }, reports: Report[]) {
  const key = SigningKey.generate('ML-DSA-65');
  const deletions = new Deletions(join(folder, 'deletions.json'));
  const home = { node: { name: 'Bank A' }, keys: { approval: key }, deletions, deleteResult: () => rmSync(result(), { force: true }) };
  return { key, deletions, context: { home, clock: () => at.now, report: (report: Report) => void reports.push(report), log: pino({ level: 'silent' }) } as unknown as WorkerContext };
}

test('a node owes what names it, a minute early at most', () => {
  expect(deletionsOf(jobWith(duty(days(30)), duty(60), duty(60, ['Bank B']), notice), 'Bank A', now).map(({ deleteAt }) => deleteAt))
    .toEqual(['2026-12-22T09:59:00.000Z', '2026-11-22T10:00:54.000Z']);
  expect(deletionsOf({ id: job, digest, decision: { obligations: { minimumGroup: 0 } } } as never, 'Bank A', now)).toEqual([]);
});

test('a result is deleted when its time has come, also by the next run, and the node signs that it was', () => {
  const at = { now };
  const reports: Report[] = [];
  const first = worker(at, reports);
  writeFileSync(result(), JSON.stringify({} as ResultFile));
  first.deletions.owe(deletionsOf(jobWith(duty(days(30))), 'Bank A', now));
  at.now = after((days(30) - 61) * 1_000);
  deleteDue(first.context);
  expect([existsSync(result()), reports]).toEqual([true, []]);

  at.now = after((days(30) - 59) * 1_000);
  const next = worker(at, reports);
  deleteDue(next.context);
  deleteDue(next.context);
  expect(existsSync(result())).toBe(false);
  expect(reports).toEqual([{ type: 'attested', duty: dutyIdOf(dutyDigest(digest, duty(days(30)))), statement: expect.any(String) }]);
  const { statement } = reports[0] as Extract<Report, { type: 'attested' }>;
  expect(verifyStatement(statement, { type: 'attestation', publicKey: next.key.publicKey, now: at.now })).toMatchObject({ issuer: 'Bank A', job: digest, duty: dutyDigest(digest, duty(days(30))) });
  expect(new Deletions(join(folder, 'deletions.json')).due(after(days(99) * 1_000))).toEqual([]);
});

test('a deletion that could not be reported is done again', () => {
  const at = { now: after(days(31) * 1_000) };
  const { context, deletions } = worker(at, []);
  deletions.owe(deletionsOf(jobWith(duty(days(30))), 'Bank A', now));
  const failing = { ...context, report: () => { throw new Error('no room'); } };
  expect(() => deleteDue(failing)).toThrow('no room');
  expect(deletions.due(at.now)).toHaveLength(1);
});
