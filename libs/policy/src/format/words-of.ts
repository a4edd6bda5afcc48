import { NAME_MARK, QUOTED_MARK, type Masked } from '../masked.js';
import { normalName, type NameTable } from '../names.js';
import { isLanguage } from '../words.js';

export type Spelling = 'canonical' | 'as written';

/** A word with what clings to it, which no line is broken in; or the white space and comments between two words, as in the source. */
export type Piece = { readonly word: string } | { readonly gap: string };

const CAPITALS: Readonly<Record<string, string>> = Object.fromEntries(
  ['AI', 'UTC', 'GMT', ...'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ').flatMap((day) => [day, `${day}s`])].map((word) => [word.toLowerCase(), word]),
);

const wordOf = (text: string): string => (isLanguage(text) ? (CAPITALS[text.toLowerCase()] ?? text.toLowerCase()) : text);

/** A name as it is registered; of one that is spelled in another number, or in several ways, the author's spelling. */
function nameOf(text: string, names: NameTable): string {
  if (/^["“”]/.test(text)) return text.replace(/[“”]/g, '"');
  const plain = text.replace(/\s+/g, ' ');
  const spellings = new Set(names.find(text).map(({ name }) => name));
  const [only = plain] = spellings;
  return spellings.size === 1 && normalName(only) === normalName(plain) ? only : plain;
}

/** The words of a sentence, without its full stop. */
export function piecesOf(sentence: Masked, source: string, names: NameTable, spelling: Spelling): Piece[] {
  const { mask } = sentence;
  const pieces: Piece[] = [];
  let word = '';
  const finish = (): void => {
    if (word !== '') pieces.push({ word });
    word = '';
  };
  for (let at = 0; at < mask.length; ) {
    const character = mask[at];
    const { start, end } = sentence.place({ start: at, end: at + 1 });
    if (character === ' ') {
      finish();
      pieces.push({ gap: source.slice(start, end) });
      at++;
    } else if (character === NAME_MARK || character === QUOTED_MARK) {
      word += nameOf(source.slice(start, end), names);
      at++;
    } else if (character === ',') {
      cling(pieces, word);
      word = '';
      at++;
    } else {
      const [run] = /^[^ ,\ue000\ue001]+/.exec(mask.slice(at)) as RegExpExecArray;
      const text = source.slice(start, sentence.place({ start: at, end: at + run.length }).end);
      word += spelling === 'canonical' ? wordOf(text) : text;
      at += run.length;
    }
  }
  finish();
  if (spelling === 'canonical' && !/^[\ue000\ue001]/.test(mask)) capitalise(pieces);
  return pieces;
}

/** Puts a comma behind the word before it, whatever stands between them. */
function cling(pieces: Piece[], word: string): void {
  if (word !== '') pieces.push({ word });
  const last = pieces.findLastIndex((piece) => 'word' in piece);
  const piece = pieces[last];
  if (piece !== undefined && 'word' in piece) pieces[last] = { word: `${piece.word},` };
}

function capitalise(pieces: Piece[]): void {
  const [first] = pieces;
  if (first !== undefined && 'word' in first) pieces[0] = { word: first.word.replace(/^[a-z]/, (letter) => letter.toUpperCase()) };
}
