import { type Refusals } from '../diagnostics.js';
import { type List, type Range } from '../syntax.js';

/** `and` or `or` of a list; a list of one is joined by `and`. Refuses a list that uses both or neither, which could be read in two ways. */
export function joinOf(refusals: Refusals, at: Range, { items, joins }: List<Range>): 'and' | 'or' | undefined {
  const both = joins.includes('and') && joins.includes('or');
  if (both) {
    refusals.add('CS0218', at, 'mixes `and` with `or`, which can be read in two ways', {
      help: ['group one side with either/or or both/and, for example: both Node A and either Node B or Node C sign'],
    });
    return undefined;
  }
  if (items.length > 1 && joins.at(-1) === ',') {
    refusals.add('CS0218', at, 'this list does not say whether it means `and` or `or`', { help: ['write `and` or `or` before its last item'] });
    return undefined;
  }
  return joins.includes('or') ? 'or' : 'and';
}

export const sortedNames = (names: Iterable<string>): string[] => [...new Set(names)].sort();
