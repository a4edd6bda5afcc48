/** A piece of HTML whose every text has been escaped. Only this file makes one. */
export class Markup {
  private constructor(readonly text: string) {}

  /** @internal of `html` and `trusted` */
  static of(text: string): Markup {
    return new Markup(text);
  }
}

export type Content = string | number | Markup | undefined | false | readonly Content[];

// Names and categories are other organisations' words: they must not hide a letter, turn the reading direction or end a line. Beside controls and marks of format, fillers that are drawn as nothing.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]|\u034f|\u17b4|\u17b5/gu;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** The text as it may be shown: characters that are not seen are. */
export const shown = (text: string): string => text.toWellFormed().replace(UNSEEN, '\ufffd');

/** Safe in text and in quoted attributes. */
export const escaped = (text: string): string => shown(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);

function markupOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(markupOf).join('');
  return escaped(String(content));
}

/** HTML of a template: what is put in is escaped, unless it is markup already. */
export const html = (literals: TemplateStringsArray, ...contents: readonly Content[]): Markup =>
  Markup.of(literals.reduce((text, literal, i) => text + markupOf(contents[i - 1]) + literal));

/** Text that holds no word of anybody else: our own style sheet, or a drawing that was checked. */
export const trusted = (text: string): Markup => Markup.of(text);
