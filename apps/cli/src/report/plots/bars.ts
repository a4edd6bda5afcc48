import { type Markup } from '../markup.js';
import { axisName, axisScale, drawn, FIRST, INK, nameAxis, SECOND, valueAxis, widthOf } from './chart.js';
import { type PlotWords } from './svg.js';

export interface Bar {
  readonly name: string;
  /** Nothing is drawn for null. */
  readonly value: number | null;
  /** How far off either way it may be. */
  readonly error?: number | null;
}

interface Coordinates {
  value(dimension: number): number;
  coord(point: readonly number[]): [number, number];
}

const WIDTH = 560;
const ROW = 26;
export const MOST_BARS = 40;

/** Named values as horizontal bars from 0 on, the first at the top; those below 0 in another colour, errors as whiskers. */
export function barPlot(bars: readonly Bar[], { axis, text }: { readonly axis: string; readonly text: (value: number) => string }, words: PlotWords): Markup {
  const told = bars.slice(0, MOST_BARS);
  const scale = axisScale(told.flatMap(({ value, error }) => (value === null ? [] : [value - (error ?? 0), value + (error ?? 0)])));
  const left = widthOf(told.map(({ name }) => name), 190) + 16;
  const texts = told.map(({ value }) => (value === null ? '' : text(value)));
  const beside = widthOf(texts, 110) + 14;
  const anyBelow = told.some(({ value }) => value !== null && value < 0);
  const anyAbove = told.some(({ value }) => value !== null && value > 0);
  const grid = { left: left + (anyBelow ? beside : 0), right: (anyAbove || !anyBelow ? beside : 8) + 4, top: 6, bottom: 46, outerBoundsMode: 'none' };
  return drawn({
    grid,
    xAxis: valueAxis(axisName(scale.named(axis), { nameGap: 30, splitNumber: 4 })),
    yAxis: nameAxis(told.map(({ name }) => name), 190, { inverse: true, axisLine: { show: false }, axisLabel: { color: INK, interval: 0, align: 'right', margin: anyBelow ? beside + 8 : 8 } }),
    series: [
      {
        type: 'bar', barWidth: '62%',
        data: told.map(({ value, error }, i) => ({
          value: scale.of(value ?? 0), itemStyle: { color: value !== null && value < 0 ? SECOND : FIRST },
          // A whisker would run through it.
          label: { show: value !== null && !error, formatter: () => texts[i]!, position: value !== null && value < 0 ? 'left' : 'right', color: INK },
        })),
      },
      {
        type: 'custom', silent: true, z: 5, encode: { x: [1, 2], y: 0 },
        data: told.flatMap(({ value, error }, i) => (value === null || !error ? [] : [[i, scale.of(value - error), scale.of(value + error)]])),
        renderItem: (_: unknown, api: Coordinates) => whisker(api.coord([api.value(1), api.value(0)]), api.coord([api.value(2), api.value(0)])),
      },
    ],
  }, { width: WIDTH, height: told.length * ROW + grid.top + grid.bottom }, words);
}

const HALF = 4;
const whisker = ([x1, y]: readonly [number, number], [x2]: readonly [number, number]): object => ({
  type: 'path', shape: { d: `M${x1} ${y - HALF}V${y + HALF}M${x1} ${y}H${x2}M${x2} ${y - HALF}V${y + HALF}` }, style: { stroke: INK, fill: 'none', lineWidth: 1.5 },
});
