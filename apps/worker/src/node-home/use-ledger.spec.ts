import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CountedJob } from '#verify';
import { UseLedger } from './use-ledger.js';

const now = new Date('2026-11-22T10:00:00.000Z');
const job = (digit: string, at = now.toISOString()): CountedJob => ({
  digest: digit.repeat(64), at,
  request: {
    requester: { node: 'Bank A', keyId: 'k' }, program: { name: 'Mean', digest: '0'.repeat(64) }, inputs: [{ node: 'Bank B', dataset: 'Loans', tags: [] }],
    parties: ['Bank A', 'Bank B'], receivers: ['Bank A'], security: { model: 'semi-honest', majority: 'dishonest' },
  },
});
let folder: string;
let path: string;
const ledger = (at = now): UseLedger => new UseLedger(path, at);
const digits = (uses: UseLedger): string => uses.counted().map(({ digest }) => digest[0]).join('');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-uses-'));
  path = join(folder, 'uses.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('what was counted is known to the next run, what was taken back is not, and only the owner reads it', () => {
  const first = ledger();
  for (const digit of ['a', 'b', 'c']) first.count(job(digit));
  first.takeBack('b'.repeat(64));
  first.takeBack('f'.repeat(64));
  expect([digits(first), digits(ledger())]).toEqual(['ac', 'ac']);
  expect(ledger().counted()[0]).toEqual(job('a'));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a line that a power cut left unfinished was not counted, and the next one is written on a line of its own', () => {
  ledger().count(job('a'));
  appendFileSync(path, JSON.stringify(job('b')).slice(0, 40));
  const after = ledger();
  after.count(job('c'));
  expect([digits(after), digits(ledger())]).toEqual(['ac', 'ac']);
});

test('any other line that is not of its form stops the worker: it might have been counted', () => {
  ledger().count(job('a'));
  appendFileSync(path, '{"digest":"x"}\n');
  expect(ledger).toThrow(expect.objectContaining({ code: 'CS0720' }) as Error);
});

test('what no period can reach back to is dropped, from memory and from disk', () => {
  const uses = ledger();
  uses.count(job('a', '2025-11-19T10:00:00.000Z'));
  uses.count(job('b', '2025-11-21T10:00:00.000Z'));
  uses.count(job('c'));
  expect(digits(uses)).toBe('bc');
  expect(digits(ledger())).toBe('bc');
  expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(2);
  expect(digits(ledger(new Date('2028-01-01T00:00:00.000Z')))).toBe('');
});

test('the file does not grow with what says nothing any more', () => {
  const uses = ledger();
  for (let i = 0; i < 1_200; i++) {
    uses.count(job('a'));
    uses.takeBack('a'.repeat(64));
  }
  expect(readFileSync(path, 'utf8').trim().split('\n').length).toBeLessThan(1_500);
  uses.count(job('d'));
  expect(digits(ledger())).toBe('d');
});

test('what cannot be written is not counted, and says so', () => {
  writeFileSync(path, '', { mode: 0o600 });
  const uses = ledger();
  rmSync(folder, { recursive: true });
  expect(() => uses.count(job('a'))).toThrow('ENOENT');
  expect(digits(uses)).toBe('');
  folder = mkdtempSync(join(tmpdir(), 'countersign-uses-'));
});
