import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKeyFile, SigningKey, toBase64Url, writeKeyFile, type KeyFile } from '../index.js';

const folder = mkdtempSync(join(tmpdir(), 'keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;
const fresh = (): string => join(folder, `${++count}.json`);
const seed = SigningKey.generate('ML-DSA-65').seed();
const link: KeyFile = { purpose: 'link', algorithm: 'ML-DSA-65', seed };
const withCode = (code: string) => expect.objectContaining({ code });

describe('key files', () => {
  it('give back what was written and are the owner\'s alone', () => {
    const path = fresh();
    writeKeyFile(path, link);
    expect(readKeyFile(path)).toEqual(link);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('with a passphrase show no seed and open with that passphrase alone, however it is typed', () => {
    const path = fresh();
    writeKeyFile(path, link, 'caf\u00e9');
    expect(readFileSync(path, 'utf8')).not.toContain(toBase64Url(seed));
    expect(readKeyFile(path, 'cafe\u0301')).toEqual(link);
    expect(() => readKeyFile(path, 'cafe')).toThrow(withCode('CS0133'));
    expect(() => readKeyFile(path)).toThrow(withCode('CS0132'));
  });

  it('with a passphrase are bound to their purpose and algorithm', () => {
    const path = fresh();
    writeKeyFile(path, link, 'p');
    for (const [from, to] of [['"link"', '"approval"'], ['ML-DSA-65', 'ML-DSA-44']]) {
      const changed = fresh();
      writeFileSync(changed, readFileSync(path, 'utf8').replace(from, to), { mode: 0o600 });
      expect(() => readKeyFile(changed, 'p')).toThrow(withCode('CS0133'));
    }
  });

  it('are never overwritten, and leave nothing else behind', () => {
    const path = fresh();
    writeKeyFile(path, link);
    expect(() => writeKeyFile(path, { ...link, seed: new Uint8Array(32) })).toThrow(withCode('CS0135'));
    expect(readKeyFile(path)).toEqual(link);
    expect(readdirSync(folder).filter((name) => !/^\d+\.json$/.test(name))).toEqual([]);
  });

  it('that others may read are refused', () => {
    const path = fresh();
    writeKeyFile(path, link);
    for (const mode of [0o640, 0o604, 0o660]) {
      chmodSync(path, mode);
      expect(() => readKeyFile(path)).toThrow(withCode('CS0130'));
    }
  });

  it('that are missing are reported as missing', () => {
    expect(() => readKeyFile(fresh())).toThrow(withCode('CS0134'));
  });

  it.each(['', 'null', '[]', '{}', '{"v":2}', '{"v":1,"purpose":"link","algorithm":"RSA","seed":""}', '{"v":1,"purpose":"link","algorithm":"ML-DSA-65","seed":"AA"}',
    '{"v":1,"purpose":"link","algorithm":"ML-DSA-65","seed":"AA","encrypted":{}}'])('that hold %j are refused', (text) => {
    const path = fresh();
    writeFileSync(path, text, { mode: 0o600 });
    expect(() => readKeyFile(path)).toThrow(withCode('CS0131'));
  });

  it('never repeat the seed in an error', () => {
    const path = fresh();
    writeFileSync(path, `{"v":1,"purpose":"link","algorithm":"ML-DSA-65","seed":"hunter2!"}`, { mode: 0o600 });
    expect(() => readKeyFile(path)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
  });

  it('are not written for a seed of another length', () => {
    expect(() => writeKeyFile(fresh(), { ...link, seed: new Uint8Array(64) })).toThrow(withCode('CS0100'));
  });
});
