import { lower } from '../names.js';
import { type Node } from '../syntax.js';
import { isLanguage } from '../words.js';
import { type Resolver } from './resolver.js';

/** One spelling of a purpose or region: lower case, single blanks. */
export const normalWords = (words: string): string => lower(words).trim().replace(/ {2,}/g, ' ');

type FreeWords = Node<'name' | 'quoted' | 'word' | 'words'>;

/** Words that nobody registers, as purposes, tags and regions are. Refuses those that could say more than that, unless they are in quotes. */
export function freeWordsOf(names: Resolver, node: FreeWords, what: 'purpose' | 'tag' | 'region'): string | undefined {
  const text = names.text(node);
  const isOdd = node.kind === 'words' || node.kind === 'word' ? text.split(' ').some(isLanguage) || (what === 'purpose' && /[^a-z' -]/i.test(text)) : false;
  if (!isOdd) return names.unquoted(node);
  names.refusals.add('CS0241', names.place(node), `\`${names.short(node)}\` looks like more than a ${what}`, { help: [`put the ${what} in quotes if it is meant`], fix: `"${text}"` });
  return undefined;
}
