import { type Markup } from '../markup.js';
import { axisName, axisScale, drawn, FIRST, INK, nameAxis, SECOND, valueAxis } from './chart.js';
import { type PlotWords } from './svg.js';

export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

const SIZE = { width: 640, height: 340 };
const STYLES = [
  { symbol: 'circle', symbolSize: 7, lineStyle: { color: FIRST, width: 2.5 }, itemStyle: { color: FIRST } },
  { symbol: 'diamond', symbolSize: 9, lineStyle: { color: SECOND, width: 2.5, type: [6, 4] }, itemStyle: { color: SECOND } },
] as const;

/** Two lines over the same periods; they differ in colour, symbol and stroke. */
export function linesPlot(lines: readonly [Line, Line], { periods, x, y }: { readonly periods: readonly string[]; readonly x: string; readonly y: string }, words: PlotWords): Markup {
  const every = Math.ceil(periods.length / 20);
  const scale = axisScale(lines.flatMap(({ values }) => values.filter((value) => value !== null)));
  return drawn({
    legend: { data: lines.map(({ name }) => name), top: 2, right: 8, itemWidth: 34, itemGap: 18, textStyle: { color: INK }, selectedMode: false },
    grid: { left: 64, right: 18, top: 38, bottom: 50, outerBoundsMode: 'none' },
    xAxis: nameAxis(periods, 90, axisName(x, { nameGap: 30, axisLabel: { color: INK, interval: every - 1 } })),
    yAxis: valueAxis(axisName(scale.named(y), { nameGap: 46, scale: scale.free })),
    series: lines.map(({ name, values }, i) => ({ type: 'line', name, data: values.map((value) => (value === null ? null : scale.of(value))), showAllSymbol: true, ...STYLES[i] })),
  }, SIZE, words);
}
