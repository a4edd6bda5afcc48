import { type Command } from 'commander';
import { PROGRAMS, programByName } from '#program';
import { completionScript } from '../completion.js';
import { CODES } from '../explain/codes.js';
import { CliError } from '../failure.js';
import { leaf, type Surroundings } from '../leaf.js';
import { didYouMean } from '../nearest.js';
import { tableLines } from '../render/table.js';

/** `program …`, `explain`, `completion`: what can be looked up without anybody else. */
export function referenceCommands(root: Command, surroundings: Surroundings): void {
  const program = root.command('program').description('the analyses that can be asked for');
  leaf(program, surroundings, {
    usage: 'list', summary: 'names and what each opens',
    run: async (cli) => {
      cli.terminal.result(PROGRAMS.map(({ name, digest, opens }) => ({ name, digest, opens })), () => tableLines(['program', 'parameters', 'opens'], PROGRAMS.map(({ name, parameters, opens }) => [name, parameters.map((parameter) => parameter.name).join(', '), opens])));
      cli.terminal.next('countersign program show Mean');
    },
  });
  leaf(program, surroundings, {
    usage: 'show <name>', summary: 'inputs, parameters, digest, and exactly what is opened',
    run: async (cli, [name]) => {
      const found = programByName(name);
      if (!found) throw new CliError('CS0601', `no program is called \`${name}\``, { help: didYouMean(name, PROGRAMS.map((one) => one.name)) });
      const { parametersSchema: _schema, ...json } = found;
      cli.terminal.result(json, () => [
        `${found.name}   digest ${found.digest}`,
        found.opens,
        ...found.parameters.map((parameter) => `  parameter ${parameter.name}: ${parameter.meaning}`),
        ...found.roles.map((role) => `  role ${role.name}: ${role.inputs} input${role.inputs === 'one' ? '' : 's'}, ${role.rows === 'one' ? 'one row' : 'any number of rows'}`),
        `  row counts are ${found.rowCounts === 'hidden' ? 'hidden' : 'known to the parties'}; minimum group: ${found.minimumGroup === 'unsupported' ? 'cannot be kept' : 'checked before anything is opened'}`,
      ]);
    },
  });

  leaf(root, surroundings, {
    usage: 'explain <code>', summary: 'the long text of an error code, e.g. `explain CS0213`',
    run: async (cli, [code]) => {
      const wanted = code.toUpperCase();
      const text = Object.hasOwn(CODES, wanted) ? CODES[wanted] : undefined;
      if (text === undefined) throw new CliError('CS0920', `there is no error code \`${code}\``, { help: didYouMean(wanted, Object.keys(CODES)) });
      cli.terminal.result({ code: wanted, ...text }, () => [`${cli.terminal.style('bold', wanted)}: ${text.title}`, '', text.meaning, '', `what to do: ${text.action}`]);
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
