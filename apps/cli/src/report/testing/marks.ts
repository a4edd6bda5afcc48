import { type Markup } from '../markup.js';

export interface Mark {
  readonly series: number;
  readonly index: number;
  readonly fill: string;
  readonly path: string;
  /** Of a symbol: its centre. */
  readonly at: readonly [x: number, y: number];
  /** Of a bar or cell, whatever way it was drawn. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
}

/** All elements of a drawing in their order. Throws for anything that is not well-formed. */
export function elementsOf({ text }: Markup): Element[] {
  const open: string[] = [];
  const found: Element[] = [];
  const token = /<(\/?)([A-Za-z]+)((?: [\w:-]+="[^"<>]*")*)(\/?)>([^<>]*)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new TypeError(`not well-formed at \`${text.slice(at, at + 60)}\``);
    const [, closes, name, attributes, empty, inner] = match;
    if (closes ? open.pop() !== name : !empty && open.push(name!) < 1) throw new TypeError(`\`${name}\` is closed where it is not open`);
    if (!closes) found.push({ name: name!, attributes: new Map([...attributes!.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!])), text: inner! });
  }
  if (open.length > 0) throw new TypeError(`\`${open.join(' ')}\` is not closed`);
  return found;
}

const numbersIn = (text: string): number[] => [...text.matchAll(/-?\d+(?:\.\d+)?/g)].map(Number);

/** What stands for data: in the order of the data. */
export function marksIn(svg: Markup, series = 0): Mark[] {
  return elementsOf(svg).filter(({ attributes }) => attributes.get('data-series') === String(series)).map(({ attributes }): Mark => {
    const path = attributes.get('d') ?? '';
    const [x, y, w = 0, , , h = 0] = numbersIn(path) as [number, number];
    return {
      series, index: Number(attributes.get('data-index')), fill: attributes.get('fill') ?? '', path,
      at: (numbersIn(attributes.get('transform') ?? '').slice(-2) as unknown as [number, number]),
      box: { x: Math.min(x, x + w), y: Math.min(y, y + h), width: Math.abs(w), height: Math.abs(h) },
    };
  }).sort((a, b) => a.index - b.index);
}

export const textsIn = (svg: Markup): string[] => elementsOf(svg).filter(({ name }) => name === 'text').map(({ text }) => text);
