import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandTree } from './command-line.js';
import { EXIT } from './exit.js';
import { commandNamed, following, shellWord, startedAs } from './invocation.js';

const surroundings = { streams: { out: () => undefined, err: () => undefined, outIsTerminal: false, errIsTerminal: false, inIsTerminal: false }, env: {}, clock: () => new Date(0), exit: EXIT.done };

describe('what starts the command line again', () => {
  it.each<[string, string, string, Record<string, string>, string]>([
    ['is its name where the shell finds it', '/usr/bin/countersign', '/tmp', { PATH: '/bin:/usr/bin' }, 'countersign'],
    ['is its path where the shell does not', '/home/ana/clone/node_modules/.bin/countersign', '/home/ana/clone', { PATH: '/bin' }, 'node_modules/.bin/countersign'],
    ['is npx where npx ran it', '/root/.npm/_npx/1/node_modules/.bin/countersign', '/home/ana/clone', { PATH: '/root/.npm/_npx/1/node_modules/.bin', npm_command: 'exec' }, 'npx countersign'],
    ['is npx where a script of the package ran it', '/home/ana/clone/bin/countersign.mjs', '/home/ana/clone', { npm_command: 'run' }, 'npx countersign'],
    ['is node with the script in a clone', '/home/ana/clone/bin/countersign.mjs', '/home/ana/clone', {}, 'node bin/countersign.mjs'],
    ['is node with the script beside it', '/home/ana/clone/bin/countersign.mjs', '/home/ana/clone/bin', {}, 'node ./countersign.mjs'],
    ['is node with the whole path from far away', '/opt/clone/bin/countersign.mjs', '/home/ana/data', {}, 'node /opt/clone/bin/countersign.mjs'],
    ['is node with the whole path from the folder beside it too', '/tmp/clone/bin/countersign.mjs', '/tmp/data', {}, 'node /tmp/clone/bin/countersign.mjs'],
    ['is quoted where a folder has a space', '/home/ana/my clone/bin/countersign.mjs', '/home/ana', { PATH: '' }, 'node "my clone/bin/countersign.mjs"'],
  ])('%s', (_, script, cwd, env, expected) => expect(startedAs({ script, cwd, env })).toBe(expected));

  it('quotes what a shell would take apart or replace', () => {
    expect(['Bank-A', 'Bank A', 'a$b', "it's $5"].map(shellWord)).toEqual(['Bank-A', '"Bank A"', "'a$b'", "'it'\\''s $5'"]);
  });
});

describe('a command that follows', () => {
  const ran = (...args: readonly string[]) => {
    const root = commandTree(surroundings);
    const command = commandNamed(`countersign ${args[0]}`, root)!;
    command.parseOptions(args.slice(1));
    return command;
  };
  it('acts as the same node, at the same place, as far as it takes that', () => {
    const list = ran('job list', '--as', 'Bank A', '--home', './my home', '--url', 'http://127.0.0.1:1');
    expect(following('countersign job watch job_1', list)).toBe('countersign job watch job_1 --as "Bank A" --url http://127.0.0.1:1 --home "./my home"');
    expect(following('countersign lab run x.yaml', list)).toBe('countersign lab run x.yaml --home "./my home"');
    expect(following('countersign sign job_1 --as "Bank B"', list)).toBe('countersign sign job_1 --as "Bank B" --url http://127.0.0.1:1 --home "./my home"');
    expect(following('countersign job watch job_1', ran('job list'))).toBe('countersign job watch job_1');
  });
  it('is one that there is, wherever one is suggested', () => {
    const root = commandTree(surroundings);
    const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
    const suggested = sources.flatMap((file) => [...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/(?<=['`])(?<!commonName: ')countersign [a-z][a-z-]*(?: [a-z][a-z-]*){0,2}/g)].map(([line]) => ({ file, line })));
    expect(suggested.length).toBeGreaterThan(30);
    // A group alone runs nothing.
    expect(suggested.filter(({ line }) => commandNamed(line, root)?.commands.length !== 0)).toEqual([]);
  });
});
