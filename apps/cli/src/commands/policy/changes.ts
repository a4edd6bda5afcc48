import { basename } from 'node:path';
import { type Command } from 'commander';
import { type ApiClient } from '#contract';
import { diff, explain, type CompiledPolicy } from '#policy';
import { compileAsPublished, compileOrFail, publishPolicy, registryOf } from '../../actions/publish-policy.js';
import { signPolicy } from '../../actions/sign-standing.js';
import { type Cli } from '../../cli.js';
import { confirm } from '../../confirm.js';
import { durationMs } from '../../amounts.js';
import { CliError } from '../../failure.js';
import { readText } from '../../files.js';
import { asFirst } from '../../invocation.js';
import { leaf, type Surroundings } from '../../leaf.js';
import { listText } from '../../render/decision.js';
import { differenceLines } from '../../render/difference.js';
import { policyLines } from '../../render/policy.js';

/** `policy publish`, `policy sign` and `policy versions`. */
export function policyChangeCommands(policy: Command, surroundings: Surroundings): void {
  leaf(policy, surroundings, {
    usage: 'publish <file>', online: true, asks: true,
    summary: 'as operator: put a policy in force, or propose it where the one in force asks for signatures',
    run: async (cli, [file]) => {
      const client = cli.operator();
      const source = readText(file, 'policy');
      const { policy: draft } = compileOrFail(source, await registryOf(client), basename(file));
      for (const sentence of explain(draft)) cli.terminal.note(`  ${sentence}`);
      const before = await inForce(client);
      if (before) noteChanges(cli, before, draft);
      await confirm(cli, `Put ${file} in force?`);
      const view = await publishPolicy(client, basename(file), source);
      if (view.state === 'proposed') {
        cli.terminal.result(view, () => [...policyLines(view, cli.terminal), 'the policy in force stays until they have signed']);
        const canSign = view.publication?.canSign ?? [];
        cli.terminal.next({ command: `countersign policy sign ${view.version}${asFirst(canSign)}`, ...(canSign.length > 0 && { at: listText(canSign) }) });
        return;
      }
      cli.terminal.result(view, () => [`${view.file} is in force as version ${view.version}, digest ${view.digest}`]);
      acceptNext(cli, view.version);
    },
  });

  leaf<{ expiresIn: string }>(policy, surroundings, {
    usage: 'sign <version>', online: true, asks: true,
    summary: 'as a node or person whom the policy in force asks: agree to a proposed policy',
    flags: (command) => command.option('--expires-in <duration>', 'how long the signature stands while others are missing', '7d'),
    run: async (cli, [version], { expiresIn }) => {
      const home = cli.signer();
      const client = cli.nodeClient(home);
      const [proposed, current] = await Promise.all([client.policy(versionNumber(version)), client.currentPolicy()]);
      // What changes, and the digests that are signed, are worked out here from the texts.
      const [after, before] = [await compileAsPublished(client, proposed), await compileAsPublished(client, current)];
      cli.terminal.note(`version ${proposed.version} (${proposed.file}) is to replace version ${current.version} (${current.file}):`);
      for (const sentence of explain(after)) cli.terminal.note(`  ${sentence}`);
      noteChanges(cli, before, after);
      await confirm(cli, `Does ${home.name} agree?`);
      const view = await signPolicy({ home, client, now: cli.now(), validForMs: durationMs(expiresIn) }, proposed.version, { policy: after.digest, previous: before.digest });
      cli.terminal.result(view, () => [`${home.name} signed`, ...policyLines(view, cli.terminal)]);
      if (view.inForce) acceptNext(cli, view.version);
    },
  });

  leaf(policy, surroundings, {
    usage: 'versions', alias: 'list', online: true,
    summary: 'every policy: in force, proposed, replaced or void, and who signed',
    run: async (cli) => {
      const policies = await cli.reader().policies();
      cli.terminal.result(policies, () => (policies.length === 0 ? ['no policy is published'] : policies.flatMap((view) => policyLines(view, cli.terminal))));
    },
  });
}

/** Every node accepts for itself; here those that live here. */
function acceptNext(cli: Cli, version: number): void {
  const here = cli.homes.nodes().map(({ name }) => name);
  const accept = `countersign policy accept ${version}`;
  cli.terminal.next(...(here.length === 0 ? [{ command: accept, at: 'every node' }] : here.map((name) => `${accept}${asFirst([name])}`)));
}

/** Undefined when none was ever published. */
async function inForce(client: ApiClient): Promise<CompiledPolicy | undefined> {
  const newest = (await client.policies()).find((view) => view.inForce);
  return newest && compileAsPublished(client, newest);
}

/** What another policy changes; what it holds off no more is said loudly, before anybody agrees. */
function noteChanges(cli: Cli, before: CompiledPolicy, after: CompiledPolicy): void {
  cli.terminal.note('what changes:');
  for (const line of differenceLines(diff(before, after), cli.terminal)) cli.terminal.note(`  ${line}`);
}

export function versionNumber(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new CliError('CS0901', `\`${text}\` is no version of a policy`, { help: ['versions count from 1: see `countersign policy versions`'] });
  return Number(text);
}
