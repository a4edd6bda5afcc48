import { type Command } from 'commander';
import { type LimitView } from '#contract';
import { attestDuty } from '../actions/attest-duty.js';
import { everyDuty, owedDuties } from '../actions/duties.js';
import { leaf, type Surroundings } from '../leaf.js';
import { dutyLine, dutyText } from '../render/duty.js';
import { tableLines } from '../render/table.js';

/** `limit …` and `duty …`: what is counted and owed over time. */
export function ledgerCommands(root: Command, surroundings: Surroundings): void {
  const limit = root.command('limit').description('limits of the policy in force');
  leaf(limit, surroundings, {
    usage: 'list', online: true,
    summary: 'what each limit allows, what is used and left, and when it begins anew',
    run: async (cli) => {
      const limits = await cli.reader().limits();
      cli.terminal.result(limits, () => (limits.length === 0 ? ['the policy in force has no limit'] : limits.flatMap(limitLines)));
    },
  });

  const duty = root.command('duty').description('what is owed after a result was released');
  leaf<{ overdue?: boolean; all?: boolean }>(duty, surroundings, {
    usage: 'list', online: true,
    summary: 'what is still owed, the first due first',
    flags: (command) => command.option('--overdue', 'only what is late').option('--all', 'also what was done'),
    run: async (cli, _args, { overdue = false, all = false }) => {
      const reader = cli.reader();
      const owed = overdue || all ? await everyDuty(reader, overdue ? { state: 'overdue' } : {}) : await owedDuties(reader);
      cli.terminal.result(owed, () => (owed.length === 0 ? [overdue ? 'nothing is overdue' : 'nothing is owed'] : tableLines(['duty', 'state', 'due', 'what', 'job'], owed.map((each) => [each.id, each.state, each.dueAt, dutyText(each), each.job]))));
      const first = owed.find(({ state }) => state !== 'done');
      if (first) cli.terminal.next(`countersign duty attest ${first.id}`);
    },
  });

  leaf<{ note?: string }>(duty, surroundings, {
    usage: 'attest <id>', online: true,
    summary: 'sign that this node or person did what it owed',
    flags: (command) => command.option('--note <text>', 'kept with it'),
    run: async (cli, [id], { note }) => {
      const home = cli.signer();
      const view = await attestDuty({ home, client: cli.nodeClient(home), id, note, now: cli.now() });
      cli.terminal.result(view, () => [`${home.name} attested; ${dutyLine(view)}`]);
    },
  });
}

const limitLines = ({ rule, node, of, most, used, left, until }: LimitView): string[] => [
  rule.sentence, `  ${node === undefined ? '' : `${node}: `}${used} of ${most} ${of === 'epsilon' ? 'epsilon' : 'computations'} used, ${left} left until ${until}`,
];
