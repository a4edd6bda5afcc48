import { type Refusals } from './diagnostics.js';
import { isWordCharacter, lower, type NameTable } from './names.js';
import { type Range } from './syntax.js';
import { isLanguage } from './words.js';

export const MAX_SOURCE_BYTES = 2 ** 20;
export const MAX_SENTENCE_CHARACTERS = 8 * 1024;

/** One sentence without its full stop. */
export interface ScannedSentence extends Range {
  /** What the grammar reads, of the same length as the source from `start` to `end`; see grammar.peggy. */
  readonly mask: string;
  /** The same with names that could also be words of the language read as words. */
  readonly otherMask?: string;
  /** Already refused: a character or a quote in it makes no sense. */
  readonly broken: boolean;
}

const NAME = ['\ue000', '\ue001'] as const;
const QUOTED = ['\ue002', '\ue003'] as const;
const mark = ([first, more]: readonly [string, string], length: number): string => first + more.repeat(length - 1);

/** Control characters, marks that change the direction of text, and characters without a shape: inclusive ranges. */
const INVISIBLE_RANGES = [
  0x00, 0x08, 0x0b, 0x0c, 0x0e, 0x1f, 0x7f, 0x9f, 0xad, 0xad, 0x34f, 0x34f, 0x61c, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e, 0x200b, 0x200f, 0x2028, 0x202e, 0x2060, 0x206f, 0xfe00,
  0xfe0f, 0xfeff, 0xfeff, 0xfff0, 0xfffb,
];
function isInvisible(character: string): boolean {
  const code = character.charCodeAt(0);
  for (let i = 0; i < INVISIBLE_RANGES.length; i += 2) if (code >= INVISIBLE_RANGES[i] && code <= INVISIBLE_RANGES[i + 1]) return true;
  return false;
}
const PLAIN = /[\t\n\r A-Za-z0-9,.'"&_%/$+-]/;
/** What the most common look-alikes are taken for. */
const LOOKS_LIKE: Readonly<Record<string, string>> = Object.fromEntries(
  [...'аaеeоoрpсcхxуyіiјjѕsԁdһhΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoАAВBЕEКKМMНHОOРPСCТTХX'].flatMap((c, i, all) => (i % 2 === 0 ? [[c, all[i + 1]]] : [])),
);

const codePoint = (character: string): string => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

function refuseCharacter(refusals: Refusals, source: string, at: number): void {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  const span = { start: at, end: at + character.length };
  const plain = LOOKS_LIKE[character] ?? character.normalize('NFKC');
  if (isInvisible(character)) {
    refusals.add('CS0205', span, `the character ${codePoint(character)} cannot be seen and can make a sentence read differently from what it says`, { help: ['remove it'], fix: '' });
  } else if (character.charCodeAt(0) > 127 && plain !== character && /^[\x20-\x7e]+$/.test(plain)) {
    refusals.add('CS0205', span, `the character \`${character}\` is ${codePoint(character)}, which only looks like \`${plain}\``, { help: [`type \`${plain}\``], fix: plain });
  } else if (character.charCodeAt(0) > 127) {
    refusals.add('CS0205', span, `the character \`${character}\`, ${codePoint(character)}, is in no registered name and has no meaning here`);
  } else {
    const help = /[!?;:]/.test(character) ? ['end a sentence with a full stop'] : ['use words, commas and full stops only'];
    refusals.add('CS0205', span, `the character \`${character}\` has no meaning in a policy`, { help });
  }
}

const isDigit = (character: string | undefined): boolean => character !== undefined && /[0-9]/.test(character);

/**
 * Splits a policy into sentences and replaces comments, names and quoted text by marks of the same length, in one pass.
 * A full stop ends a sentence unless it stands inside quotes, a name, or a number.
 */
export function scan(source: string, names: NameTable, refusals: Refusals): ScannedSentence[] {
  const sentences: ScannedSentence[] = [];
  let mask = '';
  let start = 0;
  let broken = false;
  let doubtful: Range[] = [];
  const refuse = (at: number) => {
    if (!broken) refuseCharacter(refusals, source, at);
    broken = true;
  };
  const finish = (end: number) => {
    const lead = mask.length - mask.trimStart().length;
    const text = mask.trim();
    if (text !== '') {
      const from = start + lead;
      let otherMask: string | undefined;
      if (doubtful.length > 0) {
        otherMask = text;
        for (const d of doubtful) otherMask = otherMask.slice(0, d.start - from) + lower(source.slice(d.start, d.end)) + otherMask.slice(d.end - from);
      }
      sentences.push({ start: from, end: from + text.length, mask: text, ...(otherMask === undefined ? {} : { otherMask }), broken });
    }
    mask = '';
    start = end + 1;
    broken = false;
    doubtful = [];
  };

  let at = 0;
  while (at < source.length) {
    const character = source[at];
    if (character === '#') {
      let end = source.indexOf('\n', at);
      if (end < 0) end = source.length;
      for (let i = at; i < end; i++) if (isInvisible(source[i]) && source[i] !== '\r') refuse(i);
      mask += ' '.repeat(end - at);
      at = end;
    } else if (character === '"' || character === '“' || character === '”') {
      const close = source.slice(at + 1).search(/["”\n]/) + at + 1;
      if (close === at || source[close] === '\n') {
        if (!broken) refusals.add('CS0206', { start: at, end: at + 1 }, 'this quotation mark is not closed on its line', { help: ['close it after the name'] });
        broken = true;
        mask += ' ';
        at++;
        continue;
      }
      const text = source.slice(at + 1, close);
      const known = names.find(text).length > 0;
      if (!known) for (let i = 0; i < text.length; i++) if (text[i].charCodeAt(0) > 126 || isInvisible(text[i])) refuse(at + 1 + i);
      mask += mark(known ? NAME : QUOTED, close + 1 - at);
      at = close + 1;
    } else if (!isWordCharacter(character)) {
      if (character === '.' && !(isDigit(source[at - 1]) && isDigit(source[at + 1]))) {
        finish(at);
      } else if (/\s/.test(character) && character.charCodeAt(0) < 128 && !isInvisible(character)) {
        mask += ' ';
      } else if (at === 0 && character === '\ufeff') {
        mask += ' ';
      } else {
        if (!PLAIN.test(character) && !(character === ':' && isDigit(source[at - 1]) && isDigit(source[at + 1]))) refuse(at);
        mask += character;
      }
      at++;
    } else {
      let wordEnd = at + 1;
      while (isWordCharacter(source[wordEnd])) wordEnd++;
      const end = names.longestAt(source, at);
      const spelled = end === undefined ? '' : source.slice(at, end);
      const ofLanguage = end !== undefined && isLanguage(spelled);
      if (end !== undefined && (!ofLanguage || (spelled !== lower(spelled) && names.find(spelled).some(({ name }) => name === spelled)))) {
        if (ofLanguage) doubtful.push({ start: at, end });
        mask += mark(NAME, end - at);
        at = end;
      } else {
        for (let i = at; i < wordEnd; i++) if (!PLAIN.test(source[i])) refuse(i);
        mask += lower(source.slice(at, wordEnd));
        at = wordEnd;
      }
    }
  }
  finish(source.length);
  return sentences;
}
