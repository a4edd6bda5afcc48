import { type Command } from 'commander';
import { owedDuties } from '../actions/duties.js';
import { approveJob, refuseJob, verifyJob, withdrawApproval } from '../actions/sign-job.js';
import { type Cli } from '../cli.js';
import { confirm } from '../confirm.js';
import { shellWord } from '../invocation.js';
import { leaf, type Surroundings } from '../leaf.js';
import { type SignerHome } from '../signer-home.js';
import { cardJson, cardLines } from '../render/card.js';
import { listText } from '../render/decision.js';
import { dutyLine } from '../render/duty.js';
import { stateText } from '../render/job.js';
import { requestSentence } from '../render/request.js';

/** `inbox`, `sign`, `refuse`, `withdraw`. */
export function signingCommands(root: Command, surroundings: Surroundings): void {
  leaf(root, surroundings, {
    usage: 'inbox', online: true,
    summary: 'what waits for the signature of this node or person',
    run: async (cli) => {
      const home = cli.signer();
      const client = cli.nodeClient(home);
      const { items } = await client.jobs({ state: 'needs_signatures', waitingFor: home.name, limit: 200 });
      const owed = await owedDuties(client, { by: home.name });
      cli.terminal.result(items, () => (items.length === 0 ? [`nothing waits for ${home.name}`] : items.flatMap(({ id, spec }) => [`${cli.terminal.style('bold', id)}  until ${spec.expiresAt}`, `  ${requestSentence(spec)}`])));
      for (const duty of owed) cli.terminal.note(`${home.name} owes ${dutyLine(duty)}`);
      if (items.length > 0) cli.terminal.next(`countersign sign ${items[0].id} --as ${shellWord(home.name)}`);
    },
  });

  leaf(root, surroundings, {
    usage: 'sign <job>', online: true, asks: true,
    summary: 'check a request on this machine, see what it means, and sign that this node or person agrees',
    run: async (cli, [id]) => {
      const { home, signing } = await prepare(cli, id);
      await confirm(cli, `Does ${home.name} sign?`);
      const view = await approveJob({ ...signing, now: cli.now() });
      cli.terminal.result(view, () => [`${home.name} signed; ${view.id} is ${stateText(view.state, cli.terminal)}${view.decision.canSign.length > 0 ? `, still to sign: ${listText(view.decision.canSign)}` : ''}`]);
      cli.terminal.next(`countersign job watch ${id}`);
    },
  });

  leaf<{ reason?: string }>(root, surroundings, {
    usage: 'refuse <job>', online: true, asks: true,
    summary: 'sign that this node or person refuses a request; it cannot be taken back',
    flags: (command) => command.option('--reason <text>', 'shown to the requester and kept'),
    run: async (cli, [id], { reason }) => {
      const { home, signing } = await prepare(cli, id);
      await confirm(cli, `Does ${home.name} refuse?`);
      const view = await refuseJob({ ...signing, now: cli.now() }, reason);
      cli.terminal.result(view, () => [`${home.name} refused; ${view.id} is ${stateText(view.state, cli.terminal)}`]);
    },
  });

  leaf(root, surroundings, {
    usage: 'withdraw <job>', online: true, asks: true,
    summary: 'take back the signature of this node or person, while the job has not started',
    run: async (cli, [id]) => {
      const { home, signing } = await prepare(cli, id);
      await confirm(cli, `Does ${home.name} withdraw its signature?`);
      const view = await withdrawApproval({ ...signing, now: cli.now() });
      cli.terminal.result(view, () => [`${home.name} withdrew its signature; ${view.id} is ${stateText(view.state, cli.terminal)}`]);
    },
  });
}

/** Verifies the bundle of a job here and shows the card. */
async function prepare(cli: Cli, id: string) {
  const home: SignerHome = cli.signer();
  const client = cli.nodeClient(home);
  const job = await verifyJob(home, client, id, cli.now(), (names) => {
    if (names.length > 0) cli.terminal.note(cli.terminal.typed(`pinned on first use: ${listText(names)} (compare with \`countersign node trust\`)`));
  });
  if (cli.terminal.options.json) cli.terminal.note(JSON.stringify(cardJson(job)));
  else for (const line of [...cardLines(job, cli.terminal), '']) cli.terminal.note(line);
  return { home, signing: { home, client, job } };
}
