import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { EXIT } from './exit.js';
import { commandTree } from './command-line.js';
import { completionScript, completionsOf } from './completion.js';

const streams = { out: () => undefined, err: () => undefined, outIsTerminal: false, errIsTerminal: false, inIsTerminal: false };
const tree = commandTree({ streams, env: {}, clock: () => new Date(0), exit: EXIT.done });

describe('shell completion', () => {
  it('knows every command and flag', () => {
    const of = Object.fromEntries(completionsOf(tree).map(({ path, words }) => [path, words]));
    expect(of['']).toEqual(expect.arrayContaining(['up', 'lab', 'sign']));
    expect(of.lab).toEqual(expect.arrayContaining(['run', 'check']));
    expect(of['lab run']).toEqual(expect.arrayContaining(['--json', '--keep']));
  });

  it('completes in bash by what was typed before', () => {
    const complete = (...words: string[]): string[] => {
      const script = `${completionScript('bash', tree)}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})\nCOMP_CWORD=${words.length - 1}\n_countersign\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', script], { encoding: 'utf8' }).stdout.trim().split('\n');
    };
    expect(complete('countersign', 'po')).toEqual(['policy']);
    expect(complete('countersign', 'policy', 'e')).toEqual(['explain']);
    expect(complete('countersign', 'lab', 'run', '--k')).toEqual(['--keep']);
  });

  it.each(['zsh', 'fish'])('writes a script for %s that names the commands', (shell) => {
    expect(completionScript(shell, tree)).toMatch(/countersign[\s\S]*inbox/);
  });
});
