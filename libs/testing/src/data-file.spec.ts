import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataFile, withData } from './data-file.js';

const project = process.cwd();
let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'data-file-')));
  mkdirSync(join(root, 'a', 'b'), { recursive: true });
});
afterEach(() => {
  process.chdir(project);
  rmSync(root, { recursive: true });
});

test('a file of the collection is found beside the project or in any folder above, and the nearest first', () => {
  for (const folder of [root, join(root, 'a')]) {
    mkdirSync(join(folder, 'shared', 'data'), { recursive: true });
    writeFileSync(join(folder, 'shared', 'data', 'rows.csv'), '');
    process.chdir(join(root, 'a', 'b'));
    expect(dataFile('rows.csv')).toBe(join(folder, 'shared', 'data', 'rows.csv'));
  }
  expect(withData('rows', 'rows.csv')).toBe('rows');
});

test('where it is not there, specs are told so, and their titles say why they are skipped', () => {
  process.chdir(join(root, 'a'));
  expect(dataFile('rows.csv')).toBeUndefined();
  expect(withData('rows', 'rows.csv')).toBe('rows (skipped: there is no shared/data/rows.csv)');
});
