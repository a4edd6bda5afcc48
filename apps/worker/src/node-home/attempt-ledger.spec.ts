import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttemptLedger } from './attempt-ledger.js';

const job = 'a'.repeat(64);
const now = new Date('2026-11-22T10:00:00.000Z');
const about = (attempt: number) => ({ id: `job_${job.slice(0, 20)}`, attempt, expiresAt: '2026-11-22T11:00:00.000Z', now });

let folder: string;
const ledger = (): AttemptLedger => new AttemptLedger(join(folder, 'attempts.json'));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-ledger-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('an attempt is entered once and only after smaller ones, also by the next run', () => {
  const first = ledger();
  expect(first.enter(job, about(2))).toBe(true);
  first.close(job, 2);
  const second = ledger();
  expect([2, 1].map((attempt) => second.enter(job, about(attempt)))).toEqual([false, false]);
  expect(second.enter(job, about(3))).toBe(true);
});

test('a job that was started is never entered again, also by the next run', () => {
  const first = ledger();
  first.enter(job, about(1));
  first.run(job, 1);
  expect(first.enter(job, about(2))).toBe(false);
  first.close(job, 1);
  expect(ledger().hasRun(job)).toBe(true);
  expect(ledger().enter(job, about(2))).toBe(false);
});

test('an attempt that was not entered is not started', () => {
  expect(() => ledger().run(job, 1)).toThrow('not entered');
});

test('attempts that a run left open are known to the next, with whether they were started', () => {
  const first = ledger();
  first.enter(job, about(1));
  expect(ledger().open()).toEqual([{ digest: job, id: about(1).id, attempt: 1, ran: false }]);
  first.run(job, 1);
  expect(ledger().open()).toEqual([{ digest: job, id: about(1).id, attempt: 1, ran: true }]);
  first.close(job, 1);
  expect(ledger().open()).toEqual([]);
});

test('what cannot be written is not entered', () => {
  const stuck = new AttemptLedger(join(folder, 'file', 'attempts.json'));
  writeFileSync(join(folder, 'file'), 'in the way');
  expect(() => stuck.enter(job, about(1))).toThrow();
  expect(stuck.highest(job)).toBe(0);
});

test('a job that has expired, which no offer can bring back, is forgotten', () => {
  const first = ledger();
  first.enter(job, { ...about(1), expiresAt: '2026-11-22T09:00:00.000Z' });
  first.close(job, 1);
  first.enter('b'.repeat(64), about(1));
  expect(first.highest(job)).toBe(0);
});
