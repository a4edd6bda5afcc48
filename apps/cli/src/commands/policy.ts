import { type Command } from 'commander';
import { explain, type PolicyRegistry } from '#policy';
import { PROGRAMS } from '#program';
import { rolesIn } from '#verify';
import { acceptPolicy, compileAsPublished, compileOrFail, registryOf } from '../actions/publish-policy.js';
import { inputsOf } from '../actions/submit-job.js';
import { type Cli } from '../cli.js';
import { confirm } from '../confirm.js';
import { type ExitCode } from '../exit.js';
import { readText } from '../files.js';
import { loadLab } from '../lab/check.js';
import { leaf, type Surroundings } from '../leaf.js';
import { decisionLines, decisionTitle, exitOfDecision } from '../render/decision.js';
import { diagnosticLines } from '../render/failure.js';
import { tableLines } from '../render/table.js';
import { policyChangeCommands, versionNumber } from './policy-changes.js';
import { inputFlags, requestFrom, type InputFlags } from './request-flags.js';

/** `policy …` and `can-i`. */
export function policyCommands(root: Command, surroundings: Surroundings): void {
  const policy = root.command('policy').description('sentences that say who may compute what, and with whose signature');
  const names = (command: Command): Command => command.option('--lab <file>', 'take the names of nodes and datasets from a lab file instead of a control plane');

  leaf<{ lab?: string }>(policy, surroundings, {
    usage: 'check <file>', online: true, flags: names,
    summary: 'compile a policy against the registered names; nothing is published',
    run: async (cli, [file], { lab }) => {
      const source = readText(file, 'policy');
      const { policy: compiled, warnings } = compileOrFail(source, await registry(cli, lab), file);
      for (const line of diagnosticLines(warnings, source, cli.terminal)) cli.terminal.note(line);
      cli.terminal.result({ ok: true, digest: compiled.digest, rules: compiled.rules.length, warnings }, () => [`${file} is a policy of ${compiled.rules.length} sentences, digest ${compiled.digest}`]);
      cli.terminal.next(`countersign policy explain ${file}`, `countersign policy publish ${file}`);
    },
  });

  leaf<{ lab?: string }>(policy, surroundings, {
    usage: 'explain <file>', online: true, flags: names,
    summary: 'say in plain English what each sentence of a policy means',
    run: async (cli, [file], { lab }) => {
      const { policy: compiled } = compileOrFail(readText(file, 'policy'), await registry(cli, lab), file);
      const lines = explain(compiled);
      cli.terminal.result(lines, () => lines);
    },
  });

  policyChangeCommands(policy, surroundings);

  leaf(policy, surroundings, {
    usage: 'list', online: true,
    summary: 'every policy that was ever published',
    run: async (cli) => {
      const policies = await cli.reader().policies();
      cli.terminal.result(policies, () => (policies.length === 0 ? ['no policy is published'] : tableLines(['version', 'file', 'digest', 'published', 'state'], policies.map(({ version, file, digest, publishedAt, state }) => [String(version), file, digest.slice(0, 16), publishedAt, state.replace('_', ' ')]))));
    },
  });

  leaf(policy, surroundings, {
    usage: 'show [version]', online: true,
    summary: 'the text of a policy, by default the one in force',
    run: async (cli, [version]) => {
      const client = cli.reader();
      const view = await (version === undefined ? client.currentPolicy() : client.policy(versionNumber(version)));
      cli.terminal.result(view, () => [`# ${view.file}, version ${view.version}, digest ${view.digest}`, view.source.trimEnd()]);
    },
  });

  leaf(policy, surroundings, {
    usage: 'accept [version]', online: true, asks: true,
    summary: 'as a node or person: take part in jobs under this policy, or sign them (default: the one in force)',
    run: async (cli, [version]) => {
      const home = cli.signer();
      const client = cli.nodeClient(home);
      const view = await (version === undefined ? client.currentPolicy() : client.policy(versionNumber(version)));
      // What the sentences mean is said by this program, not by the control plane.
      for (const sentence of explain(await compileAsPublished(client, view))) cli.terminal.note(`  ${sentence}`);
      await confirm(cli, `Does ${home.name} accept version ${view.version} of ${view.file}?`);
      await acceptPolicy(home, client, view, cli.now());
      cli.terminal.result({ node: home.name, version: view.version, digest: view.digest }, () => [`${home.name} accepts version ${view.version}, digest ${view.digest}`]);
    },
  });

  const decide = (parent: Command, usage: string, summary: string): void => {
    leaf<InputFlags & { signedBy: string[] }>(parent, surroundings, {
      usage, summary, online: true,
      flags: (command) => inputFlags(command).option('--signed-by <nodes>', 'as if these had signed', (value: string) => value.split(',').map((name) => name.trim()), []),
      run: (cli, [program], options) => dryRun(cli, program, options),
    });
  };
  decide(policy, 'decide <program>', 'what the policy in force would decide; nothing is stored');
  decide(root, 'can-i <program>', 'whether this node may run a program: the same as `policy decide`');
}

async function dryRun(cli: Cli, program: string, options: InputFlags & { signedBy: string[] }): Promise<ExitCode> {
  const request = requestFrom(program, options);
  const decision = await cli.reader().decide({
    as: cli.asName ?? cli.node().name, program, inputs: inputsOf(request), receivers: request.receivers, signers: options.signedBy, agent: request.agent,
    ...(request.purpose === undefined ? {} : { purpose: request.purpose }),
    ...(request.privacy && { privacy: request.privacy }),
  });
  cli.terminal.result(decision, () => [decisionTitle(decision, cli.terminal), ...decisionLines(decision, cli.terminal)]);
  return exitOfDecision(decision);
}

async function registry(cli: Cli, lab?: string): Promise<PolicyRegistry> {
  if (lab === undefined) return registryOf(cli.reader());
  const { value } = loadLab(lab);
  return {
    nodes: Object.keys(value.nodes),
    datasets: Object.entries(value.nodes).flatMap(([node, { datasets }]) => Object.entries(datasets).map(([name, { tags }]) => ({ name, node, tags }))),
    programs: PROGRAMS.map(({ name }) => name),
    roles: rolesIn(Object.entries(value.nodes).map(([name, { people }]) => ({ name, people: Object.values(people).map((roles) => ({ roles })) }))),
  };
}
