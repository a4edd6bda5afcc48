import { tables } from './items.js';

/** All (item, table) pairs in ascending order of their bins: pair number p is the bin `bins[p]` of item ⌊pairs[p] / 3⌋ in table pairs[p] mod 3. */
export function byBin(choices: Uint32Array, bins: number): { readonly pairs: Uint32Array; readonly bins: Uint32Array } {
  const next = new Uint32Array(bins + 1);
  for (const bin of choices) next[bin + 1]! += 1;
  for (let bin = 1; bin <= bins; bin++) next[bin]! += next[bin - 1]!;
  const pairs = new Uint32Array(choices.length);
  choices.forEach((bin, pair) => (pairs[next[bin]!++] = pair));
  return { pairs, bins: Uint32Array.from(pairs, (pair) => choices[pair]!) };
}

export const itemOf = (pair: number): number => Math.floor(pair / tables);
export const tableOf = (pair: number): number => pair % tables;
