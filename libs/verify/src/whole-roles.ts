import type { CompiledPolicy, Quorum, Signers } from '#policy';
import { VerificationError } from './errors.js';
import type { Pin, VerifiedNode } from './nodes.js';

type Role = Extract<Signers, { role: string }>;

/** The roles of which a policy asks for a majority or for everybody: how many that are depends on who holds them. */
export function rolesCountedWhole({ rules }: CompiledPolicy): readonly Role[] {
  const found: Role[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('quorum' in value) found.push(...wholeIn(value.quorum as Quorum));
    for (const part of Object.values(value)) look(part);
  };
  for (const { rule } of rules) look(rule);
  return found;
}

const wholeIn = ({ need, of }: Quorum): Role[] => (typeof need === 'number' ? [] : of.filter((part) => 'role' in part));

/**
 * Whoever leaves out the registration of a node leaves out its people, and a majority of the others is fewer. So every node that was seen with people
 * of such a role has to be there. Throws CS0337.
 */
export function requireHolders(policy: CompiledPolicy, nodes: ReadonlyMap<string, VerifiedNode>, pins: Readonly<Record<string, Pin>>): void {
  const counted = rolesCountedWhole(policy);
  if (counted.length === 0) return;
  for (const [name, { roles = [] }] of Object.entries(pins)) {
    const part = nodes.has(name) ? undefined : counted.find(({ role, at = name }) => at === name && roles.includes(role));
    if (part) throw new VerificationError('CS0337', `the policy counts all who are \`${part.role}\`, some are people of \`${name}\`, and its registration is missing`);
  }
}
