import { type Command } from 'commander';
import { completionScript } from '../completion.js';
import { CODES } from '../explain/codes.js';
import { CliError } from '../failure.js';
import { leaf, type Surroundings } from '../leaf.js';
import { didYouMean } from '../nearest.js';

/** `explain`, `completion`: what can be looked up without anybody else. */
export function referenceCommands(root: Command, surroundings: Surroundings): void {
  leaf(root, surroundings, {
    usage: 'explain <code>', summary: 'the long text of an error code, e.g. `explain CS0213`',
    run: async (cli, [code]) => {
      const wanted = code.toUpperCase().replace(/^(?=[0-9]{4}$)/, 'CS').replace(/^(?=[0-9]{3}$)/, 'CS0');
      const text = Object.hasOwn(CODES, wanted) ? CODES[wanted] : undefined;
      if (text === undefined) throw new CliError('CS0920', `there is no error code \`${code}\``, { help: didYouMean(wanted, Object.keys(CODES)) });
      cli.terminal.result({ code: wanted, ...text }, () => [`${cli.terminal.style('bold', wanted)}: ${text.title}`, '', cli.terminal.typed(text.meaning), '', `what to do: ${cli.terminal.typed(text.action)}`]);
    },
  });

  leaf(root, surroundings, {
    usage: 'completion <shell>', summary: 'a completion script for bash, zsh or fish',
    run: async (cli, [shell]) => {
      const script = completionScript(shell, root);
      cli.terminal.result({ shell, script }, () => [script.trimEnd()]);
    },
  });
}
