import { spawn } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Command } from 'commander';
import { z } from 'zod';
import { DatasetRule, MOST_DATASETS, Name, nodeIdOf, type DatasetDeclaration, type NodeView } from '#contract';
import { initNode, fingerprintOf, makeKeys } from '../actions/init-node.js';
import { checkData, inspectData, requireData } from '../actions/inspect-data.js';
import { inspectStock } from '../actions/inspect-stock.js';
import { registerNode, rotateNode, signedDataset } from '../actions/register-node.js';
import { type Cli } from '../cli.js';
import { confirm } from '../confirm.js';
import { EXIT, type ExitCode } from '../exit.js';
import { shellWord } from '../invocation.js';
import { loadYaml } from '../lab/load.js';
import { leaf, type Surroundings } from '../leaf.js';
import { nodePeopleCommands } from './people.js';
import { type NodeHome } from '../node-home.js';
import { contentText, networkText } from '../render/dataset.js';
import { listText } from '../render/decision.js';
import { stockLines } from '../render/stock.js';
import { tableLines } from '../render/table.js';
import { rowsText } from '../render/units.js';
import { PROCESS } from '../root.js';
import { operatorTransport } from '../transport/http.js';

/** A file of datasets, written as in a lab file. */
const DatasetsFile = z.strictObject({ datasets: z.record(Name, DatasetRule).refine((datasets) => Object.keys(datasets).length <= MOST_DATASETS, `a node has at most ${MOST_DATASETS} datasets`) });

function datasetsFrom(path: string): DatasetDeclaration[] {
  const { value, folder } = loadYaml(path, DatasetsFile, 'datasets file');
  return Object.entries(value.datasets).map(([name, rule]) => ({ name, base: folder, ...rule }));
}

/** `node …` and `data list`. */
export function nodeCommands(root: Command, surroundings: Surroundings): void {
  const node = root.command('node').description('participants: keys, registration, worker, trust');

  leaf<{ region: string; controlPlane: string; fingerprint?: string; datasets?: string; listen?: string }>(node, surroundings, {
    usage: 'init <name>',
    examples: ['node init "Bank A" --region EU --datasets datasets.yaml', 'node init "Bank A" --region EU --control-plane http://10.0.0.5:7480 --fingerprint <digits>'],
    summary: 'make a node here: its keys, its settings, and the control plane pinned',
    flags: (command) => command
      .requiredOption('--region <region>', 'where its data is, e.g. EU')
      .option('--control-plane <url>', 'its REST address', 'http://127.0.0.1:7480')
      .option('--fingerprint <digits>', 'of the control plane, as its operator told you')
      .option('--datasets <file>', 'what it offers: YAML with `datasets:` as in a lab file')
      .option('--listen <host>', 'address that other nodes reach it by', '127.0.0.1'),
    run: async (cli, [name], { region, controlPlane, fingerprint, datasets, listen }) => {
      const home = cli.homes.nodeHome(name);
      const info = await initNode({
        home, name, region, fingerprint, now: cli.now(),
        datasets: datasets === undefined ? [] : datasetsFrom(datasets),
        controlPlane: { url: controlPlane, transport: operatorTransport(controlPlane) },
        listen: { host: listen ?? '127.0.0.1' },
        check: (settings) => checkData(settings, cli.world.env),
      });
      cli.terminal.result({ name, home: home.path, controlPlane: info.origin, fingerprint: fingerprintOf(info) }, () => [
        `${name} lives in ${home.path}: four keys, mode 0600; nobody else has them`,
        `pinned ${info.origin}, fingerprint ${fingerprintOf(info)}${fingerprint === undefined ? ' (compare it with what its operator tells you)' : ''}`,
      ]);
      cli.terminal.next(`countersign node register --as ${shellWord(name)} --token <from the operator>`);
    },
  });

  leaf<{ token?: string; datasets?: string }>(node, surroundings, {
    usage: 'register', online: true,
    summary: 'register this node and its datasets, or a new version of them',
    flags: (command) => command.option('--token <token>', 'for the first registration, from the operator').option('--datasets <file>', 'replaces the declared datasets: YAML with `datasets:` as in a lab file'),
    run: async (cli, _args, { token, datasets }) => {
      const home = cli.node();
      if (datasets !== undefined) home.writeSettings({ ...home.settings(), datasets: datasetsFrom(datasets) });
      const client = cli.nodeClient(home);
      const view = await registerNode({ home, client, token, now: cli.now(), datasets: await declaredDatasets(cli, home), version: await nextVersion(cli, home, token) });
      cli.terminal.result(view, () => [`${view.name} is registered, version ${view.version}`, ...view.people.map((person) => `  ${person.name} signs as ${listText(person.roles)}`), ...view.datasets.map(({ name, maxRows, columns, network }) => `  ${name}: ${network ? '' : `at most ${rowsText(maxRows)}; `}${contentText({ columns, network })}`)]);
      cli.terminal.next(`countersign policy list --as ${shellWord(view.name)}`, `countersign node start --as ${shellWord(view.name)}`);
    },
  });

  nodePeopleCommands(node, surroundings);

  leaf(node, surroundings, {
    usage: 'start', online: true,
    summary: 'run the worker of this node until Ctrl-C',
    run: (cli) => startWorker(cli, cli.node()),
  });

  leaf(node, surroundings, {
    usage: 'list', online: true,
    summary: 'the registered nodes',
    run: async (cli) => {
      const nodes = await cli.reader().nodes();
      cli.terminal.result(nodes, () => (nodes.length === 0 ? ['no node is registered'] : tableLines(['node', 'region', 'state', 'version', 'datasets', 'approval key'], nodes.map(nodeRow))));
      if (nodes.length === 0) cli.terminal.next('countersign token create "Bank A"');
    },
  });

  leaf(node, surroundings, {
    usage: 'show [name]', online: true,
    summary: 'one node, this one without a name: keys and datasets',
    run: async (cli, [name]) => {
      const view = await cli.reader().node(name === undefined ? cli.node().id : nodeIdOf(name));
      cli.terminal.result(view, () => [
        `${view.name}, region ${view.region}, version ${view.version}, ${view.status}, ${view.connected ? 'connected' : 'not connected'}`,
        `  approval key ${view.approvalKid}`, `  link key     ${view.linkKid}`,
        ...view.people.map(({ name: who, roles, approvalKid }) => `  ${who} signs as ${listText(roles)}, approval key ${approvalKid}`),
        ...view.datasets.flatMap(({ name: dataset, maxRows, tags, columns, network }) => [`  ${dataset}: ${network ? networkText(network) : `at most ${rowsText(maxRows)}`}${tags.length > 0 ? `, tagged ${tags.join(', ')}` : ''}`, ...(network?.layers ?? []).map(({ node: layer }) => `    ${layer}`), ...Object.entries(columns).map(([column, rule]) => `    ${column}: ${rule.type === 'category' ? rule.values.join(' | ') : rule.type === 'key' ? 'key' : `${rule.type} from ${rule.min} to ${rule.max}`}`)]),
      ]);
    },
  });

  leaf(node, surroundings, {
    usage: 'links', online: true,
    summary: 'round trips between nodes, as their last sessions measured them',
    run: async (cli) => {
      const links = await cli.reader().links();
      cli.terminal.result(links, () => (links.length === 0 ? ['no link was measured yet'] : tableLines(['measured by', 'peer', 'round trip', 'when', 'job'], links.map(({ measuredBy, peer, microseconds, at, job }) => [measuredBy, peer, `${(microseconds / 1000).toFixed(1)} ms`, at, job]))));
    },
  });

  leaf(node, surroundings, {
    usage: 'stock',
    summary: 'correlations that this node has made with others beforehand, and what was discarded',
    flags: (command) => command.option('--as <name>', 'the node, by name'),
    run: async (cli) => {
      const home = cli.node();
      const report = await inspectStock(home);
      cli.terminal.result(report, () => stockLines(report));
      if (report.sets.length === 0) cli.terminal.next(`countersign node start --as ${shellWord(home.name)}`);
    },
  });

  leaf(node, surroundings, {
    usage: 'trust <name>', online: true, asks: true,
    summary: 'pin the present keys of another node, after comparing them with its people',
    run: async (cli, [name]) => {
      const home = cli.node();
      const { approvalKid, linkKid, version } = await cli.nodeClient(home).node(nodeIdOf(name));
      const old = Object.hasOwn(home.peers(), name) ? home.peers()[name] : undefined;
      cli.terminal.note(`${name} is registered with approval key ${approvalKid} and link key ${linkKid}${old && old.approvalKid !== approvalKid ? `; pinned so far: ${old.approvalKid}` : ''}`);
      await confirm(cli, `Did people of ${name} tell you these keys?`);
      home.pin({ [name]: { approvalKid, linkKid, version, ...(old?.roles && { roles: old.roles }) } }, cli.now());
      cli.terminal.result({ name, approvalKid, linkKid, version }, () => [`${name} is pinned`]);
    },
  });

  leaf(node, surroundings, {
    usage: 'rotate', online: true, asks: true,
    summary: 'replace all keys of this node; the old approval key signs the new ones',
    run: async (cli) => {
      const home = cli.node();
      await confirm(cli, `Replace the keys of ${home.name}? Restart its worker afterwards.`);
      const view = await rotate(cli, home);
      cli.terminal.result(view, () => [`${view.name} has new keys, version ${view.version}; the old ones are in ${join(home.path, 'keys.old')}`]);
      cli.terminal.next(`countersign node start --as ${shellWord(view.name)}`);
    },
  });

  leaf<{ reason: string }>(node, surroundings, {
    usage: 'revoke <name>', online: true, asks: true,
    summary: 'as operator: bar a node from now on',
    flags: (command) => command.requiredOption('--reason <text>', 'for the record'),
    run: async (cli, [name], { reason }) => {
      await confirm(cli, `Revoke ${name}? It cannot be undone.`);
      const view = await cli.operator().revoke(nodeIdOf(name), reason);
      cli.terminal.result(view, () => [`${view.name} is revoked`]);
    },
  });

  const data = root.command('data').description('datasets: their shape and meaning, never rows');
  leaf(data, surroundings, {
    usage: 'list', online: true,
    summary: 'what the nodes offer',
    run: async (cli) => {
      const datasets = await cli.reader().datasets();
      cli.terminal.result(datasets, () => tableLines(['dataset', 'node', 'rows at most', 'tags', 'columns'], datasets.map(({ name, node: owner, maxRows, tags, columns, network }) => [name, owner, String(maxRows), tags.join(', '), contentText({ columns, network })])));
    },
  });
  leaf(data, surroundings, {
    usage: 'check', online: true,
    summary: 'read the own datasets as the worker would, and say what is wrong with them',
    run: async (cli) => {
      const home = cli.node();
      const inspected = await inspectData(home, cli.world.env);
      cli.terminal.result(inspected, () => inspected.map(({ name, rows, problem }) => `${name}: ${problem ? `${problem.code}: ${problem.message}` : `${rows} rows, as declared`}`));
      return inspected.some(({ problem }) => problem) ? EXIT.invalid : EXIT.done;
    },
  });
}

const nodeRow = ({ name, region, status, connected, version, datasets, approvalKid }: NodeView): string[] =>
  [name, region, status === 'revoked' ? status : connected ? 'connected' : 'away', String(version), datasets.map((dataset) => dataset.name).join(', '), approvalKid.slice(0, 16)];

/** The declared datasets, read and checked first. */
async function declaredDatasets(cli: Cli, home: NodeHome) {
  const inspected = await inspectData(home, cli.world.env);
  requireData(home.name, inspected);
  return home.settings().datasets.map((dataset) => signedDataset(dataset, inspected.find(({ name }) => name === dataset.name) ?? {}));
}

/**
 * Only a registered node may ask for its version; a token means that it is not one yet. Never one that this node has signed before, whatever the
 * control plane says: of two registrations of one version it could show either.
 */
async function nextVersion(cli: Cli, home: NodeHome, token?: string): Promise<number> {
  const registered = token === undefined ? (await cli.nodeClient(home).node(home.id)).version : 0;
  return Math.max(registered, home.peers()[home.name]?.version ?? 0) + 1;
}

async function rotate(cli: Cli, home: NodeHome): Promise<NodeView> {
  const folder = 'keys.new';
  rmSync(join(home.path, folder), { recursive: true, force: true });
  const kids = makeKeys(home, folder);
  const version = await nextVersion(cli, home);
  const view = await rotateNode({ home, client: cli.nodeClient(home), now: cli.now(), datasets: await declaredDatasets(cli, home), version }, folder);
  rmSync(join(home.path, 'keys.old'), { recursive: true, force: true });
  renameSync(join(home.path, 'keys'), join(home.path, 'keys.old'));
  renameSync(join(home.path, folder), join(home.path, 'keys'));
  home.pin({ [home.name]: { ...kids, version } }, cli.now());
  return view;
}

function startWorker(cli: Cli, home: NodeHome): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROCESS.worker, '--home', home.path, '--with-parent'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: cli.world.env });
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on('SIGINT', forward).on('SIGTERM', forward);
    child.on('message', (message: { type?: string }) => {
      if (message?.type !== 'ready') return;
      cli.terminal.note(`the worker of ${home.name} is connected; Ctrl-C stops it`);
      cli.terminal.next(`countersign inbox --as ${shellWord(home.name)}`);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve(code === 0 || signal === 'SIGINT' || signal === 'SIGTERM' ? EXIT.done : EXIT.failed);
    });
  });
}
