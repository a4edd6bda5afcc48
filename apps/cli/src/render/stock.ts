import { type StockReport } from '#contract';
import { listText } from './decision.js';
import { tableLines } from './table.js';
import { bytesText } from './units.js';

type SetReport = StockReport['sets'][number];
type Batch = SetReport['batches'][number];

const WHY: Readonly<Record<string, string>> = {
  CS0762: 'a file was not as it was written',
  CS0763: 'it belonged elsewhere',
  CS0764: 'restored from an older copy',
  CS0765: 'a party was restored from an older copy',
  CS0766: 'the journal was damaged',
  CS0767: 'another party did not have it',
};

const others = ({ parties, own }: SetReport): string => listText(parties.filter((_, place) => place !== own));
const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : one.endsWith('ch') ? 'es' : 's'}`;
const sum = (batches: readonly Batch[], of: (batch: Batch) => number): number => batches.reduce((total, batch) => total + of(batch), 0);

/** One row for each set, kind and what it rests on, and what was thrown away. */
export function stockLines({ sets, unreadable }: StockReport): string[] {
  const rows = sets.flatMap((set) =>
    [...Map.groupBy(set.batches, ({ kind, assumption }) => `${kind} ${assumption}`).values()].map((batches) => [
      others(set), set.suite, batches[0].kind, String(sum(batches, ({ left }) => left)), String(sum(batches, (batch) => batch.count)),
      bytesText(sum(batches, ({ bytes }) => bytes)), batches[0].createdAt.slice(0, 16).replace('T', ' '), batches[0].assumption,
    ]));
  const discards = sets.flatMap((set) => set.discards.map((discard) => ({ ...discard, with: others(set) }))).sort((a, b) => a.at.localeCompare(b.at));
  return [
    ...(rows.length === 0
      ? ['nothing is in stock: the parties of a job fill it once the job is over, and sessions make what they lack']
      : tableLines(['with', 'suite', 'kind', 'left', 'of', 'bytes', 'oldest made', 'rests on'], rows)),
    ...discards.map(({ at, code, batches, records, with: parties }) => `${at} with ${parties}: ${count(batches, 'batch')}, ${count(records, 'record')} discarded: ${WHY[code] ?? 'a session had them discarded'} (${code})`),
    ...unreadable.map((id) => `the journal of set ${id.slice(0, 16)} is damaged; the worker discards it when it starts (CS0766)`),
  ];
}
