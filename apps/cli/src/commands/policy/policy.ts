import { type Command } from 'commander';
import { explain } from '#policy';
import { acceptPolicy, compileAsPublished } from '../../actions/publish-policy.js';
import { inputsOf, plannedFields } from '../../actions/submit-job.js';
import { type Cli } from '../../cli.js';
import { confirm } from '../../confirm.js';
import { type ExitCode } from '../../exit.js';
import { leaf, type Surroundings } from '../../leaf.js';
import { decisionLines, decisionTitle, exitOfDecision } from '../../render/decision.js';
import { policyChangeCommands, versionNumber } from './changes.js';
import { policyQuestionCommands } from './questions.js';
import { policyReadingCommands } from './reading.js';
import { policyTestCommands } from './tests.js';
import { inputFlags, requestFrom, type InputFlags } from '../request-flags.js';

/** `policy …` and `can-i`. */
export function policyCommands(root: Command, surroundings: Surroundings): void {
  const policy = root.command('policy').description('sentences that say who may compute what, and with whose signature');
  policyReadingCommands(policy, surroundings);
  policyTestCommands(policy, surroundings);
  policyQuestionCommands(policy, surroundings);
  policyChangeCommands(policy, surroundings);

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
    const example = (parent === root ? usage : `policy ${usage}`).replace(' <program>', '');
    leaf<InputFlags & { signedBy: string[] }>(parent, surroundings, {
      usage, summary, online: true, examples: [`${example} Mean --dataset Loans --nodes "Bank A,Bank B" --receivers "Bank A" --as "Bank A"`],
      flags: (command) => inputFlags(command).option('--signed-by <nodes>', 'as if these had signed', (value: string) => value.split(',').map((name) => name.trim()), []),
      run: (cli, [program], options) => dryRun(cli, program, options),
    });
  };
  decide(policy, 'decide <program>', 'what the policy in force would decide; nothing is stored');
  decide(root, 'can-i <program>', 'whether this node may run a program: the same as `policy decide`');
}

async function dryRun(cli: Cli, program: string, options: InputFlags & { signedBy: string[] }): Promise<ExitCode> {
  const request = requestFrom(program, options);
  const as = cli.asName ?? cli.node().name;
  const { security, suite, parties } = plannedFields(request, as);
  const decision = await cli.asker().decide({
    as, program, inputs: inputsOf(request), security, suite, parties, receivers: request.receivers, signers: options.signedBy, agent: request.agent,
    ...(request.purpose === undefined ? {} : { purpose: request.purpose }),
    ...(request.privacy && { privacy: request.privacy }),
  });
  cli.terminal.result(decision, () => [decisionTitle(decision, cli.terminal), ...decisionLines(decision, cli.terminal)]);
  return exitOfDecision(decision);
}
