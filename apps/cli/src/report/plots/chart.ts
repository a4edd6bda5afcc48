import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type Markup, shown } from '../markup.js';
import { inlineSvg, type PlotWords, type Size } from './svg.js';

use([BarChart, CustomChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

/** Colours are custom properties of the page, which has them for light, dark and paper. */
export const INK = 'var(--ink)';
export const QUIET = 'var(--quiet)';
const RULE = 'var(--rule)';
export const FIRST = 'var(--first)';
export const SECOND = 'var(--second)';
export const PAPER = 'var(--card)';
export const FONT = 12;

/** A plot as SVG, drawn without a browser. */
export function drawn(option: EChartsCoreOption, size: Size, words: PlotWords): Markup {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ animation: false, textStyle: { color: INK, fontSize: FONT }, ...option });
    return inlineSvg(chart.renderToSVGString(), size, words);
  } finally {
    chart.dispose();
  }
}

/** Seven pixels a letter: for margins, and for where a name is cut off. */
const LETTER = 6.6;
export const widthOf = (texts: readonly string[], most: number): number => Math.min(most, Math.ceil(Math.max(0, ...texts.map((text) => text.length)) * LETTER));
/** A name that fits; the table beside the plot has it whole. */
export function cut(text: string, width: number): string {
  const letters = Math.floor(width / LETTER);
  const characters = [...shown(text)];
  return characters.length <= letters ? characters.join('') : `${characters.slice(0, Math.max(1, letters - 1)).join('')}…`;
}

/** What values are multiplied with so that an axis can be divided, and how its name says so. */
export interface AxisScale {
  readonly of: (value: number) => number;
  readonly named: (axis: string) => string;
  /** Whether the axis may begin elsewhere than at 0: not where values hardly differ. */
  readonly free: boolean;
}

/** Sizes that are drawn as they are; beyond them the library divides no axis. */
const SIZES = [1e-9, 1e12] as const;
/** Below it powers of ten are no numbers any more, and nothing is to be seen. */
const NOTHING = 1e-290;

export function axisScale(values: readonly number[]): AxisScale {
  const [least, most] = [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
  const size = Math.max(Math.abs(least), Math.abs(most));
  const free = most - least > 1e-9 * size;
  if (!(size > NOTHING) || !Number.isFinite(size)) return { of: (value) => (size > NOTHING ? value : 0), named: (axis) => axis, free };
  if (size >= SIZES[0] && size <= SIZES[1]) return { of: (value) => value, named: (axis) => axis, free };
  const power = Math.floor(Math.log10(size));
  const unit = 10 ** power;
  return { of: (value) => value / unit, named: (axis) => `${axis}, × 10^${String(power).replace('-', '−')}`, free };
}

export const axisName = (name: string, more: object = {}): object => ({ name: shown(name), nameLocation: 'middle', nameTextStyle: { color: QUIET, fontSize: FONT }, ...more });
/** Of numbers. */
export const valueAxis = (more: object = {}): object => ({
  type: 'value', axisLine: { show: true, lineStyle: { color: RULE } }, axisTick: { show: false }, axisLabel: { color: QUIET, fontSize: FONT, formatter: tickText }, splitLine: { lineStyle: { color: RULE } }, ...more,
});
/** Of names. */
export const nameAxis = (names: readonly string[], width: number, more: object = {}): object => ({
  type: 'category', data: names.map((name) => cut(name, width)), axisLine: { lineStyle: { color: RULE } }, axisTick: { show: false }, axisLabel: { color: INK, fontSize: FONT, interval: 0 }, ...more,
});

const tickText = (value: number): string => new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 4, ...(Math.abs(value) >= 1e6 && { notation: 'compact' }) }).format(value).replace('-', '−');
