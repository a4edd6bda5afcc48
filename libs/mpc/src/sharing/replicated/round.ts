import { type KernelMemory, matrixScratchBytes } from '#kernels';
import { replicatedBytes } from '#program/plans';
import { clearBeyondLanes } from '../planes.js';
import { type RoundOperation, bitsStride, wordsStride } from '../suite.js';
import { type Keys } from './keys.js';
import { type ZeroChunk, chunkBytes, drawZeros, xorZeros } from './masks.js';

/** Bytes in the kernels' memory. */
export interface Region {
  readonly at: number;
  readonly bytes: number;
}

type Of<Op extends RoundOperation['op']> = Extract<RoundOperation, { op: Op }>;

/** What a party computes before the round's message; returns where its part of the message lies. */
export function before(memory: KernelMemory, keys: Keys, zeros: ZeroChunk, operation: RoundOperation): Region {
  const bytes = replicatedBytes(operation);
  switch (operation.op) {
    case 'multiply': multiply(memory, keys, zeros, operation); return { at: operation.out, bytes };
    case 'matmul': memory.within(() => matmul(memory, keys, zeros, operation)); return { at: operation.out, bytes };
    case 'and': and(memory, keys, operation); return { at: operation.out, bytes };
    case 'openWords': return { at: operation.value + wordsStride(operation.length), bytes };
    case 'openBits': {
      const at = operation.value + bitsStride(1, operation.planes, operation.lanes);
      clearBeyondLanes(memory, at, operation.planes, operation.lanes);
      return { at, bytes };
    }
  }
}

/** Where the next party's part goes. */
export function placeOf(operation: RoundOperation): number {
  switch (operation.op) {
    case 'multiply': return operation.out + wordsStride(operation.length);
    case 'matmul': return operation.out + wordsStride(operation.rows * operation.columns);
    case 'and': return operation.out + bitsStride(1, operation.planes, operation.lanes);
    case 'openWords': case 'openBits': return operation.out;
  }
}

/** Finishes an operation when the next party's part lies at its place: of openings, x = x_i + x_(i+1) + what came. */
export function after({ kernels }: KernelMemory, operation: RoundOperation): void {
  if (operation.op === 'openWords') {
    const { out, value, length } = operation;
    kernels.addWords(out, out, value, length);
    kernels.addWords(out, out, value + wordsStride(length), length);
  } else if (operation.op === 'openBits') {
    const stride = bitsStride(1, operation.planes, operation.lanes);
    kernels.xorBytes(operation.out, operation.out, operation.value, stride);
    kernels.xorBytes(operation.out, operation.out, operation.value + stride, stride);
  }
}

/** z_i = x_i·y_i + x_i·y_(i+1) + x_(i+1)·y_i + α_i */
function multiply(memory: KernelMemory, keys: Keys, zeros: ZeroChunk, { out, left, right, length }: Of<'multiply'>): void {
  const stride = wordsStride(length);
  const words = chunkBytes / 8;
  for (let from = 0; from < length; from += words) {
    const count = Math.min(words, length - from);
    drawZeros(memory, keys, zeros, count);
    const [x, y] = [left + 8 * from, right + 8 * from];
    memory.kernels.replicatedMultiply(out + 8 * from, x, x + stride, y, y + stride, zeros.plus, zeros.minus, count);
  }
}

/** Z_i = X_i·(Y_i + Y_(i+1)) + X_(i+1)·Y_i + α_i, or with the sum on the left where that is smaller. */
function matmul(memory: KernelMemory, keys: Keys, zeros: ZeroChunk, { out, left, right, rows, inner, columns }: Of<'matmul'>): void {
  const { kernels } = memory;
  const [x, y] = [left, right].map((at, i) => [at, at + wordsStride(i === 0 ? rows * inner : inner * columns)] as const);
  const words = chunkBytes / 8;
  for (let from = 0; from < rows * columns; from += words) {
    const count = Math.min(words, rows * columns - from);
    drawZeros(memory, keys, zeros, count);
    kernels.subtractWords(out + 8 * from, zeros.plus, zeros.minus, count);
  }
  const scratch = memory.take(matrixScratchBytes(rows, inner, columns));
  const sum = memory.take(8 * Math.min(rows, columns) * inner);
  const product = (a: number, b: number): void => kernels.matrixMultiplyAdd(out, a, b, rows, inner, columns, scratch);
  if (columns <= rows) {
    kernels.addWords(sum, y[0], y[1], inner * columns);
    product(x[0], sum);
    product(x[1], y[0]);
  } else {
    kernels.addWords(sum, x[0], x[1], rows * inner);
    product(sum, y[0]);
    product(x[0], y[1]);
  }
}

/** ⟨z⟩_i = x_i∧y_i ⊕ x_i∧y_(i+1) ⊕ x_(i+1)∧y_i ⊕ α_i, on whole blocks. */
function and(memory: KernelMemory, keys: Keys, { out, left, right, planes, lanes }: Of<'and'>): void {
  const stride = bitsStride(1, planes, lanes);
  memory.kernels.replicatedAnd(out, left, left + stride, right, right + stride, stride);
  xorZeros(memory, keys, out, stride);
}
