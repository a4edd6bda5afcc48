import { type Table } from './figures/figure.js';
import { html, type Markup } from './markup.js';

/** Beyond it a table has its own scroll bar, which keys reach. */
const MOST_ROWS = 14;
/** Columns that fit on a telephone. */
const NARROW = 3;
/** Columns that no longer fit beside a plot. */
export const WIDE = 6;
const NUMBER = /^[−-]?[\d,.]+(?: × 10\^[−]?\d+| %| (?:B|kB|MB|GB|ms|s))?(?: ± [\d,.]+)?$|^none$/;

/** A table with a caption; columns of numbers stand to the right. */
export function tableMarkup({ caption, columns, rows, note }: Table, id: string): Markup {
  const numbers = columns.map((_, column) => column > 0 && rows.length > 0 && rows.every((row) => NUMBER.test(row[column] ?? '')));
  const table = html`<table${columns.length <= 3 && html` class="slim"`}><caption id="${id}">${caption}</caption><thead><tr>${columns.map((name, column) => (name === '' ? html`<td></td>` : html`<th scope="col"${numbers[column] && html` class="number"`}>${name}</th>`))}</tr></thead><tbody>${
    rows.map((row) => html`<tr>${row.map((cell, column) => (column === 0 ? html`<th scope="row">${cell}</th>` : html`<td${numbers[column] && html` class="number"`}>${cell}</td>`))}</tr>`)
  }</tbody></table>`;
  const scrolls = rows.length > MOST_ROWS || columns.length > NARROW;
  return html`${scrolls ? html`<div class="scroll" role="group" aria-labelledby="${id}" tabindex="0">${table}</div>` : table}${note !== undefined && html`<p class="quiet">${note}</p>`}`;
}
