import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LabReport } from '../apps/cli/src/lab/report.js';
import { ROOT } from '../apps/cli/src/root.js';
import { CommandFolder } from './support/run-countersign.js';

/** A program of a user's own from its ten lines to its released result, as docs/how-to/write-a-program.md tells it. */

const folder = new CommandFolder('own-program');
const source = readFileSync(join(ROOT, 'examples/own-program/share-above.ts'), 'utf8');

const countersign = (...args: string[]) => folder.run(args);

beforeAll(() => cpSync(join(ROOT, 'examples/own-program'), folder.path, { recursive: true }));
afterAll(() => folder.remove());

const amounts = ['ashby', 'birch'].flatMap((name) => readFileSync(join(ROOT, `examples/own-program/${name}.csv`), 'utf8').trim().split('\n').slice(1).map(Number));
const share = amounts.filter((amount) => amount > 450).length / amounts.length;
const data = ['--data', 'Ashby=ashby.csv', '--data', 'Birch=birch.csv', '--param', 'column=amount', '--param', 'limit=450'];

it('the how-to has the example as it is', () => {
  expect(readFileSync(join(ROOT, 'docs/how-to/write-a-program.md'), 'utf8')).toContain(source);
});

it('is checked, run in the clear, and built to the same digest', async () => {
  const checked = await countersign('program', 'check', 'share-above.ts', '--json', '--rows', '100', '--range', '0:1000');
  expect(checked.exit).toBe(0);
  const check = JSON.parse(checked.out) as { digest: string; opened: { name: string }[]; costs: { suite: string; rounds: number }[] };
  expect(check.opened.map(({ name }) => name)).toEqual(['share']);
  expect(check.costs.map(({ suite }) => suite)).toEqual(['additive-z64', 'replicated-z64', 'shamir-p61']);
  const clear = await countersign('program', 'run', 'share-above.ts', '--clear', '--json', ...data);
  expect(JSON.parse(clear.out)).toEqual({ share });
  const built = await countersign('program', 'build', 'share-above.ts', '--json');
  expect(JSON.parse(built.out)).toMatchObject({ name: 'Share Above', digest: check.digest, file: 'share-above.json' });
  const again = await countersign('program', 'run', 'share-above.json', '--clear', '--json', ...data);
  expect(JSON.parse(again.out)).toEqual({ share });
});

it.each([
  ['throws.ts', 'throw new Error("no");', 'CS0933'],
  ['nothing.ts', 'export const x = 1;', 'CS0933'],
  ['wrong.ts', "import { program } from 'countersign/program';\nexport default program({ name: 'Wrong', opens: 'x' }, ({ open }) => open('x', {} as never));", 'CS0670'],
  ['broken.json', '{', 'CS0671'],
])('a file that is no program is refused with its reason: %s', async (file, text, code) => {
  writeFileSync(join(folder.path, file), text);
  const { exit, err } = await countersign('program', 'check', file);
  expect(err).toContain(code);
  expect(exit).not.toBe(0);
});

it('is published, named by a policy, approved, signed and computed; without approval it is denied', async () => {
  const { exit, out, err } = await countersign('lab', 'run', 'lab.yaml', '--json');
  expect({ exit, err: exit === 0 ? '' : err }).toEqual({ exit: 0, err: '' });
  const report = JSON.parse(out) as LabReport;
  const result = report.jobs.share.result as unknown as { share: number };
  expect(result.share).toBeCloseTo(share, 5);
  expect(report.jobs.early!.state).toBe('denied');
  expect(report.log.verified).toBe(true);
});

it.each(['Mean', 'MEAN'])('nobody publishes under the name of a program that is shipped, in whichever letters: %s', async (name) => {
  writeFileSync(join(folder.path, 'mean.ts'), source.replace('Share Above', name));
  const [nodes] = readFileSync(join(folder.path, 'lab.yaml'), 'utf8').replace('share-above.ts', 'mean.ts').split('steps:');
  const step = 'request: { id: count, as: Ashby, program: Count, dataset: Sales, nodes: [Ashby, Birch], receivers: [Ashby] }';
  writeFileSync(join(folder.path, 'mean.yaml'), `${nodes}steps:\n  - ${step}\n`);
  const { exit, err } = await countersign('lab', 'run', 'mean.yaml', '--json');
  expect(exit).not.toBe(0);
  expect(err).toContain('CS0447');
});
