import { type BaseTransfers, ferretBytes, ferretSets, kPkeTransfers, softspokenBytes, type FerretParameters } from '../ot/index.js';
import { type Demand, legShapes } from './shapes.js';

/** How the transfers of a session are made. SoftSpoken assumes nothing on parity with noise. */
export type Source =
  | { readonly kind: 'softspoken' }
  | { readonly kind: 'ferret'; readonly parameters: FerretParameters; readonly checked: boolean };

/** Depth of the trees of OT extension: 32 bits on the wire and 64 bytes of keystream per transfer. */
export const treeDepth = 4;

const sources = {
  softspoken: { kind: 'softspoken' },
  'ferret-b10': { kind: 'ferret', parameters: ferretSets.b10, checked: false },
  'ferret-b11': { kind: 'ferret', parameters: ferretSets.b11, checked: false },
} as const satisfies Record<string, Source>;

export type SourceName = keyof typeof sources;
/** What a caller asks for; `auto` takes what sends least. */
export type SourceRequest = SourceName | 'auto';

export interface SourceChoice {
  readonly name: SourceName;
  readonly source: Source;
  /** What the offline phase sends between two parties, in both directions, whole frames. */
  readonly bytesPerPair: number;
  /** Why this one: one line. */
  readonly reason: string;
}

/** What making `demand` sends between two parties, in both directions. */
export function dealingBytes(demand: Demand, source: Source, base: BaseTransfers, k = treeDepth): number {
  return Object.values(legShapes(demand)).reduce((sum, batches) => {
    if (batches.length === 0) return sum;
    const transfers = batches.map((batch) => batch.transfers);
    const extension = source.kind === 'softspoken' ? softspokenBytes(base, k, transfers) : ferretBytes(base, source.parameters, k, source.checked, transfers);
    return sum + extension + batches.reduce((payloads, { payloadBytes }) => payloads + payloadBytes, 0);
  }, 0);
}

/** The source of a session that needs `demand`: every party comes to the same. */
export function chooseSource(demand: Demand, request: SourceRequest = 'auto', base: BaseTransfers = kPkeTransfers): SourceChoice {
  const choices = (Object.keys(sources) as SourceName[]).map((name) => ({ name, source: sources[name], bytesPerPair: dealingBytes(demand, sources[name], base) }));
  const [softspoken] = choices as [typeof choices[number]];
  if (request !== 'auto') return { ...choices.find(({ name }) => name === request)!, reason: 'asked for' };
  const least = choices.reduce((best, each) => (each.bytesPerPair < best.bytesPerPair ? each : best));
  if (least.bytesPerPair === 0) return { ...least, reason: 'nothing is multiplied' };
  if (least === softspoken) return { ...least, reason: 'too few multiplications to pay for the set-up of Ferret' };
  return { ...least, reason: `sends ${least.bytesPerPair} bytes per pair of parties, softspoken would send ${softspoken.bytesPerPair}` };
}
