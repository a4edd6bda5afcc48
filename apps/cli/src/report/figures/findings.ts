import { readConfusion, readRoc, readTest } from './classification.js';
import { readCoefficients, readIntercept, readNarrow } from './coefficients.js';
import { readCounts, readGroups } from './counts.js';
import { readSeries } from './forecast.js';
import { type Asked, type Findings, type Reader } from './figure.js';
import { readOther } from './other.js';
import { readLabels, readRowNumbers } from './rows.js';
import { readP, readSingle, readWhy } from './single.js';
import { readCorrelation, readCovariance, readQuantiles } from './spread.js';

/** By the names that programs give what they open, the most telling first; anything else, or of another form, is shown as it is. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['test', readTest], ['errors', readTest], ['p', readP],
  ['roc', readRoc], ['confusion', readConfusion], ['series', readSeries], ['coefficients', readCoefficients], ['intercept', readIntercept], ['standardised intercept', readIntercept], ['hardly vary', readNarrow],
  ['groups', readGroups], ['counts', readCounts], ['correlation', readCorrelation], ['covariance', readCovariance], ['quantiles', readQuantiles],
  ['labels', readLabels], ['probabilities', readRowNumbers], ['scores', readRowNumbers], ['why', readWhy],
]);
const ORDER = [...READERS.keys()];
const placeOf = (name: string): number => (READERS.has(name) ? ORDER.indexOf(name) : ORDER.length);

/** What a result says, read part by part. */
export function findingsOf(result: Readonly<Record<string, unknown>>, asked: Asked): Required<Findings> {
  const parts = Object.entries(result).filter(([name]) => name !== 'privacy').sort(([a], [b]) => placeOf(a) - placeOf(b))
    .map(([name, value]) => READERS.get(name)?.(value, asked, name) ?? readSingle(value, asked, name) ?? readOther(value, asked, name)!);
  return { tiles: parts.flatMap(({ tiles = [] }) => tiles), figures: parts.flatMap(({ figures = [] }) => figures), notes: parts.flatMap(({ notes = [] }) => notes) };
}
