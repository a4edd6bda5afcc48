import { type Markup } from '../markup.js';
import { axisName, axisScale, drawn, FIRST, INK, nameAxis, PAPER, valueAxis, widthOf } from './chart.js';
import { type PlotWords } from './svg.js';

export interface Bin {
  readonly name: string;
  readonly count: number;
}

const SIZE = { width: 560, height: 320 };
/** Beyond it names would overlap and are turned. */
const UPRIGHT = 8;

/** Counts of neighbouring intervals as bars side by side, all equally wide. */
export function histogramPlot(bins: readonly Bin[], { axis, tall, text }: { readonly axis: string; readonly tall: string; readonly text: (count: number) => string }, words: PlotWords): Markup {
  const scale = axisScale(bins.map(({ count }) => count));
  const turned = bins.length > UPRIGHT || bins.some(({ name }) => name.length > (SIZE.width - 90) / bins.length / 7);
  const room = turned ? 96 : Math.floor((SIZE.width - 90) / Math.max(1, bins.length));
  const below = turned ? Math.ceil(widthOf(bins.map(({ name }) => name), room) * 0.72) + 24 : 30;
  return drawn({
    grid: { left: 66, right: 12, top: 22, bottom: below + 22, outerBoundsMode: 'none' },
    xAxis: nameAxis(bins.map(({ name }) => name), room, axisName(axis, { nameGap: below, axisLabel: { color: INK, rotate: turned ? 45 : 0, interval: bins.length > 30 ? Math.ceil(bins.length / 20) - 1 : 0 } })),
    yAxis: valueAxis(axisName(scale.named(tall), { nameGap: 50, minInterval: 1, splitNumber: 4 })),
    series: [{
      type: 'bar', barCategoryGap: '0%', itemStyle: { color: FIRST, borderColor: PAPER, borderWidth: 1 },
      data: bins.map(({ count }) => ({ value: scale.of(count), label: { show: bins.length <= 12, position: count < 0 ? 'bottom' : 'top', color: INK, formatter: () => text(count) } })),
    }],
  }, SIZE, words);
}
