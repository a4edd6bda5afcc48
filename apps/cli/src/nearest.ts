import { closestName } from '#program';

/** Help for a name that is not known: the closest one, or all of them when they are few. */
export function didYouMean(name: string, known: readonly string[]): string[] {
  const closest = closestName(name, known);
  if (closest !== undefined) return [`did you mean \`${closest}\`?`];
  return known.length === 0 || known.length > 12 ? [] : [`there ${known.length === 1 ? 'is' : 'are'} ${known.map((one) => `\`${one}\``).join(', ')}`];
}
