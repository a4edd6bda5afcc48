import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from './command-line.js';

const home = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}, startedAs?: string) {
  let out = '';
  let err = '';
  const streams = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), outIsTerminal: false, errIsTerminal: false, inIsTerminal: false };
  const exit = await runCommandLine(args, { streams, env: { COUNTERSIGN_HOME: home, ...env }, clock: () => new Date('2026-03-01T12:00:00Z'), startedAs });
  return { exit, out, err };
}

describe('the command line', () => {
  it.each([
    [['lab', 'rnu'], 'unknown command `rnu`', 'did you mean run?'],
    [['lab', 'run'], 'missing required argument `file`', 'see `countersign lab run --help`'],
    [['program', 'list', '--jsno'], 'unknown option `--jsno`', '--json'],
    [['job', 'list', '--limit', 'ten'], '`--limit`: `ten` is no whole number above 0', 'see `countersign job list --help`'],
    [['audit', 'list', '--limit', '0'], '`--limit`: `0` is no whole number above 0', 'see `countersign audit list --help`'],
    [['job', 'plan', 'Mean', '--dataset', 'Loans'], '`--receivers`: it is needed', 'see `countersign job plan --help`'],
    [['can-i', 'Mean', '--dataset', 'Loans', '--nodes', 'A', '--receivers', 'A', '--assumptions', 'no-lpm'], '`--assumptions`: `no-lpm` is none of `any`, `no-lpn` and `module-lwe-only`', 'did you mean `no-lpn`?'],
    [['lab'], '`countersign lab` needs a command after it', 'countersign lab --help'],
  ])('refuses %j with code, one line and help, and exits with 3', async (args, message, help) => {
    const { exit, out, err } = await run(args);
    expect({ exit, out }).toEqual({ exit: 3, out: '' });
    expect(err).toContain(`error[CS0901]: ${message}`);
    expect(err).toContain(help);
  });

  it('prints help on stdout and exits with 0', async () => {
    const { exit, out } = await run(['--help']);
    expect(exit).toBe(0);
    for (const command of ['up', 'demo', 'lab', 'node', 'policy', 'job', 'inbox', 'sign', 'refuse', 'audit', 'bench', 'explain']) expect(out).toContain(`  ${command}`);
  });

  it('keeps stdout clean with --json: one value, everything else on stderr', async () => {
    const { exit, out, err } = await run(['program', 'list', '--json']);
    expect(exit).toBe(0);
    expect((JSON.parse(out) as { name: string }[]).map(({ name }) => name)).toContain('Linear Score');
    expect(err).toContain('next: countersign program show');
  });

  it('tells an error as JSON on stdout and for people on stderr', async () => {
    const { exit, out, err } = await run(['node', 'list', '--json']);
    expect(exit).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'CS0903', severity: 'error', help: [expect.stringContaining('node init')] } });
    expect(err).toContain('error[CS0903]');
  });

  it('writes results only with --quiet', async () => {
    expect((await run(['program', 'list', '--quiet'])).err).toBe('');
  });

  it('reads every flag from COUNTERSIGN_<NOUN>_<VERB>_<FLAG>', async () => {
    const { out } = await run(['program', 'list'], { COUNTERSIGN_PROGRAM_LIST_JSON: '1', COUNTERSIGN_PROGRAM_LIST_QUIET: 'no' });
    expect(() => JSON.parse(out) as unknown).not.toThrow();
    expect((await run(['program', 'list'], { COUNTERSIGN_PROGRAM_LIST_JSON: 'false' })).out).toContain('Mean   column, [where], [check]\n  The receivers learn the mean ');
  });

  it('suggests a code, a program and a shell that exist', async () => {
    expect((await run(['explain', 'CS0912x'])).err).toContain('did you mean `CS0912`?');
    expect((await run(['program', 'show', 'Maen'])).err).toContain('did you mean `Mean`?');
    expect((await run(['completion', 'fihs'])).err).toContain('did you mean `fish`?');
  });

  it('explains a code in sentences', async () => {
    const { exit, out } = await run(['explain', 'cs0915']);
    expect(exit).toBe(0);
    expect(out).toMatch(/^CS0915: a step did not go as expected\n[\s\S]*what to do: /);
  });

  it('does nothing that must be confirmed when nobody can be asked', async () => {
    const { exit, err } = await run(['node', 'revoke', 'Bank A', '--reason', 'x']);
    expect(exit).toBe(3);
    expect(err).toContain('CS0919');
  });

  it('says what comes next, and what helps, as it was started itself, with the home that was named', async () => {
    const own = 'npx countersign';
    expect((await run(['program', 'list', '--quiet', '--home', '/tmp/a b'], {}, own)).err).toBe('');
    expect((await run(['program', 'list', '--home', '/tmp/a b'], {}, own)).err).toBe('next: npx countersign program show Mean --home "/tmp/a b"\n');
    expect((await run(['node', 'list'], {}, own)).err).toContain('make one with `npx countersign node init`');
    expect((await run(['explain', 'CS0902'], {}, own)).out).toContain('`npx countersign up`');
    expect((await run(['--help'], {}, own)).out).toContain('`npx countersign demo credit`');
    const json = await run(['node', 'list', '--json'], {}, own);
    expect(JSON.parse(json.out)).toMatchObject({ error: { help: ['make one with `countersign node init`'] } });
  });

  it('has examples in the help of what people begin with, each of them a command with flags that it knows', async () => {
    const seen: string[] = [];
    for (const command of ['demo', 'lab run', 'lab check', 'job submit', 'job plan', 'can-i', 'policy decide', 'program show', 'node init']) {
      const { exit, out } = await run([...command.split(' '), '--help'], {}, 'npx countersign');
      expect(exit).toBe(0);
      const examples = out.split('Examples:\n')[1]!.trim().split('\n').map((line) => line.trim());
      for (const example of examples) {
        expect(example.startsWith(`npx countersign ${command}`)).toBe(true);
        for (const [flag] of example.matchAll(/--[a-z-]+/g)) expect(out.split('Examples:')[0]).toContain(flag);
      }
      seen.push(...examples);
    }
    expect(seen.length).toBeGreaterThan(10);
  });

  it('says how to start a control plane when none answers', async () => {
    const { exit, err } = await run(['status', '--url', 'http://127.0.0.1:9'], { COUNTERSIGN_API_KEY: 'cs_x_y' });
    expect(exit).toBe(1);
    expect(err).toMatch(/CS0902[\s\S]*countersign up/);
  });
});
