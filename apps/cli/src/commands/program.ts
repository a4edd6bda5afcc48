import { type Command } from 'commander';
import { type ApiClient } from '#contract';
import { PROGRAMS, programByName, type ParameterDefinition } from '#program';
import { programNamed, publishedIn } from '../actions/programs.js';
import { sayOnProgram } from '../actions/sign-standing.js';
import { type Cli } from '../cli.js';
import { confirm } from '../confirm.js';
import { durationMs } from '../amounts.js';
import { CliError } from '../failure.js';
import { leaf, type Surroundings } from '../leaf.js';
import { didYouMean } from '../nearest.js';
import { ownProgramCommands } from './own-program.js';
import { listText } from '../render/decision.js';
import { recordingLines } from '../render/recording.js';
import { wrap } from '../render/wrap.js';

/** `program …`. */
export function programCommands(root: Command, surroundings: Surroundings): void {
  const program = root.command('program').description('the analyses that can be asked for');
  leaf<{ published?: boolean }>(program, surroundings, {
    usage: 'list', online: true, summary: 'names and what each opens',
    flags: (command) => command.option('--published', 'also those that users published, as the control plane has them'),
    run: async (cli, _args, { published }) => {
      const views = published ? (await cli.reader().programs()).filter((view) => view.published) : [];
      const programs = [...PROGRAMS.map((each) => ({ ...each, by: '' })), ...views.map((view) => ({ ...publishedIn(view), by: view.published!.by }))];
      cli.terminal.result(programs.map(({ name, digest, opens, by }) => ({ name, digest, opens, ...(by && { publishedBy: by }) })), () =>
        programs.flatMap(({ name, parameters, opens, by }) => [
          ...wrap([cli.terminal.style('bold', name), parameters.map((parameter) => (parameter.default === undefined ? parameter.name : `[${parameter.name}]`)).join(', '), by && `published by ${by}`].filter(Boolean).join('   ')),
          ...wrap(`  ${opens}`),
        ]));
      cli.terminal.next('countersign program show Mean');
    },
  });
  leaf<{ approvals?: boolean }>(program, surroundings, {
    usage: 'show <name>', online: true, examples: ['program show Mean', 'program show "Logistic Regression" --json'], summary: 'inputs, parameters, digest, and exactly what is opened',
    flags: (command) => command.option('--approvals', 'also who approved it, as the control plane has it'),
    run: async (cli, [name], { approvals }) => {
      const found = programByName(name) ?? (await programNamed(readerFor(cli, name), name));
      const approvedBy = approvals ? (await cli.reader().program(name)).approvedBy : undefined;
      const { parametersSchema: _schema, ...json } = found;
      cli.terminal.result({ ...json, ...(approvedBy ? { approvedBy } : {}) }, () => [
        `${found.name}   digest ${found.digest}`,
        ...wrap(`  ${found.computation.kind === 'recorded' ? 'its author says: ' : ''}${found.opens}`),
        ...(found.computation.kind === 'recorded' ? ['  its steps:', ...recordingLines(found.computation.recording).flatMap((line) => wrap(`    ${line}`))] : []),
        ...found.parameters.flatMap((parameter) => wrap(parameterLine(parameter))),
        ...found.roles.map((role) => `  role ${role.name}: ${role.inputs} input${role.inputs === 'one' ? '' : 's'}, ${role.rows === 'one' ? 'one row' : 'any number of rows'}`),
        `  row counts are ${found.rowCounts === 'hidden' ? 'hidden' : 'known to the parties'}; minimum group: ${found.minimumGroup === 'unsupported' ? 'cannot be kept' : 'checked before anything is opened'}`,
        ...(approvedBy === undefined ? [] : [approvedBy.length === 0 ? '  approved by nobody' : `  approved by ${listText(approvedBy.map(({ signer, expiresAt }) => `${signer} until ${expiresAt.slice(0, 10)}`))}`]),
      ]);
    },
  });
  ownProgramCommands(program, surroundings);
  leaf<{ expiresIn: string }>(program, surroundings, {
    usage: 'approve <name>', online: true, asks: true,
    summary: 'sign that this node or person approves of a program, for all jobs, until it is withdrawn or expires',
    flags: (command) => command.option('--expires-in <duration>', 'how long it stands', '365d'),
    run: (cli, [name], { expiresIn }) => say(cli, name, 'approved', durationMs(expiresIn)),
  });
  leaf(program, surroundings, {
    usage: 'withdraw <name>', online: true, asks: true,
    summary: 'take back the approval of a program; jobs that have not been offered are decided anew',
    run: (cli, [name]) => say(cli, name, 'withdrawn', durationMs('365d')),
  });
}

/** `parameter of (sample or population, sample where left out): what is divided by`. */
function parameterLine({ name, meaning, kind, default: otherwise, ...more }: ParameterDefinition): string {
  const choices = 'of' in more ? more.of.join(' or ') : KINDS[kind];
  const given = otherwise === undefined ? '' : `, ${Array.isArray(otherwise) ? otherwise.join(', ') || 'none' : String(otherwise)} where left out`;
  return `  parameter ${name} (${choices}${given}): ${meaning}`;
}

const KINDS: Readonly<Record<ParameterDefinition['kind'], string>> = {
  column: 'a column', columns: 'columns with commas in between', conditions: 'conditions with `and` in between', text: 'text', number: 'a number', numbers: 'numbers with commas in between', integer: 'a whole number', choice: 'a choice',
};

/** Who has no control plane to ask is told which programs are shipped. */
function readerFor(cli: Cli, name: string): ApiClient {
  try {
    return cli.reader();
  } catch (cause) {
    throw new CliError('CS0601', `no program that is shipped is called \`${name}\``, { help: didYouMean(name, PROGRAMS.map((one) => one.name)), cause });
  }
}

async function say(cli: Cli, name: string, verdict: 'approved' | 'withdrawn', validForMs: number): Promise<void> {
  const home = cli.signer();
  const found = await programNamed(cli.nodeClient(home), name);
  cli.terminal.note(`${found.name}, digest ${found.digest}: ${found.opens}`);
  await confirm(cli, verdict === 'approved' ? `Does ${home.name} approve of ${name}?` : `Does ${home.name} withdraw its approval of ${name}?`);
  const view = await sayOnProgram({ home, client: cli.nodeClient(home), now: cli.now(), validForMs }, name, verdict);
  cli.terminal.result(view, () => [`${view.name} is approved by ${view.approvedBy.length === 0 ? 'nobody' : listText(view.approvedBy.map(({ signer }) => signer))}`]);
}
