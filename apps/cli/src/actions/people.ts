import { Person, PersonName, type PersonRequest } from '#contract';
import { CliError } from '../failure.js';
import { type NodeHome } from '../node-home.js';
import { type PersonHome } from '../person-home.js';
import { schemaWords } from '../schema-words.js';
import { makeSigningKeys, pinControlPlane, type ControlPlaneToPin } from './init-node.js';

export interface PersonToMake extends ControlPlaneToPin {
  readonly home: PersonHome;
  readonly name: string;
  readonly node: string;
}

/**
 * Makes the home of somebody who signs for a node: two keys, the control plane's keys pinned, and the request that her node registers.
 * @throws CliError CS0906 where somebody lives already, CS0907, CS0912
 */
export async function initPerson({ home, name, node, ...from }: PersonToMake): Promise<PersonRequest> {
  const named = PersonName.safeParse(name, { error: schemaWords });
  if (!named.success) throw new CliError('CS0912', `\`${name}\` cannot be a person's name: ${named.error.issues[0].message}`);
  if (home.exists()) throw new CliError('CS0906', `somebody lives in \`${home.path}\` already`, { help: ['a key is never used twice: for new keys, remove that folder first'] });
  const { pinned } = await pinControlPlane(from);
  const { approval: approvalKid, link: linkKid } = makeSigningKeys(home, ['link', 'approval']);
  home.writeSettings({ v: 1, name, node, controlPlane: pinned });
  const request: PersonRequest = { v: 1, name, node, approvalKid, linkKid };
  home.writeRequest(request);
  return request;
}

/** Puts somebody among the people that the next registration of a node names, in place of one of her name. @throws CliError CS0924 when she asks for another node */
export function addPerson(home: NodeHome, { name, node, approvalKid, linkKid }: PersonRequest, roles: readonly string[]): Person {
  if (node !== home.name) throw new CliError('CS0924', `\`${name}\` asks to sign for \`${node}\`, not for \`${home.name}\``);
  const settings = home.settings();
  const person = Person.parse({ name, roles: [...new Set(roles)], approvalKid, linkKid });
  home.writeSettings({ ...settings, people: [...(settings.people ?? []).filter((other) => other.name !== name), person] });
  return person;
}

/** Takes somebody out of them. @throws CliError CS0925 when there is nobody of this name */
export function removePerson(home: NodeHome, name: string): void {
  const settings = home.settings();
  const left = (settings.people ?? []).filter((other) => other.name !== name);
  if (left.length === (settings.people ?? []).length) throw new CliError('CS0925', `\`${home.name}\` has no person \`${name}\``, { help: left.length > 0 ? [`it has ${left.map((one) => `\`${one.name}\``).join(', ')}`] : [] });
  home.writeSettings({ ...settings, people: left });
}
