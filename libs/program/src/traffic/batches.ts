import { type PlanCost } from '../cost.js';
import { wireBytes } from './frame.js';
import { columnsFor, maxBatchTransfers, ranges } from './transfers/blocks.js';

/** How many of each the session consumes. */
export type Demand = Pick<PlanCost, 'triples' | 'andWords' | 'matrixTriples' | 'daBits'>;

/** What a batch takes and sends: both parties know it beforehand. */
export interface BatchShape {
  readonly transfers: number;
  /** What the sender sends for it in the end, whole frames. */
  readonly payloadBytes: number;
}

/** One transfer per bit of a factor. */
export const transfersPerProduct = 64;
export const maxBatchProducts = maxBatchTransfers / transfersPerProduct;

/** The payload of so many products of words (64 − i bits for bit i), of words of bits, of a bit and a word. */
export const gilboaBytes = (products: number): number => 260 * products;
export const bitProductsBytes = (words: number): number => 8 * words;
export const bitWordBytes = (products: number): number => 8 * products;

/** Rows of one message of a matrix times a vector. */
const messageRows = 16_384;
export const matrixMessages = (rows: number): (readonly [number, number])[] => ranges(rows, messageRows);

export const productShape = (products: number, bytes: (products: number) => number): BatchShape => ({
  transfers: columnsFor(transfersPerProduct * products),
  payloadBytes: wireBytes(bytes(products)),
});

/** One transfer per bit of each of the vector's words: `columns` of them. */
export const matrixShape = (rows: number, columns: number): BatchShape => ({
  transfers: columnsFor(transfersPerProduct * columns),
  payloadBytes: columns * matrixMessages(rows).reduce((sum, [from, to]) => sum + wireBytes(gilboaBytes(to - from)), 0),
});

/** Products of a bit and a word, one transfer each. */
export const bitWordShape = (products: number): BatchShape => ({ transfers: columnsFor(products), payloadBytes: wireBytes(bitWordBytes(products)) });

/** Batches of both cross terms of elementwise triples. */
const productShapes = (triples: number, bytes: (products: number) => number): BatchShape[] =>
  ranges(2 * triples, maxBatchProducts).map(([from, to]) => productShape(to - from, bytes));

const bitWordShapes = (count: number): BatchShape[] => ranges(count, maxBatchTransfers).map(([from, to]) => bitWordShape(to - from));

/** The batches of each leg of a pair, in the order in which they run. */
export function legShapes({ triples, andWords, matrixTriples, daBits }: Demand): { primary: BatchShape[]; other: BatchShape[] } {
  const matrices = matrixTriples.flatMap(({ rows, inner, columns }) =>
    Array.from({ length: columns }, () => ranges(inner, maxBatchProducts).map(([from, to]) => matrixShape(rows, to - from))).flat());
  return { primary: [...productShapes(triples, gilboaBytes), ...productShapes(andWords, bitProductsBytes), ...bitWordShapes(daBits), ...matrices], other: matrices };
}
