import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from '../apps/cli/src/root.js';
import { CommandLine } from './support/command-line.js';

/** The how-to on own programs, word by word: its commands as they stand there, in the order of the page, by two shops of one consortium. */

const PAGE = readFileSync(join(ROOT, 'docs/how-to/write-a-program.md'), 'utf8');
const blocks = (language: string): string[] => [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text!);
const lines = blocks('sh').flatMap((block) => block.trim().split('\n'));

const commands = new CommandLine();
const SHOPS = ['Ashby', 'Birch'] as const;
const amountsOf = (shop: string): number[] => readFileSync(join(ROOT, `examples/own-program/${shop.toLowerCase()}.csv`), 'utf8').trim().split('\n').slice(1).map(Number);
const amounts = SHOPS.flatMap(amountsOf);
const share = amounts.filter((amount) => amount > 450).length / amounts.length;

/** What people at a terminal are asked is answered with yes by the environment. */
const YES = Object.fromEntries(['PROGRAM_PUBLISH', 'PROGRAM_APPROVE', 'POLICY_PUBLISH', 'POLICY_ACCEPT', 'SIGN'].map((command) => [`COUNTERSIGN_${command}_YES`, '1']));

/** One line of the page, by a shell whose `npx countersign` is the command line of this checkout. */
function shell(line: string, env: Readonly<Record<string, string>> = {}): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn('sh', ['-euc', line], {
    cwd: commands.folder, stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...YES, ...env, NO_COLOR: '1', PATH: [join(commands.folder, 'bin'), process.env.PATH].join(delimiter), COUNTERSIGN_HOME: join(commands.folder, 'home') },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => void (out += String(chunk)));
  child.stderr.on('data', (chunk) => void (err += String(chunk)));
  return new Promise((resolve) => void child.once('close', (code) => resolve({ code, out, err })));
}

beforeAll(async () => {
  mkdirSync(join(commands.folder, 'bin'));
  commands.write('bin/npx', `#!/bin/sh\n[ "$1" = countersign ] || exit 127\nshift\nexec "${process.execPath}" "${join(ROOT, 'bin/countersign.mjs')}" "$@"\n`);
  chmodSync(join(commands.folder, 'bin/npx'), 0o755);
  cpSync(join(ROOT, 'examples/own-program'), join(commands.folder, 'examples/own-program'), { recursive: true });
  await commands.up();
  for (const shop of SHOPS) {
    const { json: { token } } = await commands.run('token', 'create', shop, ...commands.operator);
    commands.write(`${shop}.yaml`, `datasets:\n  Sales:\n    from: examples/own-program/${shop.toLowerCase()}.csv\n    tags: [sales]\n    columns:\n      amount: { type: number, min: 0, max: 1000 }\n`);
    expect(await commands.run('node', 'init', shop, '--region', 'UK', '--control-plane', commands.url, '--datasets', `${shop}.yaml`)).toMatchObject({ code: 0 });
    expect(await commands.run('node', 'register', '--as', shop, '--token', token)).toMatchObject({ code: 0 });
    commands.startInBackground(['node', 'start'], { COUNTERSIGN_NODE_START_AS: shop });
  }
  await commands.workersConnected();
});
afterAll(() => commands.close());

it('every command of the page does what the page says', async () => {
  const [policy] = blocks('text');
  writeFileSync(join(commands.folder, 'sales.policy'), policy!);
  const said = new Map<string, string>();
  let job = 'JOB';
  for (const line of lines) {
    const { code, out, err } = await shell(line.replaceAll(/\bJOB\b/g, job));
    // Signatures that are still needed are no failure, and have an exit code of their own.
    const expected = line.includes('job submit') ? 4 : 0;
    expect({ line, code, err: code === expected ? '' : err }).toEqual({ line, code: expected, err: '' });
    const [, name] = /^npx countersign (\w+ \w+|\w+)/.exec(line)!;
    said.set(name!, out);
    if (name === 'job submit') job = /\bjob_[0-9a-f]{20}\b/.exec(out)![0];
  }
  expect([...said.keys()]).toEqual(['lab run', 'program check', 'program run', 'program build', 'program publish', 'policy publish', 'policy accept', 'program show', 'program approve', 'job plan', 'job submit', 'sign JOB', 'job watch', 'job result']
    .map((name) => (name === 'sign JOB' ? expect.stringMatching(/^sign/) : name)));
  expect(said.get('program run')).toContain(String(Number(share.toPrecision(9))));
  expect(said.get('program show')).toMatch(/its author says: The receivers learn which share[\s\S]*its steps:[\s\S]*greaterThan/);
  expect(said.get('job plan')).toMatch(/program +Share Above, digest [0-9a-f]{64}[\s\S]*opened[\s\S]*share[\s\S]*rounds/);
  expect(said.get('job watch')).toMatch(/released\n$/);
  const { code, json } = await commands.run('job', 'result', job, '--as', 'Ashby');
  expect(code).toBe(0);
  expect((json.result as { share: number }).share).toBeCloseTo(share, 5);
  expect(await commands.run('program', 'show', 'Share Above', '--as', 'Ashby', '--approvals')).toMatchObject({ code: 0, json: { approvedBy: [{ signer: 'Birch' }] } });
  expect((await commands.run('audit', 'list', ...commands.operator)).json).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ type: 'session.released', subject: job })]) });
}, 240_000);

it('the program with parameters of all three kinds computes what its sentence says', async () => {
  const [, source] = blocks('ts');
  const file = 'examples/own-program/sums-above.ts';
  commands.write(file, source!);
  expect(readFileSync(join(ROOT, file), 'utf8')).toBe(source);
  const rows = SHOPS.flatMap((shop, i) => amountsOf(shop).map((amount, row) => ({ amount, items: (row * 3 + i) % 9, shop })));
  for (const shop of SHOPS) commands.write(`${shop}-items.csv`, ['amount,items', ...rows.filter((each) => each.shop === shop).map(({ amount, items }) => `${amount},${items}`), ''].join('\n'));
  const ran = await shell(`npx countersign program run ${file} --clear --json --data Ashby=Ashby-items.csv --data Birch=Birch-items.csv --param of=amount,items --param by=items --param limit=4`);
  expect(ran).toMatchObject({ code: 0 });
  const above = rows.filter(({ items }) => items > 4);
  const { sums } = JSON.parse(ran.out) as { sums: number[] };
  [above.reduce((sum, { amount }) => sum + amount, 0), above.reduce((sum, { items }) => sum + items, 0)].forEach((sum, i) => expect(sums.flat()[i]).toBeCloseTo(sum, 2));
  expect((await shell(`npx countersign program check ${file} --json`)).code).toBe(0);
});
