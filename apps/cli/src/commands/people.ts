import { type Command } from 'commander';
import { PersonRequest } from '#contract';
import { addPerson, initPerson, removePerson } from '../actions/people.js';
import { readJson } from '../files.js';
import { shellWord } from '../invocation.js';
import { leaf, nameList, type Surroundings } from '../leaf.js';
import { listText } from '../render/decision.js';
import { tableLines } from '../render/table.js';
import { operatorTransport } from '../transport/http.js';

/** `person …`: for somebody who signs for a node. */
export function personCommands(root: Command, surroundings: Surroundings): void {
  const person = root.command('person').description('somebody who signs for a node in a role');
  leaf<{ node: string; controlPlane: string; fingerprint?: string }>(person, surroundings, {
    usage: 'init <name>',
    summary: 'make a home for a person here: two keys, and the request that the node registers',
    flags: (command) => command
      .requiredOption('--node <name>', 'the node that the person signs for')
      .option('--control-plane <url>', 'its REST address', 'http://127.0.0.1:7480')
      .option('--fingerprint <digits>', 'of the control plane, as its operator told you'),
    run: async (cli, [name], { node, controlPlane, fingerprint }) => {
      const home = cli.homes.personHome(name, node);
      const request = await initPerson({ home, name, node, fingerprint, controlPlane: { url: controlPlane, transport: operatorTransport(controlPlane) } });
      cli.terminal.result({ ...request, home: home.path, request: home.requestPath }, () => [
        `${home.name} lives in ${home.path}: two keys, mode 0600; nobody else has them`,
        `for the operator of ${node}: ${home.requestPath} (key ids only; compare them by voice)`,
        `  approval key ${request.approvalKid}`, `  link key     ${request.linkKid}`,
      ]);
      cli.terminal.next({ command: `countersign node people add ${shellWord(home.requestPath)} --role <role> --as ${shellWord(node)}`, at: node });
    },
  });
}

/** `node people …`: whom a node registers. */
export function nodePeopleCommands(node: Command, surroundings: Surroundings): void {
  const people = node.command('people').description('who may sign for this node, and in which role; `node register` makes it known');
  const register = (name: string): string => `countersign node register --as ${shellWord(name)}`;
  leaf<{ role: string[] }>(people, surroundings, {
    usage: 'add <request>', online: true,
    summary: 'take somebody in, from the request that `person init` wrote',
    flags: (command) => command.requiredOption('--role <roles>', 'what she signs as, e.g. Compliance; may be given again', nameList),
    run: async (cli, [path], { role }) => {
      const home = cli.node();
      const person = addPerson(home, readJson(path, PersonRequest, 'request of a person'), role);
      cli.terminal.result(person, () => [`${person.name} signs for ${home.name} as ${listText(person.roles)}, with approval key ${person.approvalKid}; others learn of it when the node registers`]);
      cli.terminal.next(register(home.name));
    },
  });
  leaf(people, surroundings, {
    usage: 'remove <name>', online: true,
    summary: 'let somebody sign no more; her keys never come back',
    run: async (cli, [name]) => {
      const home = cli.node();
      removePerson(home, name);
      cli.terminal.result({ node: home.name, removed: name }, () => [`${name} signs for ${home.name} no more; others learn of it when the node registers`]);
      cli.terminal.next(register(home.name));
    },
  });
  leaf(people, surroundings, {
    usage: 'list', online: true,
    summary: 'who may sign for this node',
    run: async (cli) => {
      const { people: own = [] } = cli.node().settings();
      cli.terminal.result(own, () => (own.length === 0 ? ['nobody'] : tableLines(['name', 'roles', 'approval key'], own.map(({ name, roles, approvalKid }) => [name, roles.join(', '), approvalKid]))));
    },
  });
}
