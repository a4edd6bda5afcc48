import { html, type Markup, trusted } from '../markup.js';

/** What a drawing is for those who do not see it. */
export interface PlotWords {
  /** Unique in the page; begins the ids within the drawing. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const ELEMENTS = new Set(['circle', 'clipPath', 'defs', 'g', 'line', 'path', 'polygon', 'polyline', 'rect', 'text', 'tspan']);
const ATTRIBUTES = new Set([
  'clip-path', 'cx', 'cy', 'd', 'dominant-baseline', 'fill', 'fill-opacity', 'fill-rule', 'font-size', 'font-weight', 'height', 'id', 'opacity', 'points', 'r', 'rx', 'ry', 'stroke', 'stroke-dasharray',
  'stroke-dashoffset', 'stroke-linecap', 'stroke-linejoin', 'stroke-opacity', 'stroke-width', 'text-anchor', 'transform', 'width', 'x', 'x1', 'x2', 'y', 'y1', 'y2',
]);
/** What the plotting library calls the series and the place of a datum. */
const RENAMED: Readonly<Record<string, string>> = { ecmeta_series_index: 'data-series', ecmeta_data_index: 'data-index' };
/** Numbers, names and colours; no address, no quote. */
const VALUE = /^[-+\w\s#.,()%]*$/;
const TOKEN = /<(\/?)([A-Za-z]+)((?:\s+[\w:.-]+="[^"<>]*")*)\s*(\/?)>|([^<]+)/y;
const STYLE_SHEET = /<style\s*><!\[CDATA\[[^<]*\]\]>\s*<\/style>/g;

/**
 * The drawing as a part of a page: elements and attributes of a list only, styles as attributes (so that the page needs no inline style), and
 * title and description for those who do not see it. Throws a `TypeError` for anything that a drawing should not hold.
 */
export function inlineSvg(drawn: string, { width, height }: Size, { id, title, description }: PlotWords): Markup {
  const inner = checked(innerOf(drawn), id);
  return html`<svg class="plot" xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>${trusted(inner)}</svg>`;
}

function innerOf(drawn: string): string {
  const [, inner] = /^\s*<svg [^>]*>([^]*)<\/svg>\s*$/.exec(drawn.replace(STYLE_SHEET, '')) ?? [];
  if (inner === undefined) throw new TypeError('a drawing is one svg element');
  return inner;
}

function checked(svg: string, id: string): string {
  const token = new RegExp(TOKEN);
  let made = '';
  while (token.lastIndex < svg.length) {
    const at = token.lastIndex;
    const [, closes, element, attributes, empty, text] = token.exec(svg) ?? [];
    if (text !== undefined) {
      made += text.trim() === '' ? '' : text;
    } else {
      if (element === undefined || !ELEMENTS.has(element)) throw new TypeError(`a drawing holds \`${svg.slice(at, at + 40)}\``);
      made += closes ? `</${element}>` : `<${element}${attributesOf(attributes!, id)}${empty ? '/' : ''}>`;
    }
  }
  return made;
}

function attributesOf(text: string, id: string): string {
  // What stands in a legend is no datum.
  const legend = text.includes('ecmeta_ssr_type="legend"');
  return [...text.matchAll(/([\w:.-]+)="([^"]*)"/g)].flatMap(([, name, value]) => (name === 'style' ? stylesOf(value!) : [[name!, value!] as const])).map(([name, value]) => {
    const known = (legend ? undefined : RENAMED[name]) ?? (ATTRIBUTES.has(name) ? name : undefined);
    if (known === undefined) return '';
    if (!VALUE.test(value)) throw new TypeError(`a drawing has \`${name}\` of \`${value.slice(0, 40)}\``);
    // The library counts drawings of a process; ids are to be the same in every page.
    return ` ${known}="${value.replace(/\bzr\d+-/g, `${id}-`)}"`;
  }).join('');
}

/** `font-size:12px;` as attributes. */
const stylesOf = (style: string): (readonly [string, string])[] =>
  style.split(';').flatMap((each) => {
    const [name, value] = each.split(':');
    return value === undefined ? [] : [[name!.trim(), value.trim()] as const];
  });
