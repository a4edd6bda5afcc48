import { type Markup } from '../markup.js';
import { axisName, axisScale, drawn, FIRST, QUIET, valueAxis } from './chart.js';
import { type PlotWords } from './svg.js';

export type Point = readonly [x: number, y: number];

export interface Curve {
  readonly points: readonly Point[];
  readonly x: string;
  readonly y: string;
  /** Both axes from 0 to 1, the area below, and the diagonal that chance would give. */
  readonly rates?: boolean;
}

/** Points in their order, joined by straight lines. */
export function curvePlot({ points, x, y, rates = false }: Curve, words: PlotWords): Markup {
  const ends = rates ? { min: 0, max: 1, interval: 0.2 } : {};
  const scale = axisScale(points.map((point) => point[1]));
  return drawn({
    grid: { left: 62, right: 18, top: 14, bottom: 50, outerBoundsMode: 'none' },
    xAxis: valueAxis(axisName(x, { nameGap: 30, ...(rates ? ends : { min: 0, max: 1 }) })),
    yAxis: valueAxis(axisName(scale.named(y), { nameGap: 44, scale: !rates && scale.free, ...ends })),
    series: [
      {
        type: 'line', data: points.map(([at, value]) => [at, scale.of(value)]), symbol: 'circle', symbolSize: 7, showAllSymbol: true, lineStyle: { color: FIRST, width: 2.5 }, itemStyle: { color: FIRST },
        ...(rates && { areaStyle: { color: FIRST, opacity: 0.12 } }),
      },
      ...(rates ? [{ type: 'line', data: [[0, 0], [1, 1]], symbol: 'none', silent: true, lineStyle: { color: QUIET, width: 1.5, type: [5, 5] } }] : []),
    ],
  }, rates ? { width: 440, height: 420 } : { width: 560, height: 320 }, words);
}
