import { type CompiledPolicy } from '../rules.js';
import { type PolicyFacts, type PolicyJob, type PolicyRegistry } from '../types.js';

/** What a policy is looked at against. */
export interface Known {
  readonly registry: PolicyRegistry;
  /** Everybody who can sign. */
  readonly signers: PolicyFacts['signers'];
  /** RFC 3339, UTC. */
  readonly now: string;
  /** Where nodes are. Where it is not told, they are taken to be wherever a rule wants them. */
  readonly regions?: PolicyFacts['regions'];
}

/** A request that somebody could make, with what is known then. */
export interface Supposed {
  readonly job: PolicyJob;
  readonly facts: PolicyFacts;
}

export const withSignatures = (facts: PolicyFacts, signing: (name: string) => boolean): PolicyFacts => ({
  ...facts,
  signatures: facts.signers.filter(({ name }) => signing(name)).map(({ name, keyId, roles }) => ({ signer: name, keyId, roles, signedAt: facts.now })),
});

export const signedByAll = ({ job, facts }: Supposed): Supposed => ({ job, facts: withSignatures(facts, () => true) });

const MANY_PEOPLE = 2;

/**
 * Signers for a registry that tells of none: every node, and people in each role at each node that has it, as many as any sentence of the policy asks
 * for. For looking at a policy where nobody is registered yet.
 */
export function signersSupposed({ nodes, roles }: PolicyRegistry, { rules }: CompiledPolicy): PolicyFacts['signers'] {
  const most = Math.max(MANY_PEOPLE, ...[...JSON.stringify(rules.map(({ rule }) => rule)).matchAll(/"need":([0-9]+)/g)].map(([, need]) => Number(need)));
  const people = roles.flatMap(({ name: role, nodes: at }) => at.flatMap((node) => Array.from({ length: most }, (_, i) => ({ name: `${role} ${i + 1} of ${node}`, roles: [role], node }))));
  return [...nodes.map((name) => ({ name, keyId: `key of ${name}`, roles: [] })), ...people.map((person) => ({ ...person, keyId: `key of ${person.name}` }))];
}
