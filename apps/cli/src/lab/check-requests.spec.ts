import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CliError } from '../failure.js';
import { ROOT } from '../root.js';
import { loadCheckedLab } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'countersign-lab-requests-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'rows.csv'), 'x,kind\n1,a\n');
writeFileSync(join(folder, 'a.policy'), 'Allow anyone to compute.\n');

const node = (name: string): string => `  ${name}:
    region: EU
    datasets:
      Rows: { from: rows.csv, columns: { x: { type: number, min: 0, max: 10 }, kind: { type: category, values: [a, b] } } }
`;
const request = (fields: string): string => `  - request: { id: ${'m'.repeat(1 + (labels += 1))}, as: North, dataset: Rows, ${fields} }\n`;
let labels = 0;
/** All that is found in a lab with these requests, which begin in line 17: code, place and help of each. */
async function found(...requests: readonly string[]): Promise<{ code: string; message: string; at: string; help: string | undefined }[]> {
  const path = join(folder, 'lab.yaml');
  labels = 0;
  writeFileSync(path, `title: T\nnodes:\n${['North', 'South', 'West'].map(node).join('')}policy: a.policy\nsteps:\n${requests.map(request).join('')}`);
  try {
    await loadCheckedLab(path);
    return [];
  } catch (error) {
    return ((error as CliError).details.diagnostics ?? []).map(({ code, message, span: { start }, help: [help] }) => ({ code, message, at: `${start.line}:${start.column}`, help }));
  }
}
const MEAN = 'program: Mean, nodes: [North, South, West], receivers: [North]';

describe('a lab file is checked for what its requests ask', () => {
  it('and found right', async () => expect(await found(`${MEAN}, parameters: { column: x }`, `${MEAN}, parameters: { column: x }, majority: honest, suite: replicated-z64`)).toEqual([]));

  it.each<[string, string, object]>([
    ['a program that is none', `program: Maen, nodes: [North, South], receivers: [North], parameters: { column: x }`, { code: 'CS0601', message: 'no program is called `Maen`', at: '17:59', help: 'did you mean `Mean`?' }],
    ['a parameter that is none', `${MEAN}, parameters: { column: x, whree: x > 1 }`, { code: 'CS0602', message: '`Mean` has no parameter `whree`', help: 'did you mean `where`?' }],
    ['a parameter that is missing', MEAN, { code: 'CS0603', message: '`Mean` needs the parameter `column`' }],
    ['a value that does not fit', `program: Quantiles, nodes: [North, South], receivers: [North], parameters: { column: x, at: median }`, { code: 'CS0604' }],
    ['a column that is not in the data', `${MEAN}, parameters: { column: y }`, { code: 'CS0612', message: '`Rows` of `North` has no column `y`' }],
    ['a column of a type that the program cannot use', `${MEAN}, parameters: { column: kind }`, { code: 'CS0613' }],
    ['a column of a condition', `${MEAN}, parameters: { column: x, where: y > 1 }`, { code: 'CS0612', message: '`Rows` of `North` has no column `y`' }],
    ['a suite for another number of parties', `program: Mean, nodes: [North, South], receivers: [North], parameters: { column: x }, suite: replicated-z64`, { code: 'CS0634' }],
    ['a suite that rests on another majority', `${MEAN}, parameters: { column: x }, suite: shamir-p61, majority: dishonest`, { code: 'CS0634' }],
    ['a receiver twice', `program: Mean, nodes: [North, South], receivers: [North, North], parameters: { column: x }`, { code: 'CS0618', message: '`North` is a receiver twice' }],
    ['no receiver', `program: Mean, nodes: [North, South], receivers: [], parameters: { column: x }`, { code: 'CS0619' }],
    ['a receiver that is no node', `program: Mean, nodes: [North, South], receivers: [Nroth], parameters: { column: x }`, { code: 'CS0913', help: 'did you mean `North`?' }],
    ['an owner who does not compute', `${MEAN}, parties: [North, South], parameters: { column: x }`, { code: 'CS0610', message: '`West` owns an input but is not among the parties' }],
    ['one party', `program: Mean, nodes: [North], receivers: [North], parameters: { column: x }`, { code: 'CS0616' }],
    ['a role that nobody plays', `program: Linear Score, nodes: [North, South], receivers: [North]`, { code: 'CS0607', message: 'no input of `Linear Score` has the role `model`' }],
    ['noise that a program does not take', `program: Variance, nodes: [North, South], receivers: [North], parameters: { column: x }, privacy: { epsilon: 1 }`, { code: 'CS0630' }],
  ])('and refused for %s', async (_, fields, expected) => {
    const problems = await found(fields);
    expect(problems[0]).toMatchObject(expected);
    for (const { at } of problems) expect(at).toMatch(/^17:/);
  });

  it('with all problems of all requests at once, in the order of the file', async () => {
    const problems = await found(`program: Mean, nodes: [North, South], receivers: [North, North], parameters: { colum: x, whree: y }`, `program: Maen, nodes: [Noth, South], receivers: [North]`, `${MEAN}, parameters: { column: y }, suite: shamir-p61, majority: dishonest`);
    expect(problems.map(({ code, at }) => `${code} ${at.split(':')[0]}`)).toEqual(['CS0618 17', 'CS0603 17', 'CS0602 17', 'CS0602 17', 'CS0601 18', 'CS0913 18', 'CS0612 19', 'CS0612 19', 'CS0612 19', 'CS0634 19']);
  });

  it('and not for what a step expects to be refused', async () => {
    const path = join(folder, 'lab.yaml');
    await found(`${MEAN}, parameters: { column: y }`);
    writeFileSync(path, `title: T\nnodes:\n${['North', 'South', 'West'].map(node).join('')}policy: a.policy\nsteps:\n${request(`${MEAN}, parameters: { column: y }`)}    expect_error: CS0612\n`);
    await expect(loadCheckedLab(path)).resolves.toBeDefined();
  });

  it.each(readdirSync(join(ROOT, 'examples')).flatMap((name) => readdirSync(join(ROOT, 'examples', name)).filter((file) => file.endsWith('.yaml')).map((file) => `${name}/${file}`)).filter((file) => !file.startsWith('own-program')))('and example %s is right', async (file) => {
    await expect(loadCheckedLab(join(ROOT, 'examples', file))).resolves.toBeDefined();
  });
});
