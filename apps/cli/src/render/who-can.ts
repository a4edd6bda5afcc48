import { type WhoCanView } from '#contract';
import { listText, missingText } from './decision.js';
import { tableLines } from './table.js';

type Row = WhoCanView['possible'][number];

/** Who can do what, with programs and datasets together where all else is the same. */
export function whoCanLines({ possible, note }: WhoCanView): string[] {
  if (possible.length === 0) return ['nobody can, whoever signs', ...(note === undefined ? [] : [note])];
  const alike = [...Map.groupBy(possible, (row) => JSON.stringify([row.dataset, ...sameOf(row)])).values()];
  const groups = [...Map.groupBy(alike, (rows) => JSON.stringify([rows.map(({ program }) => program), ...sameOf(rows[0])])).values()];
  const rows = groups.map((datasets) => cellsOf(datasets[0][0], datasets[0].map(({ program }) => program), datasets.map(([{ dataset }]) => dataset)));
  return [...tableLines(['who', 'may run', 'on', 'for', 'result for one of', 'needs'], rows), ...(note === undefined ? [] : [note])];
}

const needsOf = ({ missing, protection }: Row): string => [...missing.map(missingText), ...protection].join('; ');
const sameOf = (row: Row): readonly unknown[] => [row.who, row.agent, row.together, row.purpose, row.receivers, needsOf(row)];

const cellsOf = (row: Row, programs: readonly string[], datasets: readonly string[]): string[] => [
  `${row.agent === true ? 'an agent of ' : ''}${row.who}`, programs.join(', '), `${datasets.join(', ')}${row.together === undefined ? '' : ` together with ${listText(row.together)}`}`,
  row.purpose ?? 'any purpose', row.receivers.join(', '), needsOf(row) === '' ? 'no signature' : needsOf(row),
];
