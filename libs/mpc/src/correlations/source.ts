import { type BaseTransfers, ferretBytes, ferretSets, kPkeTransfers, softspokenBytes, type FerretParameters } from '../ot/index.js';
import { latticeKeysBytes, latticeMatrixBytes, latticeProductsBytes } from './lattice/index.js';
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

/** What is made by lattices in place of transfers. */
export interface Lattices {
  readonly triples: boolean;
  readonly matrices: boolean;
}
export const noLattices: Lattices = { triples: false, matrices: false };

/** What a caller asks for; `auto` takes what sends least, lattices included, which rest on RLWE. A named one makes everything by transfers. */
export type SourceRequest = SourceName | 'auto';

export interface SourceChoice {
  /** As parties compare it before anything else is sent. */
  readonly name: SourceName | `${SourceName}+lattice-${string}`;
  readonly source: Source;
  readonly lattices: Lattices;
  /** What the offline phase sends between two parties, in both directions, whole frames. */
  readonly bytesPerPair: number;
  /** Why this one: one line. */
  readonly reason: string;
}

/** What transfers are still to make. */
export const byTransfers = (demand: Demand, lattices: Lattices): Demand =>
  ({ ...demand, triples: lattices.triples ? 0 : demand.triples, matrixTriples: lattices.matrices ? [] : demand.matrixTriples });

/** What making `demand` sends between two parties, in both directions. */
export function dealingBytes(demand: Demand, source: Source, base: BaseTransfers, { lattices = noLattices, k = treeDepth }: { readonly lattices?: Lattices; readonly k?: number } = {}): number {
  const transferred = Object.values(legShapes(byTransfers(demand, lattices))).reduce((sum, batches) => {
    if (batches.length === 0) return sum;
    const transfers = batches.map((batch) => batch.transfers);
    const extension = source.kind === 'softspoken' ? softspokenBytes(base, k, transfers) : ferretBytes(base, source.parameters, k, source.checked, transfers);
    return sum + extension + batches.reduce((payloads, { payloadBytes }) => payloads + payloadBytes, 0);
  }, 0);
  return transferred + latticeBytes(demand, lattices);
}

function latticeBytes({ triples, matrixTriples }: Demand, lattices: Lattices): number {
  const products = lattices.triples && triples > 0 ? latticeKeysBytes('products') + latticeProductsBytes(triples, 2) : 0;
  const matrices = lattices.matrices && matrixTriples.length > 0
    ? 2 * latticeKeysBytes('matrix') + matrixTriples.reduce((sum, { rows, inner, columns }) => sum + 2 * latticeMatrixBytes(rows, inner, columns), 0)
    : 0;
  return products + matrices;
}

/** The source of a session that needs `demand`: every party comes to the same. */
export function chooseSource(demand: Demand, request: SourceRequest = 'auto', base: BaseTransfers = kPkeTransfers): SourceChoice {
  const choicesWith = (lattices: Lattices): (Omit<SourceChoice, 'reason' | 'name'> & { name: SourceName })[] =>
    (Object.keys(sources) as SourceName[]).map((name) => ({ name, source: sources[name], lattices, bytesPerPair: dealingBytes(demand, sources[name], base, { lattices }) }));
  const choices = choicesWith(noLattices);
  const [softspoken] = choices as [typeof choices[number]];
  if (request !== 'auto') return { ...choices.find(({ name }) => name === request)!, reason: 'asked for' };
  // Of equal ones the first: nothing is made by lattices that is not there.
  const all = [{ triples: true, matrices: false }, { triples: false, matrices: true }, { triples: true, matrices: true }].flatMap(choicesWith);
  const least = [...choices, ...all].reduce((best, each) => (each.bytesPerPair < best.bytesPerPair ? each : best));
  if (least.bytesPerPair === 0) return { ...least, reason: 'nothing is multiplied' };
  const made = [...(least.lattices.triples ? ['triples'] : []), ...(least.lattices.matrices ? ['matrices'] : [])];
  if (made.length > 0) {
    return { ...least, name: `${least.name}+lattice-${made.join('-')}`, reason: `sends ${least.bytesPerPair} bytes per pair of parties with ${made.join(' and ')} from lattices, softspoken alone would send ${softspoken.bytesPerPair}` };
  }
  if (least === softspoken) return { ...least, reason: 'too few multiplications to pay for the set-up of Ferret' };
  return { ...least, reason: `sends ${least.bytesPerPair} bytes per pair of parties, softspoken would send ${softspoken.bytesPerPair}` };
}
