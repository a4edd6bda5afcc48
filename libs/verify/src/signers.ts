import { signerOf, type NodeRegistration, type Person } from '#contract';
import type { PolicyFacts, PolicyRegistry } from '#policy';
import { fromBase64Url } from '#pqc';
import { VerificationError } from './errors.js';
import { nodeOf, type VerifiedNode } from './nodes.js';

/** One who can sign: a node, or somebody whom a node registered. `region` of nodes alone, `node` of people alone. */
export type Signer = PolicyFacts['signers'][number] & { readonly region?: string };

/** A node whose registration is taken as it stands. */
export interface Registered {
  readonly name: string;
  readonly approvalKid: string;
  readonly registration: Pick<NodeRegistration, 'region' | 'people'>;
}

/**
 * Everybody who can sign by these registrations. People come from them alone. Somebody who would be called like a node, of these or of
 * `nodeNames`, is left out: what she signs must never pass as that node's.
 */
export function signersIn(nodes: readonly Registered[], nodeNames: readonly string[] = []): Signer[] {
  const taken = new Set([...nodeNames, ...nodes.map(({ name }) => name)]);
  const people = nodes.flatMap(({ name: node, registration }) =>
    (registration.people ?? []).map(({ name, roles, approvalKid }): Signer => ({ name: signerOf({ issuer: name, person: { node } }), keyId: approvalKid, roles, node })));
  return [
    ...nodes.map(({ name, approvalKid, registration }): Signer => ({ name, keyId: approvalKid, roles: [], region: registration.region })),
    ...people.filter(({ name }) => !taken.has(name)),
  ];
}

/** The roles that people hold, each with its nodes, as a policy's registry has them. */
export function rolesIn(nodes: readonly { readonly name: string; readonly people?: readonly Pick<Person, 'roles'>[] | undefined }[]): PolicyRegistry['roles'] {
  const held = new Map<string, Set<string>>();
  for (const { name, people = [] } of nodes) for (const role of people.flatMap(({ roles }) => roles)) held.set(role, (held.get(role) ?? new Set()).add(name));
  return [...held].map(([name, at]) => ({ name, nodes: [...at].sort() })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What says who signed a statement. */
export interface SignedBy {
  readonly issuer: string;
  readonly kid: string;
  readonly person?: { readonly node: string; readonly key: string } | undefined;
}

/**
 * The raw approval key that must have signed a statement of `issuer`: the registered one of a node; of a person the one that the statement
 * carries, if her node registered its id under her name. That the key has this id is for `verifyStatement` to see. Throws CS0334, CS0336.
 */
export function approvalKeyOf(nodes: ReadonlyMap<string, VerifiedNode>, { issuer, kid, person }: SignedBy): Uint8Array {
  if (person === undefined) return nodeOf(nodes, issuer).keys.approval;
  const { registration } = nodeOf(nodes, person.node);
  if (!registration.people?.some(({ name, approvalKid }) => name === issuer && approvalKid === kid)) {
    throw new VerificationError('CS0336', `\`${person.node}\` has not registered a person \`${issuer}\` with the key that signed`);
  }
  return fromBase64Url(person.key);
}
