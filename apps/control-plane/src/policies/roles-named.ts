import { type CompiledPolicy } from '#policy';

/** The roles whose holders a policy asks for anything. */
export function rolesNamed({ rules }: CompiledPolicy): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('role' in value && typeof value.role === 'string') found.add(value.role);
    for (const part of Object.values(value)) look(part);
  };
  for (const { rule } of rules) look(rule);
  return found;
}
