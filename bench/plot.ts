/** A plot of seconds against size with logarithmic axes, as SVG. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const colours = ['#1b6ca8', '#c4502b', '#3b7d3f', '#7a4fa3', '#8a6d1c', '#333333'];
const [width, height] = [900, 560];
const frame = { left: 80, top: 40, right: 580, bottom: 500 };

/** The least-squares slope of log y over log x. */
export function slopeOf(points: Series['points']): number {
  const [xs, ys] = [points.map(({ x }) => Math.log(x)), points.map(({ y }) => Math.log(y))];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  return xs.reduce((sum, x, i) => sum + (x - mx) * (ys[i]! - my), 0) / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
}

function decades(values: readonly number[]): number[] {
  const [low, high] = [Math.floor(Math.log10(Math.min(...values)) + 1e-9), Math.ceil(Math.log10(Math.max(...values)) - 1e-9)];
  return Array.from({ length: high - low + 1 }, (_, i) => low + i);
}

const power = (exponent: number): string => `10<tspan dy="-6" font-size="10">${String(exponent).replace('-', '−')}</tspan>`;
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

export function logLogPlot(title: string, axes: { readonly x: string; readonly y: string }, series: readonly Series[]): string {
  const all = series.flatMap(({ points }) => points);
  const [xs, ys] = [decades(all.map(({ x }) => x)), decades(all.map(({ y }) => y))];
  const scale = (ticks: readonly number[], from: number, to: number) => (value: number): number =>
    from + ((Math.log10(value) - ticks[0]!) / (ticks.at(-1)! - ticks[0]!)) * (to - from);
  const [toX, toY] = [scale(xs, frame.left, frame.right), scale(ys, frame.bottom, frame.top)];
  const at = ({ x, y }: { readonly x: number; readonly y: number }): string => `${toX(x).toFixed(1)},${toY(y).toFixed(1)}`;
  const grid = [
    ...xs.map((e) => `<path d="M${toX(10 ** e).toFixed(1)} ${frame.top}V${frame.bottom}"/>`),
    ...ys.map((e) => `<path d="M${frame.left} ${toY(10 ** e).toFixed(1)}H${frame.right}"/>`),
  ];
  const ticks = [
    ...xs.map((e) => `<text x="${toX(10 ** e).toFixed(1)}" y="${frame.bottom + 22}" text-anchor="middle">${power(e)}</text>`),
    ...ys.map((e) => `<text x="${frame.left - 10}" y="${(toY(10 ** e) + 4).toFixed(1)}" text-anchor="end">${power(e)}</text>`),
  ];
  const lines = series.map(({ name, points }, i) => {
    const colour = colours[i % colours.length]!;
    const y = frame.top + 16 + 40 * i;
    return `<g stroke="${colour}" fill="${colour}"><polyline fill="none" stroke-width="1.5" points="${points.map(at).join(' ')}"/>`
      + points.map((point) => `<circle cx="${toX(point.x).toFixed(1)}" cy="${toY(point.y).toFixed(1)}" r="3" stroke="none"/>`).join('')
      + `<g stroke="none"><circle cx="${frame.right + 20}" cy="${y - 4}" r="4"/><text x="${frame.right + 32}" y="${y}">${escape(name.split('; ')[0]!)}</text><text x="${frame.right + 32}" y="${y + 15}" font-size="11" fill="#666">${escape(name.split('; ')[1] ?? '')}</text></g></g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" fill="#222">
<rect width="${width}" height="${height}" fill="#fff"/>
<text x="${frame.left}" y="24" font-size="15">${escape(title)}</text>
<g stroke="#ddd" fill="none">${grid.join('')}</g>
${ticks.join('')}
<text x="${(frame.left + frame.right) / 2}" y="${height - 14}" text-anchor="middle">${escape(axes.x)}</text>
<text transform="translate(22 ${(frame.top + frame.bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(axes.y)}</text>
${lines.join('\n')}
</svg>
`;
}
