import type { Drawn, Demand as SessionDemand, MadePart } from '#mpc';
import { allows, type Assumptions, type MatrixShape, type Problem } from '#program/plans';
import type { Demand } from './agree.js';
import type { Component } from './header.js';

/**
 * What a session consumes, as the stock names it:
 *
 *     triples          a, b, c    words with c = a·b in Z_2^64, shared by their sum
 *     and-words        a, b, c    words with c = a ∧ b, shared by their exclusive or
 *     dabits           word, bit  a random bit, shared by the sum of words and by the exclusive or of bytes 0 and 1
 *     matrix:RxIxC     a, b, c    matrices R × I, I × C and their product R × C, row by row, shared by their sum
 */
const triple = (domain: Component['domain'], ...bytes: readonly [number, number, number]): Component[] => (['a', 'b', 'c'] as const).map((name, i) => ({ name, domain, bytes: bytes[i] }));
const WORDS = { triples: triple('Z_2^64', 8, 8, 8), 'and-words': triple('F_2', 8, 8, 8) } as const;
const DABITS: readonly Component[] = [{ name: 'word', domain: 'Z_2^64', bytes: 8 }, { name: 'bit', domain: 'F_2', bytes: 1 }];

export const matrixKind = ({ rows, inner, columns }: MatrixShape): string => `matrix:${rows}x${inner}x${columns}`;

export function shapeOf(kind: string): MatrixShape | undefined {
  const [, rows, inner, columns] = /^matrix:(\d+)x(\d+)x(\d+)$/.exec(kind)?.map(Number) ?? [];
  return columns === undefined ? undefined : { rows, inner, columns };
}

/** What a record of a kind is made of; undefined for a kind that no session consumes. */
export function componentsOf(kind: string): readonly Component[] | undefined {
  if (kind === 'triples' || kind === 'and-words') return WORDS[kind];
  if (kind === 'dabits') return DABITS;
  const shape = shapeOf(kind);
  return shape && triple('Z_2^64', 8 * shape.rows * shape.inner, 8 * shape.inner * shape.columns, 8 * shape.rows * shape.columns);
}

/** What records rest on by the word of their header, those first that rest on most: who may draw on them does, and leaves the others to those who may not. */
const RECORDS = {
  'lpn-regular+ml-kem-768': ['module-lwe', 'lpn'], rlwe: ['module-lwe', 'rlwe'], 'softspoken+ml-kem-768': ['module-lwe'],
} as const satisfies Record<string, readonly Problem[]>;
type RecordAssumption = keyof typeof RECORDS;
const isKnown = (assumption: string): assumption is RecordAssumption => Object.hasOwn(RECORDS, assumption);

/** Of a word that this version does not know nothing is taken for granted. */
export const restsOnOf = (assumption: string): readonly Problem[] => (isKnown(assumption) ? RECORDS[assumption] : ['module-lwe', 'rlwe', 'lpn']);

/** What records may say of themselves for a session of this profile to draw on them. */
export const recordsWithin = (assumptions: Assumptions): string[] => (Object.keys(RECORDS) as RecordAssumption[]).filter((each) => allows(assumptions, RECORDS[each]));

/** Each kind whole or not at all: a little of one would be gone, and the session would make the rest anyway. */
export function demandsOf({ triples, andWords, daBits, matrixTriples }: SessionDemand, assumptions: Assumptions): Demand[] {
  const shapes = Map.groupBy(matrixTriples.filter(({ rows, inner, columns }) => rows * inner * columns > 0), matrixKind);
  return [
    { kind: 'triples', count: triples }, { kind: 'and-words', count: andWords }, { kind: 'dabits', count: daBits },
    ...[...shapes].map(([kind, { length }]) => ({ kind, count: length })),
  ].filter(({ count }) => count > 0).map((demand) => ({ ...demand, assumptions: recordsWithin(assumptions), whole: true }));
}

/** Records of one kind as they travel from a worker to its session process, component after component. */
export interface KindRecords {
  readonly kind: string;
  readonly vectors: Readonly<Record<string, Uint8Array>>;
}

export const wipeRecords = (records: readonly KindRecords[]): void => records.forEach(({ vectors }) => Object.values(vectors).forEach((vector) => vector.fill(0)));

/** What was drawn, as a worker hands it to its session process. */
export interface DrawnRecords {
  /** 32 bytes, the same at all parties that agreed on the same. */
  readonly agreed: Uint8Array;
  readonly restsOn: readonly Problem[];
  readonly records: readonly KindRecords[];
}

/** The same as a session uses them; they share their memory where it is aligned, and are wiped where it is not. */
export function drawnFrom({ agreed, restsOn, records }: DrawnRecords): Drawn {
  const of = (kind: string): Readonly<Record<string, Uint8Array>> | undefined => records.find((each) => each.kind === kind)?.vectors;
  const [triples, andWords, bits] = [of('triples'), of('and-words'), of('dabits')];
  return {
    agreed, restsOn,
    ...(triples && { triples: { a: wordsOf(triples.a), b: wordsOf(triples.b), c: wordsOf(triples.c) } }),
    ...(andWords && { andWords: { a: wordsOf(andWords.a), b: wordsOf(andWords.b), c: wordsOf(andWords.c) } }),
    ...(bits && { daBits: { word: wordsOf(bits.word), bit: bits.bit } }),
    matrixTriples: records.flatMap(({ kind, vectors }) => {
      const shape = shapeOf(kind);
      if (!shape) return [];
      const { rows, inner, columns } = shape;
      const [a, b, c] = [wordsOf(vectors.a), wordsOf(vectors.b), wordsOf(vectors.c)];
      const piece = (of: BigUint64Array, size: number, i: number): BigUint64Array => of.subarray(size * i, size * (i + 1));
      return Array.from({ length: c.length / (rows * columns) }, (_, i) => ({ ...shape, a: piece(a, rows * inner, i), b: piece(b, inner * columns, i), c: piece(c, rows * columns, i) }));
    }),
  };
}

function wordsOf(bytes: Uint8Array): BigUint64Array {
  if (bytes.byteOffset % 8 === 0) return new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  const words = new BigUint64Array(bytes.length / 8);
  new Uint8Array(words.buffer).set(bytes);
  bytes.fill(0);
  return words;
}

/** Records that were made, and what they rest on beside the links. */
export interface MadeRecords extends KindRecords {
  readonly count: number;
  readonly assumption: RecordAssumption;
}

/** What was made, kind by kind; the vectors are views where a kind is one vector, and copies of matrices. */
export function recordsOf({ correlations: { arithmetic, boolean, daBits, matrices }, choice: { source, lattices } }: MadePart): MadeRecords[] {
  const transfers: RecordAssumption = source.kind === 'ferret' ? 'lpn-regular+ml-kem-768' : 'softspoken+ml-kem-768';
  const bytes = (words: BigUint64Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const joined = (parts: readonly BigUint64Array[]): Uint8Array => Buffer.concat(parts.map(bytes));
  const words = (kind: string, { a, b, c }: { readonly a: BigUint64Array; readonly b: BigUint64Array; readonly c: BigUint64Array }, assumption: RecordAssumption): MadeRecords => (
    { kind, count: c.length, assumption, vectors: { a: bytes(a), b: bytes(b), c: bytes(c) } });
  return [
    words('triples', arithmetic.triples, lattices.triples ? 'rlwe' : transfers),
    words('and-words', boolean.triples, transfers),
    { kind: 'dabits', count: daBits.bits.word.length, assumption: transfers, vectors: { word: bytes(daBits.bits.word), bit: daBits.bits.bit } },
    ...[...Map.groupBy(matrices, matrixKind)].map(([kind, each]): MadeRecords => (
      { kind, count: each.length, assumption: lattices.matrices ? 'rlwe' : transfers, vectors: { a: joined(each.map(({ a }) => a)), b: joined(each.map(({ b }) => b)), c: joined(each.map(({ c }) => c)) } })),
  ].filter(({ count }) => count > 0);
}
