import { type Refusals } from './diagnostics.js';
import { Masked, NAME_MARK, QUOTED_MARK } from './masked.js';
import { isSpaceCode, isWordCode, lower, type NameTable } from './names.js';
import { isLanguage } from './words.js';

export const MAX_SOURCE_BYTES = 2 ** 20;
/** Every one of them doubles the ways that a sentence could be read. */
const MAX_DOUBTFUL = 5;
export const MAX_SENTENCE_CHARACTERS = 8 * 1024;

/** One sentence without its full stop, in each way that it could be read. */
export interface ScannedSentence {
  /** The first takes as many names as it can; further ones read a name that is also a word of the language as that word. */
  readonly readings: readonly [Masked, ...Masked[]];
  /** Already refused: a character or a quote in it makes no sense. */
  readonly broken: boolean;
}

/** Control characters, marks that change the direction of text, and characters without a shape: inclusive ranges of UTF-16, U+E0000 to U+E0FFF by their first half. */
const INVISIBLE_RANGES = [
  0x00, 0x08, 0x0b, 0x0c, 0x0e, 0x1f, 0x7f, 0x9f, 0xad, 0xad, 0x34f, 0x34f, 0x61c, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e, 0x200b, 0x200f, 0x2028, 0x202e, 0x2060, 0x206f, 0xfe00,
  0xfe0f, 0xfeff, 0xfeff, 0xfff0, 0xfffb, 0xdb40, 0xdb43,
];
function isInvisible(character: string): boolean {
  const code = character.charCodeAt(0);
  for (let i = 0; i < INVISIBLE_RANGES.length; i += 2) if (code >= INVISIBLE_RANGES[i] && code <= INVISIBLE_RANGES[i + 1]) return true;
  return false;
}
/** Also a carriage return that ends no line: editors and terminals begin one there, or write over what stands before it. */
const isHidden = (source: string, at: number): boolean => isInvisible(source[at]) || (source[at] === '\r' && source[at + 1] !== '\n');

/** What the most common look-alikes are taken for. */
const LOOKS_LIKE: Readonly<Record<string, string>> = Object.fromEntries(
  [...'аaеeоoрpсcхxуyіiјjѕsԁdһhΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoАAВBЕEКKМMНHОOРPСCТTХX'].flatMap((c, i, all) => (i % 2 === 0 ? [[c, all[i + 1]]] : [])),
);

const codePoint = (character: string): string => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

function refuseCharacter(refusals: Refusals, source: string, at: number): void {
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  const span = { start: at, end: at + character.length };
  const plain = LOOKS_LIKE[character] ?? character.normalize('NFKC');
  if (isHidden(source, at)) {
    refusals.add('CS0205', span, `the character ${codePoint(character)} cannot be seen and can make a sentence read differently from what it says`, { help: ['remove it'], fix: '' });
  } else if (character.charCodeAt(0) > 127 && plain !== character && /^[\x20-\x7e]+$/.test(plain)) {
    refusals.add('CS0205', span, `the character \`${character}\` is ${codePoint(character)}, which only looks like \`${plain}\``, { help: [`type \`${plain}\``], fix: plain });
  } else if (character.charCodeAt(0) > 127) {
    refusals.add('CS0205', span, `the character \`${character}\`, ${codePoint(character)}, is in no registered name and has no meaning here`, { help: ['use the letters of English, or register the name'] });
  } else {
    const help = /[!?;:]/.test(character) ? ['end a sentence with a full stop'] : ['use words, commas and full stops only'];
    refusals.add('CS0205', span, `the character \`${character}\` has no meaning in a policy`, { help });
  }
}

const codes = (characters: string): ReadonlySet<number> => new Set([...characters].map((character) => character.charCodeAt(0)));
const OPENING_QUOTES = codes('"“”');
const PUNCTUATION = codes(',.');
const isDigitCode = (code: number): boolean => code >= 0x30 && code <= 0x39;
const [FULL_STOP, HASH, COLON, NEW_LINE, BYTE_ORDER_MARK] = [0x2e, 0x23, 0x3a, 0x0a, 0xfeff];

/**
 * Splits a policy into sentences and masks them, in one pass. A full stop ends a sentence unless it stands inside quotes, a name, or a number.
 */
export function scan(source: string, names: NameTable, refusals: Refusals): ScannedSentence[] {
  return new Scanner(source, names, refusals).sentences();
}

/** All choices from `places`, the empty one first. */
const subsets = (places: readonly number[]): readonly (readonly number[])[] => places.reduce<readonly (readonly number[])[]>((all, place) => [...all, ...all.map((some) => [...some, place])], [[]]);

class Scanner {
  private readonly found: ScannedSentence[] = [];
  private readonly lowered: string;
  private mask = '';
  private starts: number[] = [];
  private ends: number[] = [];
  /** Places of the mask where a name could also be a word of the language. */
  private doubtful: number[] = [];
  private broken = false;
  /** Whether the mask ends in a blank; kept, since to look would copy the mask each time. */
  private inBlank = false;

  constructor(
    private readonly source: string,
    private readonly names: NameTable,
    private readonly refusals: Refusals,
  ) {
    this.lowered = lower(source);
  }

  sentences(): ScannedSentence[] {
    const { source } = this;
    for (let at = 0; at < source.length; ) {
      const code = source.charCodeAt(at);
      if (isSpaceCode(code) && isHidden(source, at)) this.refuse(at);
      if (isSpaceCode(code) || (at === 0 && code === BYTE_ORDER_MARK)) at = this.blank(at, at + 1);
      else if (isWordCode(code)) at = this.word(at);
      else if (code === HASH) at = this.comment(at);
      else if (OPENING_QUOTES.has(code)) at = this.quoted(at);
      else at = this.punctuation(at, code);
    }
    this.finish();
    return this.found;
  }

  private push(text: string, start: number, end: number): number {
    this.mask += text;
    this.starts.push(start);
    this.ends.push(end);
    this.inBlank = false;
    return end;
  }

  /** One blank for any number of them; none where a sentence begins. */
  private blank(start: number, end: number): number {
    const last = this.ends.length - 1;
    if (last < 0) return end;
    if (this.inBlank) return (this.ends[last] = end);
    this.push(' ', start, end);
    this.inBlank = true;
    return end;
  }

  private refuse(at: number): void {
    if (!this.broken) refuseCharacter(this.refusals, this.source, at);
    this.broken = true;
  }

  private comment(at: number): number {
    const newLine = this.source.indexOf('\n', at);
    const end = newLine < 0 ? this.source.length : newLine;
    for (let i = at; i < end; i++) if (isHidden(this.source, i)) this.refuse(i);
    return this.blank(at, end);
  }

  private quoted(at: number): number {
    const { source } = this;
    let close = at + 1;
    while (close < source.length && !OPENING_QUOTES.has(source.charCodeAt(close)) && source.charCodeAt(close) !== NEW_LINE) close++;
    if (close === source.length || source.charCodeAt(close) === NEW_LINE) {
      if (!this.broken) this.refusals.add('CS0206', { start: at, end: at + 1 }, 'this quotation mark is not closed on its line', { help: ['close it after the name'] });
      this.broken = true;
      return at + 1;
    }
    const isKnown = this.names.find(source.slice(at + 1, close)).length > 0;
    for (let i = at + 1; i < close; i++) if (isHidden(source, i) || (!isKnown && source.charCodeAt(i) > 126)) this.refuse(i);
    return this.push(isKnown ? NAME_MARK : QUOTED_MARK, at, close + 1);
  }

  private punctuation(at: number, code: number): number {
    const inNumber = isDigitCode(this.source.charCodeAt(at - 1)) && isDigitCode(this.source.charCodeAt(at + 1));
    if (code === FULL_STOP && !inNumber) {
      this.finish();
      return at + 1;
    }
    if (!PUNCTUATION.has(code) && !(code === COLON && inNumber)) this.refuse(at);
    return this.push(this.source[at], at, at + 1);
  }

  private word(at: number): number {
    const end = this.names.longestAt(this.lowered, at);
    if (end !== undefined) {
      const spelled = this.source.slice(at, end);
      const isDoubtful = isLanguage(spelled);
      if (!isDoubtful || (spelled !== this.lowered.slice(at, end) && this.names.find(spelled).some(({ name }) => name === spelled))) {
        if (isDoubtful) this.doubtful.push(this.starts.length);
        for (let i = at; i < end; i++) if (isHidden(this.source, i)) this.refuse(i);
        return this.push(NAME_MARK, at, end);
      }
    }
    let i = at;
    for (; i < this.source.length && isWordCode(this.source.charCodeAt(i)); i++) {
      if (this.source.charCodeAt(i) > 126) this.refuse(i);
      this.push(this.lowered[i], i, i + 1);
    }
    return i;
  }

  private finish(): void {
    const { mask, starts, ends, doubtful } = this;
    if (mask.trimEnd() !== '') {
      const masked = new Masked(mask, this.source, starts, ends).part(0);
      if (doubtful.length > MAX_DOUBTFUL && !this.broken) {
        this.refusals.add('CS0224', masked.whole, 'too many names in this sentence are also words of the language', { help: ['put them in quotes'] });
        this.broken = true;
      }
      const readings = this.broken ? [] : subsets(doubtful).slice(1).map((places) => masked.withWords(places));
      this.found.push({ readings: [masked, ...readings], broken: this.broken });
    }
    this.mask = '';
    this.starts = [];
    this.ends = [];
    this.doubtful = [];
    this.broken = false;
  }
}
