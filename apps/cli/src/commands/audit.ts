import { type Command } from 'commander';
import { type ApiClient } from '#contract';
import { LEAF_TYPES } from '#tlog';
import { problemsOf, vanishedLines, verifyAudit, type LogPin } from '../actions/verify-audit.js';
import { type Cli } from '../cli.js';
import { countOf } from '../amounts.js';
import { CliError } from '../failure.js';
import { leaf, type Surroundings } from '../leaf.js';
import { didYouMean } from '../nearest.js';
import { tableLines } from '../render/table.js';

/** `audit …`. */
export function auditCommands(root: Command, surroundings: Surroundings): void {
  const audit = root.command('audit').description('the log of everything that was asked, decided and done');

  leaf<{ type?: string; subject?: string; actor?: string; limit: string; after?: string }>(audit, surroundings, {
    usage: 'list', online: true,
    summary: 'entries of the log, with filters',
    flags: (command) => command.option('--type <type>', 'e.g. job.denied').option('--subject <id>', 'e.g. a job').option('--actor <id>', 'e.g. a node').option('--limit <n>', 'how many', '50').option('--after <cursor>', 'go on from here'),
    run: async (cli, _args, { limit, ...filter }) => {
      if (filter.type !== undefined && !LEAF_TYPES.some((type) => type === filter.type)) {
        throw new CliError('CS0901', `the log has no entries of type \`${filter.type}\``, { help: didYouMean(filter.type, LEAF_TYPES) });
      }
      const given = Object.fromEntries((['type', 'subject', 'actor', 'after'] as const).flatMap((name) => (filter[name] === undefined ? [] : [[name, filter[name]]])));
      const most = countOf('--limit', limit);
      const page = await cli.reader().auditEntries({ limit: most, ...given });
      cli.terminal.result(page, () => tableLines(['index', 'time', 'type', 'actor', 'subject', 'from', 'to'], page.items.map(({ index, time, type, actor, subject, from = '', to = '' }) => [String(index), time, type, actor, subject, from, to])));
      if (page.next !== undefined) cli.terminal.next(`countersign audit list --after ${page.next}`);
      cli.terminal.next('countersign audit verify');
    },
  });

  leaf<{ vkey?: string; origin?: string }>(audit, surroundings, {
    usage: 'verify', online: true,
    summary: 'derive the whole log anew and check it against the pinned key',
    flags: (command) => command.option('--vkey <key>', 'key of the log (default: pinned at `node init`)').option('--origin <name>', 'name of the log (default: pinned at `node init`)'),
    run: async (cli, _args, { vkey, origin }) => {
      const client = cli.reader();
      const report = await verifyAudit(client, await pinOf(cli, client, { vkey, origin }));
      cli.terminal.result(report, () => (report.verified ? [`${cli.terminal.style('green', 'intact')}: ${report.size} entries, root ${report.root}`, ...vanishedLines(report)] : problemsOf(report)));
      if (!report.verified) throw new CliError('CS0922', 'the audit log does not verify', { help: problemsOf(report), reported: true });
    },
  });
}

/** The key that the log is held to: given, pinned by a node here, or, with a warning, what the control plane itself says. */
async function pinOf(cli: Cli, client: ApiClient, given: Partial<LogPin>): Promise<LogPin> {
  const [node] = cli.homes.nodes();
  const pinned = node?.settings().controlPlane;
  if (given.vkey !== undefined && given.origin !== undefined) return { vkey: given.vkey, origin: given.origin };
  if (pinned) return { vkey: given.vkey ?? pinned.logVkey, origin: given.origin ?? pinned.origin };
  cli.terminal.note('warning: no key of the log is pinned here; it is held to the key that the control plane names itself');
  const info = await client.info();
  return { vkey: given.vkey ?? info.logVkey, origin: given.origin ?? info.origin };
}
