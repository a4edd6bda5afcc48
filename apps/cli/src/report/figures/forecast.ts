import { z } from 'zod';
import { linesPlot } from '../plots/lines.js';
import { type Findings, type Reader } from './figure.js';
import { amountText, percentText, share } from './numbers.js';

const Series = z.record(z.string(), z.strictObject({ rows: z.number(), demand: z.number(), forecast: z.number() }));

/** What was forecast for each period beside what came. */
export const readSeries: Reader = (value, { parameters }): Findings | undefined => {
  const parsed = Series.safeParse(value);
  if (!parsed.success || Object.keys(parsed.data).length === 0) return undefined;
  const entries = Object.entries(parsed.data);
  const [demand, period] = [String(parameters.demand ?? 'demand'), String(parameters.period ?? 'period')];
  const off = entries.map(([name, { demand: came, forecast }]) => ({ name, off: Math.abs(forecast - came) }));
  const worst = off.reduce((a, b) => (b.off > a.off ? b : a));
  return {
    figures: [{
      title: 'Forecast against actual',
      reading: `For each ${period} that the model did not see: the mean of ${demand} over all rows of that ${period}, as it came and as it was forecast. The upright axis need not begin at 0.`,
      plot: {
        description: `${entries.length} periods; the forecast is farthest off at ${period} ${worst.name}, by ${amountText(worst.off)}.`,
        draw: (words) => linesPlot(
          [{ name: 'actual', values: entries.map(([, each]) => each.demand) }, { name: 'forecast', values: entries.map(([, { forecast }]) => forecast) }],
          { periods: entries.map(([name]) => name), x: period, y: `mean ${demand}` }, words,
        ),
      },
      tables: [{
        caption: `Mean ${demand} by ${period}`, columns: [period, 'rows', 'actual', 'forecast', 'difference', 'of actual'],
        rows: entries.map(([name, { rows, demand: came, forecast }]) => [name, amountText(rows), amountText(came), amountText(forecast), amountText(Number((forecast - came).toPrecision(4))), came === 0 ? 'none' : percentText(share(forecast - came, came))]),
      }],
    }],
  };
};
