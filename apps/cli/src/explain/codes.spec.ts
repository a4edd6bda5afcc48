import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CODES } from './codes.js';

const ROOT = join(import.meta.dirname, '../../../..');

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'generated' || entry.name === 'explain') continue;
    if (entry.isDirectory()) yield* sources(join(folder, entry.name));
    else if (/\.(ts|mjs)$/.test(entry.name) && !/spec\.ts$/.test(entry.name)) yield join(folder, entry.name);
  }
}

/** Codes as string literals or object keys: what is thrown, not what a comment mentions. */
const used = new Set(['apps', 'libs', 'bench', 'bin'].flatMap((folder) => [...sources(join(ROOT, folder))]).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/(?:'|"|error\[|^ {2})(CS[0-9]{4})(?:'|"|\]|: ')/gm)].map(([, code]) => code)));

describe('the texts of error codes', () => {
  it('cover every code that the repository uses', () => {
    expect([...used].filter((code) => !Object.hasOwn(CODES, code)).sort()).toEqual([]);
  });
  it('explain no code that nobody uses', () => {
    expect(Object.keys(CODES).filter((code) => !used.has(code)).sort()).toEqual([]);
  });
  it('say in sentences what it means and what to do', () => {
    for (const [code, { title, meaning, action }] of Object.entries(CODES)) {
      expect({ code, title: /^(?:[a-z`]|API|PostgreSQL)/.test(title), meaning: /[.!?]$/.test(meaning), action: /[.!?]$/.test(action) }).toEqual({ code, title: true, meaning: true, action: true });
    }
  });
});
