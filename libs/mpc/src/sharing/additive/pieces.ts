import { type KernelMemory, matrixScratchBytes } from '#kernels';
import { type MatrixShape, ranges, wordsOfBits } from '#program/plans';
import { type Correlations, type MatrixTriple, bytesOf, wipeMatrix, wipeTriples } from '../../correlations/index.js';
import { clearBeyondLanes } from '../planes.js';
import { type RoundOperation } from '../suite.js';

/** A piece of a round's message: how many words, and what goes before and after they are exchanged. */
export interface Piece {
  readonly words: number;
  /** Whether shares of it add up by exclusive or. */
  readonly bitwise: boolean;
  /** Writes this party's words at `at`. */
  mask(memory: KernelMemory, at: number): void;
  /** Takes the opened words at `at`. */
  finish(memory: KernelMemory, at: number): void;
}

export interface Round {
  readonly memory: KernelMemory;
  readonly self: number;
  readonly correlations: Correlations;
  /** Left factors that are masked already, by series. */
  readonly fixed: Map<number, FixedFactor>;
}

/** The left factor of a series of products of matrices, and what is left of its triple. Secret. */
export interface FixedFactor extends MatrixShape {
  readonly triple: MatrixTriple;
  /** x − a, once it is opened. */
  readonly d: BigUint64Array;
}

type Of<Op extends RoundOperation['op']> = Extract<RoundOperation, { op: Op }>;

/** A piece has so many words at most, and a product takes two of them: they and what is made of them stay in the cache. Even, so that all begin at multiples of 16 bytes. */
const pieceWords = 16 * 1024;

/** What an operation opens. Takes its correlations. */
export function piecesOf(round: Round, operation: RoundOperation): Piece[] {
  switch (operation.op) {
    case 'multiply': return ranges(operation.length, pieceWords / 2).map(([from, to]) => product(round, operation, from, to - from));
    case 'matmul': return matmul(round, operation);
    case 'and': return ranges(wordsOfBits(operation.planes, operation.lanes), pieceWords / 2).map(([from, to]) => conjunction(round, operation, 8 * from, to - from));
    case 'openWords': return opened(operation, operation.length, false);
    case 'openBits':
      clearBeyondLanes(round.memory, operation.value, operation.planes, operation.lanes);
      return opened(operation, wordsOfBits(operation.planes, operation.lanes), true);
  }
}

const opened = ({ value, out }: Of<'openWords' | 'openBits'>, words: number, bitwise: boolean): Piece[] =>
  ranges(words, pieceWords).map(([from, to]) => ({
    words: to - from, bitwise,
    mask: (memory, at) => void memory.bytes.copyWithin(at, value + 8 * from, value + 8 * to),
    finish: (memory, at) => void memory.bytes.copyWithin(out + 8 * from, at, at + 8 * (to - from)),
  }));

function product({ self, correlations }: Round, { left, right, out }: Of<'multiply'>, from: number, length: number): Piece {
  const triples = correlations.arithmetic.take(length);
  const { a, b, c } = triples;
  const place = 8 * from;
  return {
    words: 2 * length, bitwise: false,
    mask: (memory, at) => {
      memory.kernels.subtractWords(at, left + place, memory.put(a), length);
      memory.kernels.subtractWords(at + 8 * length, right + place, memory.put(b), length);
    },
    finish: (memory, d) => {
      const { kernels } = memory;
      const e = d + 8 * length;
      const factor = memory.put(a);
      memory.bytes.set(bytesOf(c), out + place);
      kernels.multiplyAddWords(out + place, d, memory.put(b), length);
      if (self === 0) kernels.addWords(factor, factor, d, length);
      kernels.multiplyAddWords(out + place, factor, e, length);
      wipeTriples(triples);
    },
  };
}

function conjunction({ self, correlations }: Round, { left, right, out }: Of<'and'>, from: number, words: number): Piece {
  const triples = correlations.boolean.take(words);
  const { a, b, c } = triples;
  // Kernels work on whole blocks; what lies behind the last word is scratch.
  const bytes = 16 * Math.ceil(words / 2);
  return {
    words: 2 * words, bitwise: true,
    mask: (memory, at) => {
      const masked = memory.take(bytes);
      memory.kernels.xorBytes(masked, left + from, memory.put(a), bytes);
      memory.bytes.copyWithin(at, masked, masked + 8 * words);
      memory.kernels.xorBytes(masked, right + from, memory.put(b), bytes);
      memory.bytes.copyWithin(at + 8 * words, masked, masked + 8 * words);
    },
    finish: (memory, d) => {
      const { kernels } = memory;
      const e = memory.take(bytes);
      memory.bytes.copyWithin(e, d + 8 * words, d + 16 * words);
      const factor = memory.put(a);
      const result = memory.put(c);
      kernels.andXorBytes(result, d, memory.put(b), bytes);
      if (self === 0) kernels.xorBytes(factor, factor, d, bytes);
      kernels.andXorBytes(result, factor, e, bytes);
      memory.bytes.copyWithin(out + from, result, result + 8 * words);
      wipeTriples(triples);
    },
  };
}

/** D, but for a left factor that is masked already, then E; the product when all of them is opened. */
function matmul(round: Round, operation: Of<'matmul'>): Piece[] {
  const { self } = round;
  const { left, right, out, rows, inner, columns, series = { number: -1, from: 0, columns } } = operation;
  const opens = series.from === 0;
  const factor = opens ? firstOf(round, operation, series.columns) : round.fixed.get(series.number);
  // INVARIANT: columns of one triple never mask for two series.
  if (!factor || factor.rows !== rows || factor.inner !== inner || factor.columns !== series.columns) throw new RangeError('a series of products goes on that did not begin');
  const isLast = series.from + columns === series.columns;
  if (isLast) round.fixed.delete(series.number);
  else round.fixed.set(series.number, factor);
  const { triple, d } = factor;
  const b = columnsOf(triple.b, series.columns, series.from, columns);
  const e = new BigUint64Array(b.length);
  let missing = (opens ? d.length : 0) + e.length;
  const multiply = (memory: KernelMemory): void => {
    const { kernels } = memory;
    const scratch = memory.take(matrixScratchBytes(rows, inner, columns));
    const [a, dAt] = [memory.put(triple.a), memory.put(d)];
    const c = columnsOf(triple.c, series.columns, series.from, columns);
    memory.bytes.set(bytesOf(c), out);
    kernels.matrixMultiplyAdd(out, dAt, memory.put(b), rows, inner, columns, scratch);
    if (self === 0) kernels.addWords(a, a, dAt, d.length);
    kernels.matrixMultiplyAdd(out, a, memory.put(e), rows, inner, columns, scratch);
    for (const used of [b, c]) used.fill(0n);
    if (isLast) wipeMatrix(triple);
  };
  const masked = (operand: number, mask: BigUint64Array, target: BigUint64Array): Piece[] => [...ranges(mask.length, pieceWords)].map(([from, to]) => ({
    words: to - from, bitwise: false,
    mask: (memory, at) => memory.kernels.subtractWords(at, operand + 8 * from, memory.put(mask.subarray(from, to)), to - from),
    finish: (memory, at) => {
      memory.get(at, target.subarray(from, to));
      missing -= to - from;
      if (missing === 0) multiply(memory);
    },
  }));
  return [...(opens ? masked(left, triple.a, d) : []), ...masked(right, b, e)];
}

/** The triple of a product, or of a series of them. */
function firstOf({ correlations }: Round, { rows, inner }: Of<'matmul'>, columns: number): FixedFactor {
  const triple = correlations.takeMatrix({ rows, inner, columns });
  return { rows, inner, columns, triple, d: new BigUint64Array(triple.a.length) };
}

/** Columns of a matrix of rows of `width` words. */
function columnsOf(matrix: BigUint64Array, width: number, from: number, columns: number): BigUint64Array {
  const rows = width === 0 ? 0 : matrix.length / width;
  const taken = new BigUint64Array(rows * columns);
  const [source, target] = [new Uint32Array(matrix.buffer, matrix.byteOffset, 2 * matrix.length), new Uint32Array(taken.buffer)];
  for (let row = 0, at = 0; row < rows; row++) {
    for (let half = 2 * (row * width + from), end = half + 2 * columns; half < end; half++) target[at++] = source[half]!;
  }
  return taken;
}
