import { type Markup } from '../markup.js';
import { cut, drawn, FONT, INK, nameAxis, PAPER, widthOf } from './chart.js';
import { type PlotWords } from './svg.js';

export interface Matrix {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row; null where there is none. */
  readonly cells: readonly (readonly (number | null)[])[];
  /** What colours a cell, from −1 (orange) over 0 to 1 (blue), where that is not its own number. */
  readonly shade?: (row: number, column: number) => number;
  readonly text: (row: number, column: number) => string;
}

interface Coordinates {
  value(dimension: number): number;
  coord(point: readonly number[]): [number, number];
  size(size: readonly number[]): [number, number];
}

/** Names of the page's shades, from none to most. */
const STEPS = 6;
const shadeOf = (share: number): string => {
  const step = Math.min(STEPS, Math.round(Math.abs(share) * STEPS));
  return step === 0 ? '0' : `${share < 0 ? 'n' : 'p'}${step}`;
};
export const MOST_CELLS = 40;

/** A table of numbers as coloured cells, the first row at the top; numbers stand in the cells as long as they fit. */
export function matrixPlot({ rows, columns, cells, shade, text }: Matrix, words: PlotWords): Markup {
  const left = widthOf(rows, 170) + 18;
  const cell = Math.max(24, Math.min(170, Math.floor((560 - left) / columns.length)));
  const tall = Math.max(26, Math.min(84, Math.floor(cell * 0.62)));
  const turned = columns.some((name) => widthOf([name], Infinity) + 8 > cell);
  // The last name leans over the last column.
  const aside = turned ? Math.max(8, Math.ceil(widthOf(columns.slice(-1), 130) * 0.72) + 12 - cell / 2) : 8;
  const top = turned ? Math.ceil(widthOf(columns, 130) * 0.72) + 24 : 28;
  return drawn({
    grid: { left, right: aside, top, bottom: 6, outerBoundsMode: 'none' },
    xAxis: nameAxis(columns, turned ? 130 : cell, { position: 'top', axisLine: { show: false }, axisLabel: { color: INK, interval: 0, rotate: turned ? -45 : 0 } }),
    yAxis: nameAxis(rows, 170, { inverse: true, axisLine: { show: false } }),
    series: [{
      type: 'custom', encode: { x: 1, y: 0 },
      data: rows.flatMap((_, row) => columns.map((__, column) => [row, column])),
      renderItem: (_: unknown, api: Coordinates) => {
        const [row, column] = [api.value(0), api.value(1)];
        const [x, y] = api.coord([column, row]);
        const [width, height] = api.size([1, 1]);
        const value = cells[row]![column]!;
        const tone = value === null ? 'none' : shadeOf(shade ? shade(row, column) : value);
        return {
          type: 'rect', shape: { x: x - width / 2, y: y - height / 2, width, height }, style: { fill: `var(--shade-${tone})`, stroke: PAPER, lineWidth: 2 },
          textContent: { style: { text: cut(text(row, column), cell * 1.1), fill: `var(--on-shade-${tone})`, fontSize: cell < 40 ? 10 : FONT + 1 } }, textConfig: { position: 'inside' },
        };
      },
    }],
  }, { width: left + cell * columns.length + (aside), height: top + tall * rows.length + 6 }, words);
}
