import { type Command } from 'commander';
import { JOB_STATES, Scope } from '#contract';
import { durationMs } from '../amounts.js';
import { CliError } from '../failure.js';
import { shellWord } from '../invocation.js';
import { leaf, nameList, type Surroundings } from '../leaf.js';
import { didYouMean } from '../nearest.js';
import { tableLines } from '../render/table.js';
import { fingerprintOf } from '../actions/init-node.js';

const MINUTE_MS = 60_000;

/** `key …`, `token create`, `status`: for those who run a control plane. */
export function operatorCommands(root: Command, surroundings: Surroundings): void {
  const key = root.command('key').description('API keys of operators');
  leaf<{ scopes: string[]; expiresIn?: string }>(key, surroundings, {
    usage: 'create <name>', online: true,
    summary: 'make an API key; it is shown once',
    flags: (command) => command.requiredOption('--scopes <scopes>', `of ${Scope.options.join(', ')}`, nameList).option('--expires-in <duration>', 'e.g. 7d'),
    run: async (cli, [name], { scopes, expiresIn }) => {
      const unknown = scopes.find((scope) => !(Scope.options as readonly string[]).includes(scope));
      if (unknown !== undefined) throw new CliError('CS0901', `\`${unknown}\` is no scope`, { help: didYouMean(unknown, Scope.options) });
      const expiresAt = expiresIn === undefined ? {} : { expiresAt: new Date(cli.now().getTime() + durationMs(expiresIn)).toISOString() };
      const created = await cli.operator().createApiKey({ name, scopes: scopes as Scope[], ...expiresAt });
      cli.terminal.result(created, () => [created.key]);
      cli.terminal.note('keep it now: it is not shown again');
      cli.terminal.next('COUNTERSIGN_API_KEY=<key> countersign status');
    },
  });
  leaf(key, surroundings, {
    usage: 'list', online: true, summary: 'the API keys, without their secrets',
    run: async (cli) => {
      const keys = await cli.operator().apiKeys();
      cli.terminal.result(keys, () => tableLines(['id', 'name', 'scopes', 'created', 'expires', 'revoked'], keys.map(({ id, name, scopes, createdAt, expiresAt = '', revokedAt = '' }) => [id, name, scopes.join(' '), createdAt, expiresAt, revokedAt])));
    },
  });
  leaf(key, surroundings, {
    usage: 'revoke <id>', online: true, summary: 'end an API key',
    run: async (cli, [id]) => {
      await cli.operator().revokeApiKey(id);
      cli.terminal.result({ id, revoked: true }, () => [`${id} is revoked`]);
    },
  });

  leaf<{ validFor: string }>(root.command('token').description('enrolment of nodes'), surroundings, {
    usage: 'create <node>', online: true,
    summary: 'a token with which a node of this name registers once',
    flags: (command) => command.option('--valid-for <duration>', 'e.g. 4h', '24h'),
    run: async (cli, [node], { validFor }) => {
      const client = cli.operator();
      const created = await client.createEnrolmentToken({ node, validForMinutes: Math.max(1, Math.ceil(durationMs(validFor) / MINUTE_MS)) });
      cli.terminal.result(created, () => [created.token]);
      cli.terminal.next(
        { command: `countersign node init ${shellWord(node)} --region <region> --control-plane ${cli.url} --fingerprint ${fingerprintOf(await client.info())}`, at: node },
        { command: `countersign node register --as ${shellWord(node)} --token ${created.token}`, at: node },
      );
    },
  });

  leaf(root, surroundings, {
    usage: 'status', online: true,
    summary: 'nodes, policy, jobs and log at a glance',
    run: async (cli) => {
      const client = cli.reader();
      const [info, nodes, { items: jobs }, checkpoint, policies] = await Promise.all([client.info(), client.nodes(), client.jobs({ limit: 200 }), client.checkpoint(), client.policies()]);
      const policy = policies.find(({ inForce }) => inForce);
      const states = Object.fromEntries(JOB_STATES.flatMap((state) => {
        const count = jobs.filter((job) => job.state === state).length;
        return count === 0 ? [] : [[state, count]];
      }));
      const connected = nodes.filter((node) => node.connected).map(({ name }) => name);
      cli.terminal.result({ version: info.version, origin: info.origin, nodes: nodes.length, connected, policy: policy && { version: policy.version, file: policy.file, digest: policy.digest }, jobs: states, log: checkpoint.size }, () => [
        `control plane  ${info.origin}, version ${info.version}`,
        `nodes          ${nodes.length} registered, ${connected.length} connected${connected.length > 0 ? `: ${connected.join(', ')}` : ''}`,
        `policy         ${policy ? `${policy.file}, version ${policy.version}` : 'none in force'}`,
        `jobs           ${Object.entries(states).map(([state, count]) => `${count} ${state}`).join(', ') || 'none'}`,
        `audit log      ${checkpoint.size} entries`,
      ]);
      cli.terminal.next(policy ? 'countersign inbox' : 'countersign policy publish <file>');
    },
  });
}
