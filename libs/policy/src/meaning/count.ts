import { type Range } from '../syntax.js';
import { type Resolver } from './resolver.js';

const WORD_NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

/** The number that a word stands for. */
export function wordNumber(word: string): number | undefined {
  const number = WORD_NUMBERS.indexOf(word);
  return number < 0 ? undefined : number;
}

/** A whole number of at least 1, or undefined after refusing it. */
export function countOf(names: Resolver, range: Range, of: string): number | undefined {
  const text = names.text(range).toLowerCase();
  const value = (/^an?$/.test(text) ? 1 : wordNumber(text)) ?? (/^[0-9]{1,9}$/.test(text) ? Number(text) : undefined);
  if (value !== undefined && value >= 1) return value;
  names.refusals.add('CS0220', names.place(range), `\`${text}\` is no number of ${of}`, { help: [/^[0-9]{1,3}(?:,[0-9]{3})+$/.test(text) ? 'write it without commas' : 'write a whole number of at least 1'] });
  return undefined;
}
