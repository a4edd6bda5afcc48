import { type PlanCost } from '#program/plans';
import { wireBytes } from '../channel/index.js';
import { columnsFor, maxBatchTransfers } from '../ot/index.js';
import { bitWordBytes } from './bit-words/index.js';
import { messagesOf, payloadBytes, transfersPerColumn } from './matrix/index.js';
import { type ProductKind, bitProducts, gilboa, maxBatchProducts, transfersPerProduct } from './products/index.js';

/** How many of each the session consumes. */
export type Demand = Pick<PlanCost, 'triples' | 'andWords' | 'matrixTriples' | 'daBits'>;

/** What a batch takes and sends: both parties know it beforehand. */
export interface BatchShape {
  readonly transfers: number;
  /** What the sender sends for it in the end, whole frames. */
  readonly payloadBytes: number;
}

/** [from, to) of each batch of `count` items, `most` at a time. */
export const ranges = (count: number, most: number): (readonly [number, number])[] =>
  Array.from({ length: Math.ceil(count / most) }, (_, i) => [i * most, Math.min((i + 1) * most, count)] as const);

/** Batches of both cross terms of elementwise triples. */
const productShapes = (kind: ProductKind, triples: number): BatchShape[] => ranges(2 * triples, maxBatchProducts).map(([from, to]) => productShape(kind, to - from));

export const productShape = (kind: ProductKind, products: number): BatchShape => ({
  transfers: columnsFor(transfersPerProduct * products),
  payloadBytes: wireBytes(kind.payloadBytes(products)),
});

export const matrixShape = (rows: number, columns: number): BatchShape => ({
  transfers: columnsFor(transfersPerColumn * columns),
  payloadBytes: columns * [...messagesOf(rows)].reduce((sum, [from, to]) => sum + wireBytes(payloadBytes(to - from)), 0),
});

/** Products of a bit and a word, one transfer each. */
export const bitWordShape = (products: number): BatchShape => ({ transfers: columnsFor(products), payloadBytes: wireBytes(bitWordBytes(products)) });

const bitWordShapes = (count: number): BatchShape[] => ranges(count, maxBatchTransfers).map(([from, to]) => bitWordShape(to - from));

/** The batches of each leg of a pair. */
export function legShapes({ triples, andWords, matrixTriples, daBits }: Demand): { primary: BatchShape[]; other: BatchShape[] } {
  const matrices = matrixTriples.flatMap(({ rows, inner, columns }) =>
    Array.from({ length: columns }, () => ranges(inner, maxBatchProducts).map(([from, to]) => matrixShape(rows, to - from))).flat());
  return { primary: [...productShapes(gilboa, triples), ...productShapes(bitProducts, andWords), ...bitWordShapes(daBits), ...matrices], other: matrices };
}
