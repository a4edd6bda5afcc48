import { parse as parseWithPeggy } from './generated/parser.js';
import { type Sentence } from './syntax.js';

/** Deeper "either … or both … and …" than this is refused before it is parsed. */
export const MAX_NESTING = 16;

export type Parsed =
  | { readonly ok: true; readonly sentence: Sentence }
  /** `at`: the furthest offset that could be read. */
  | { readonly ok: false; readonly at: number };

/** The syntax tree of one scanned sentence. Linear in its length: the parser caches what it tried. */
export function parseSentence(mask: string): Parsed {
  try {
    return { ok: true, sentence: parseWithPeggy(mask, {}) as Sentence };
  } catch (error) {
    const location = (error as { location?: { start: { offset: number } } }).location;
    if (location === undefined) throw error;
    return { ok: false, at: location.start.offset };
  }
}

export const nestingOf = (mask: string): number => mask.match(/\b(?:either|both) /g)?.length ?? 0;
