import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { FromWorker } from '#contract';
import { KeyFileError, toBase64Url, writeKeyFile } from '#pqc';
import { testNode } from '#testing';
import { NodeHome } from './home.js';
import { readJson, writeJson } from './private-file.js';
import { ReportFiles } from './report-files.js';

const now = new Date('2026-11-22T10:00:00.000Z');
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'countersign-home-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('private files', () => {
  test('are readable by the owner alone, replaced as a whole, and leave nothing beside', () => {
    const path = join(folder, 'deep', 'file.json');
    writeJson(path, { a: 1 });
    writeJson(path, { a: 2 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['file.json']);
    expect(readJson(path, z.strictObject({ a: z.number() }))).toEqual({ a: 2 });
  });
  test('of another form are named with the place, not the value', () => {
    const path = join(folder, 'file.json');
    writeFileSync(path, '{"a":"secret"}');
    expect(() => readJson(path, z.strictObject({ a: z.number() }))).toThrow(/is not of its form at `a`/);
    expect(() => readJson(path, z.strictObject({ a: z.number() }))).not.toThrow(/secret/);
    expect(readJson(join(folder, 'none.json'), z.any())).toBeUndefined();
  });
});

test('reports are kept in order until they are dropped', () => {
  const report = (n: number): FromWorker => ({ type: 'running', id: `00000000-0000-4000-8000-00000000000${n}`, job: `job_${'a'.repeat(20)}`, attempt: n });
  const files = new ReportFiles(folder);
  expect(files.load()).toEqual([]);
  for (const n of [1, 2, 3]) files.keep(report(n));
  files.drop(report(2).id);
  const next = new ReportFiles(folder);
  expect(next.load()).toEqual([report(1), report(3)]);
  next.keep(report(4));
  expect(new ReportFiles(folder).load().map(({ id }) => id)).toEqual([1, 3, 4].map((n) => report(n).id));
});

describe('a node home', () => {
  const node = testNode('Bank A');
  const make = (passphrase?: string): void => {
    mkdirSync(join(folder, 'keys'));
    for (const purpose of ['link', 'approval', 'sealing'] as const) {
      writeKeyFile(join(folder, 'keys', `${purpose}.json`), { purpose, algorithm: node[purpose].algorithm, seed: node[purpose].seed() }, purpose === 'link' ? passphrase : undefined);
    }
    writeJson(join(folder, 'node.json'), {
      v: 1, name: 'Bank A', region: 'EU', listen: { host: '127.0.0.1' }, datasets: [],
      controlPlane: { url: 'http://127.0.0.1:1', host: '127.0.0.1', port: 1, linkKey: toBase64Url(node.link.publicKey), logVkey: 'v', origin: 'o' },
    });
  };

  test('opens with its keys, and its passphrase where there is one', () => {
    make('correct horse');
    expect(() => NodeHome.open(folder, { now })).toThrow(KeyFileError);
    const home = NodeHome.open(folder, { now, passphrase: 'correct horse' });
    expect(home.keys.approval.kid).toBe(node.approval.kid);
  });
  test('refuses keys that others may read, keys in the wrong file, and a folder that is no home', () => {
    expect(() => NodeHome.open(folder, { now })).toThrow('no node home');
    make();
    const link = join(folder, 'keys/link.json');
    chmodSync(link, 0o644);
    expect(() => NodeHome.open(folder, { now })).toThrow('chmod 600');
    writeFileSync(link, readFileSync(join(folder, 'keys/approval.json')));
    chmodSync(link, 0o600);
    expect(() => NodeHome.open(folder, { now })).toThrow('holds no `ML-DSA-65` key for `link`');
  });
  test('pins its own keys whatever the file says, and keeps when others were first seen', () => {
    make();
    const home = NodeHome.open(folder, { now });
    const other = { approvalKid: 'A'.repeat(43), linkKid: 'B'.repeat(43) };
    home.keepPins({ 'Bank B': { ...other, version: 1 }, 'Bank A': { ...other, version: 4 } }, now);
    home.keepPins({ 'Bank B': { ...other, version: 2 } }, new Date(now.getTime() + 1000));
    expect(home.pins()).toEqual({
      'Bank A': { approvalKid: node.approval.kid, linkKid: node.link.kid, version: 4 },
      'Bank B': { ...other, version: 2, since: now.toISOString() },
    });
    expect(existsSync(join(folder, 'policies.json'))).toBe(false);
    expect(home.acceptedPolicies()).toEqual(new Set());
  });
});
