import { type Command } from 'commander';
import { planCost, programJson, SUITES, type ParameterValue, type ProgramDefinition, type SuiteName } from '#program';
import { loadProgram } from '../actions/build-program.js';
import { publishProgram } from '../actions/programs.js';
import { runInClear, samplePlan, trialFileOf, trialOf } from '../actions/trial-program.js';
import { confirm } from '../confirm.js';
import { CliError } from '../failure.js';
import { writeJson } from '../files.js';
import { shellWord } from '../invocation.js';
import { collect, leaf, type Surroundings } from '../leaf.js';
import { openedText } from '../render/opened.js';
import { resultLines } from '../render/result.js';
import { tableLines } from '../render/table.js';
import { wrap } from '../render/wrap.js';
import { parameterOf } from './request-flags.js';

const given = (param: readonly string[] | undefined): Record<string, ParameterValue> => Object.fromEntries((param ?? []).map(parameterOf));

const headLines = ({ name, digest, opens }: ProgramDefinition): string[] => [`${name}   digest ${digest}`, ...wrap(`  its author says: ${opens}`)];

/** `program build|check|run|publish`: programs of one's own. */
export function ownProgramCommands(program: Command, surroundings: Surroundings): void {
  leaf<{ out?: string }>(program, surroundings, {
    usage: 'build <file>', summary: 'run a program of your own once and write down what it computes, as JSON with a digest',
    flags: (command) => command.option('--out <file>', 'where to (default: beside the source, .json)'),
    run: async (cli, [file], { out }) => {
      const built = await loadProgram(file);
      const to = out ?? file.replace(/\.m?[jt]s$/, '.json');
      if (to === file) throw new CliError('CS0933', `\`${file}\` is built already`);
      writeJson(to, JSON.parse(programJson(built)));
      cli.terminal.result({ name: built.name, digest: built.digest, file: to }, () => [...headLines(built), `written to ${to}`]);
      cli.terminal.next(`countersign program check ${shellWord(to)}`);
    },
  });
  leaf<{ rows: string; range: string; param?: string[] }>(program, surroundings, {
    usage: 'check <file>', summary: 'plan a program for a sample of data: what it opens, whether anything could overflow, and its cost with every suite',
    flags: (command) => command
      .option('--rows <count>', 'rows of each owner', '1024')
      .option('--range <min:max>', 'what the columns may hold', '-1000:1000')
      .option('--param <name=value>', 'a parameter; columns and numbers have samples', collect),
    run: async (cli, [file], { rows, range, param }) => {
      const built = await loadProgram(file);
      const [min, max] = range.split(':').map(Number);
      if (!(Number(rows) >= 1) || !(min <= max)) throw new CliError('CS0901', '`--rows` is a number, and `--range` two with a colon in between');
      const plans = (Object.keys(SUITES) as SuiteName[]).map((suite) => samplePlan(built, { rows: Number(rows), min, max }, suite, given(param)));
      const costs = plans.map((plan) => ({ suite: plan.suite, ...planCost(plan) }));
      cli.terminal.result({ name: built.name, digest: built.digest, opens: built.opens, opened: plans[0].outputs, costs }, () => [
        ...headLines(built),
        `  its steps open:  ${openedText(plans[0])}`,
        ...tableLines(['suite', 'rounds', 'products', 'matrix products', 'ANDs (× 64)', 'shared bits'], costs.map((cost) => [cost.suite, cost.rounds, cost.triples, cost.matrixTriples.length, cost.andWords, cost.daBits].map(String))),
      ]);
      cli.terminal.next(`countersign program run ${shellWord(file)} --clear --data "Node A=a.csv" --data "Node B=b.csv"`);
    },
  });
  leaf<{ clear?: boolean; data?: string[]; param?: string[] }>(program, surroundings, {
    usage: 'run <file>', summary: 'compute a program on files of your own, in the clear: what a joint computation must give',
    flags: (command) => command
      .option('--clear', 'without any protection, on this machine')
      .option('--data <node=file.csv>', 'the rows of one owner; may be repeated; node:role=file.csv for another role', collect)
      .option('--param <name=value>', 'a parameter; may be repeated', collect),
    run: async (cli, [file], { clear, data, param }) => {
      if (!clear) throw new CliError('CS0901', 'a program alone runs with `--clear`', { help: ['to compute it jointly, publish it and submit a job: `countersign program publish`, `countersign job submit`'] });
      const built = await loadProgram(file);
      if (!data) throw new CliError('CS0901', 'there is no data', { help: ['write `--data "Bank A=loans.csv"`'] });
      const result = runInClear(trialOf(built, data.map((each) => trialFileOf(each, built)), given(param)));
      cli.terminal.result(result, () => resultLines({ ...result }));
      cli.terminal.next(`countersign program publish ${shellWord(file)}`);
    },
  });
  leaf(program, surroundings, {
    usage: 'publish <file>', online: true, asks: true, summary: 'sign a program of your own and put it at everybody\'s disposal; policies say who may use it',
    run: async (cli, [file]) => {
      const built = await loadProgram(file);
      const home = cli.signer();
      cli.terminal.note(headLines(built).join('\n'));
      await confirm(cli, `Does ${home.name} publish ${built.name}?`);
      const view = await publishProgram({ home, client: cli.nodeClient(home), now: cli.now() }, built, programJson(built));
      cli.terminal.result(view, () => [`${view.name} is published, digest ${view.digest}`]);
      cli.terminal.next(`countersign program approve ${shellWord(view.name)}`);
    },
  });
}
