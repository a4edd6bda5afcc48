import { type Assumptions, type Demand, type MatrixShape, type Problem, allows } from '#program/plans';
import { type Binding, type Mesh, boundHash } from '../../channel/index.js';
import { type DaBits, type MatrixTriple, type Triples, wipeMatrix, wipeTriples } from '../pools.js';
import { agreedBytes, offerSizes, stockProtocol } from './protocol.js';

/** What a party has in stock with the other parties of a session, kept by whoever runs the session. */
export interface Stock {
  /** Text that is told to the other parties, so nothing in it is secret; at most 64 KiB, and empty where there is nothing. */
  readonly offer: Uint8Array;
  /**
   * Called once, with the offers of all parties by index, which spaces may follow. Whatever it resolves with is burned on disk by then: no other call, in this or any other
   * process, yields it again.
   */
  take(offers: readonly Uint8Array[], demand: Demand): Promise<Drawn>;
  /** Called in place of `take` where nothing comes of the offer; `demand` is what the session makes itself. */
  release(demand: Demand): void;
}

/** Own shares out of stock, the session's to wipe: of each kind all that was demanded, or none. Secret. */
export interface Drawn {
  /** 32 bytes that name what was agreed: the same at parties that took shares of the same correlations. */
  readonly agreed: Uint8Array;
  /** Problems whose hardness hid them when they were made. */
  readonly restsOn: readonly Problem[];
  readonly triples?: Triples;
  readonly andWords?: Triples;
  readonly daBits?: DaBits;
  /** Of each shape as many as were demanded, or none; in any order. */
  readonly matrixTriples: readonly (MatrixTriple & MatrixShape)[];
}

/** How many of each came out of stock. */
export interface DrawnCounts {
  readonly triples: number;
  readonly andWords: number;
  readonly daBits: number;
  readonly matrixTriples: number;
}

export const isNeeded = ({ triples, andWords, daBits, matrixTriples }: Demand): boolean => triples + andWords + daBits + matrixTriples.length > 0;

/** How long the offer is on the wire. @throws RangeError above 64 KiB */
export function paddedBytes({ length }: Uint8Array): number {
  const bytes = offerSizes.find((size) => size >= length);
  if (bytes === undefined) throw new RangeError('the offer is too long');
  return bytes;
}

/** What a session draws, and what it may rest on. */
export interface DrawingOrder {
  readonly demand: Demand;
  readonly assumptions: Assumptions;
}

/**
 * Steps `offer` and `take`, after hellos that said how long the offers are; undefined where one of them is empty. What comes back is used after
 * `confirmDrawn` alone. Throws `ProtocolAbort`, and what `stock.take` throws.
 */
export async function draw(mesh: Mesh, stock: Stock, offerBytes: readonly number[], { demand, assumptions }: DrawingOrder): Promise<Drawn | undefined> {
  if (offerBytes.includes(0)) {
    stock.release(demand);
    return undefined;
  }
  const own = new Uint8Array(paddedBytes(stock.offer)).fill(0x20);
  own.set(stock.offer);
  const offers = await mesh.exchange(stockProtocol, 'offer', () => own, (peer) => offerBytes[peer]!);
  const drawn = await stock.take(offers.map((offer) => offer ?? own), demand);
  assertWhole(drawn, demand);
  if (!allows(assumptions, drawn.restsOn)) {
    wipeDrawn(drawn);
    throw new RangeError('the stock gave what rests on more than the session may');
  }
  return drawn;
}

/** Step `taken`: every party's shares are burned, and of the same correlations. Throws `CS0701` and blames the peer that took others. */
export async function confirmDrawn(mesh: Mesh, sessionId: Uint8Array, { agreed }: Drawn, rest: string): Promise<void> {
  const claim = (of: number): Uint8Array => {
    const binding: Binding = { sessionId, roles: [of, mesh.parties - 1] };
    return boundHash(stockProtocol, 'taken', binding, agreed, Buffer.from(rest));
  };
  const own = claim(mesh.self);
  const claims = await mesh.exchange(stockProtocol, 'taken', () => own, () => own.length);
  const other = mesh.peers.find(({ party }) => !Buffer.from(claim(party)).equals(claims[party]!));
  if (other) throw other.abort('CS0701', `party ${other.party} took other correlations from its stock`, 'taken');
}

/** What a session still has to make. */
export const lessDrawn = (demand: Demand, drawn: Drawn): Demand => ({
  triples: drawn.triples ? 0 : demand.triples,
  andWords: drawn.andWords ? 0 : demand.andWords,
  daBits: drawn.daBits ? 0 : demand.daBits,
  matrixTriples: demand.matrixTriples.filter((shape) => !drawn.matrixTriples.some((each) => sameShape(each, shape))),
});

export const countDrawn = ({ triples, andWords, daBits, matrixTriples }: Drawn): DrawnCounts => ({
  triples: triples?.c.length ?? 0, andWords: andWords?.c.length ?? 0, daBits: daBits?.word.length ?? 0, matrixTriples: matrixTriples.length,
});

export function wipeDrawn({ triples, andWords, daBits, matrixTriples }: Drawn): void {
  for (const each of [triples, andWords]) if (each) wipeTriples(each);
  daBits?.word.fill(0n);
  daBits?.bit.fill(0);
  matrixTriples.forEach(wipeMatrix);
}

export const sameShape = (a: MatrixShape, b: MatrixShape): boolean => a.rows === b.rows && a.inner === b.inner && a.columns === b.columns;

/** INVARIANT: a kind that is drawn is drawn whole, so nothing that masks is ever missing or short. */
function assertWhole(drawn: Drawn, demand: Demand): void {
  const { triples, andWords, daBits, matrixTriples, agreed } = drawn;
  const areAll = (vectors: readonly { readonly length: number }[], count: number): boolean => vectors.every(({ length }) => length === count);
  const whole = agreed.length === agreedBytes
    && (!triples || areAll([triples.a, triples.b, triples.c], demand.triples))
    && (!andWords || areAll([andWords.a, andWords.b, andWords.c], demand.andWords))
    && (!daBits || areAll([daBits.word, daBits.bit], demand.daBits))
    && matrixTriples.every((each) => {
      const { a, b, c, rows, inner, columns } = each;
      const count = (of: readonly MatrixShape[]): number => of.filter((shape) => sameShape(shape, each)).length;
      return count(matrixTriples) === count(demand.matrixTriples) && areAll([a], rows * inner) && areAll([b], inner * columns) && areAll([c], rows * columns);
    });
  if (whole) return;
  wipeDrawn(drawn);
  throw new RangeError('the stock gave something else than was demanded');
}
