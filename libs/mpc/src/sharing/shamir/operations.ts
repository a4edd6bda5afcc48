import { type KernelMemory } from '#kernels';
import { openedVectors } from '#program/plans';
import { type RoundOperation } from '../suite.js';
import { inconsistent } from './aborts.js';
import { type Exchanges } from './exchange.js';
import { type Item } from './items.js';

const wholeBlocks = (bytes: number): number => Math.ceil(bytes / 16) * 16;
const wholePacks = (bits: number): number => Math.ceil(bits / 128) * 128;

type Of<Op extends RoundOperation['op']> = Extract<RoundOperation, { op: Op }>;

/** What an operation has to deal or to open. A result's region takes the local product before it takes the shares. */
export function itemsOf(exchanges: Exchanges, memory: KernelMemory, operation: RoundOperation, step: string): Item[] {
  switch (operation.op) {
    case 'multiply': return [multiply(exchanges, memory, operation)];
    case 'matmul': return [matmul(exchanges, memory, operation)];
    case 'and': return [and(exchanges, memory, operation)];
    case 'openWords': return [openWords(exchanges, memory, operation)];
    case 'openBits': return openBits(exchanges, memory, operation, step);
  }
}

function multiply({ words }: Exchanges, memory: KernelMemory, { out, left, right, length }: Of<'multiply'>): Item {
  return {
    kind: 'deal', field: words, count: length, dealers: 'reducers',
    values(from, count) {
      memory.kernels.fieldMultiply(out + 8 * from, left + 8 * from, right + 8 * from, count);
      return memory.bytes.subarray(out + 8 * from, out + 8 * (from + count));
    },
    shares: memory.bytes.subarray(out, out + 8 * length),
  };
}

function matmul({ words }: Exchanges, memory: KernelMemory, { out, left, right, rows, inner, columns }: Of<'matmul'>): Item {
  const shares = memory.bytes.subarray(out, out + 8 * rows * columns);
  shares.fill(0);
  memory.kernels.fieldMatrixMultiplyAdd(out, left, right, rows, inner, columns);
  return {
    kind: 'deal', field: words, count: rows * columns, dealers: 'reducers',
    values: (from, count) => shares.subarray(8 * from, 8 * (from + count)),
    shares,
  };
}

function and({ bytes }: Exchanges, memory: KernelMemory, { out, left, right, planes, lanes }: Of<'and'>): Item {
  return {
    kind: 'deal', field: bytes, count: planes * lanes, dealers: 'reducers',
    values(from, count) {
      memory.kernels.byteFieldMultiply(out + from, left + from, right + from, wholeBlocks(count));
      return memory.bytes.subarray(out + from, out + from + count);
    },
    shares: memory.bytes.subarray(out, out + planes * lanes),
  };
}

function openWords({ words, mesh, workspace }: Exchanges, memory: KernelMemory, { out, value, length }: Of<'openWords'>): Item {
  return {
    kind: 'open', field: words, count: length, to: everybody(mesh.parties),
    shares: memory.bytes.subarray(value, value + 8 * length),
    opened: (at, from, count) => memory.bytes.set(workspace.bytes.subarray(at, at + 8 * count), out + 8 * from),
  };
}

function openBits(exchanges: Exchanges, memory: KernelMemory, { out, value, planes, lanes }: Of<'openBits'>, step: string): Item[] {
  const { bytes: field, mesh, workspace, staging } = exchanges;
  return openedVectors(planes, lanes).map((count, plane) => ({
    kind: 'open', field, count, to: everybody(mesh.parties),
    shares: memory.bytes.subarray(value + plane * count, value + (plane + 1) * count),
    opened(at, from, length) {
      if (!areBits(workspace.bytes, at, length)) throw inconsistent(step);
      workspace.kernels.bytesToBits(staging, at, wholePacks(length));
      memory.bytes.set(workspace.bytes.subarray(staging, staging + Math.ceil(length / 8)), out + plane * Math.ceil(count / 8) + from / 8);
    },
  }));
}

/** Whether all elements are 0 or 1. */
function areBits(bytes: Uint8Array, at: number, count: number): boolean {
  let all = 0;
  for (let i = at; i < at + count; i++) all |= bytes[i]!;
  return all <= 1;
}

const everybody = (parties: number): number[] => Array.from({ length: parties }, (_, party) => party);
