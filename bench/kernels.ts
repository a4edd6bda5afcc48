/** The kernels of the tensor engine on one core, each on data that its caller would have in the cache. */
import { randomFillSync } from 'node:crypto';
import { KernelMemory, type Kernels, matrixScratchBytes } from '#kernels';
import { naiveMatrixProduct } from './kernels/naive.js';
import { atLeast, type BenchRow, median } from './row.js';

const samples = 15;
const sampleMs = 40;
const p = 2n ** 61n - 1n;
/** Vectors of 32 KiB; planes of a batch of 65,536 words. */
const vectorWords = 4096;
const planeWords = 65_536;
const shapes: readonly (readonly [number, number, number])[] = [[512, 512, 512], [784, 128, 128], [128, 784, 128], [1, 784, 128], [784, 128, 1], [16, 16, 16]];
/** GMAC/s of a native AVX-512 kernel, 512 x 512 by 512, documented for a machine of 2.2 GHz; others differ. */
const documentedNative = 2.83;

/** Calls per second: the median of samples, after a warm-up. */
function rate(act: () => void): number {
  const timed = (calls: number): number => {
    const startedAt = performance.now();
    for (let call = 0; call < calls; call++) act();
    return performance.now() - startedAt;
  };
  let calls = 1;
  while (timed(calls) < sampleMs) calls *= 2;
  return (calls * 1000) / median(Array.from({ length: samples }, () => timed(calls)));
}

const giga = 1e9;
const mega = 1e6;

async function matrices(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const shape of shapes) {
    const [height, inner, width] = shape;
    const [leftBytes, rightBytes, targetBytes] = [8 * height * inner, 8 * inner * width, 8 * height * width];
    const memory = new KernelMemory(leftBytes + rightBytes + targetBytes + matrixScratchBytes(...shape) + 4096);
    const [target, left, right] = [memory.take(targetBytes), memory.take(leftBytes), memory.take(rightBytes)];
    const scratch = memory.take(matrixScratchBytes(...shape));
    randomFillSync(memory.bytes, left, leftBytes + rightBytes);
    const naive = await naiveMatrixProduct(memory.bytes.length / 65_536);
    new Uint8Array(naive.memory).set(memory.bytes);
    const products = (height * inner * width) / giga;
    const value = products * rate(() => memory.kernels.matrixMultiplyAdd(target, left, right, ...shape, scratch));
    const peer = products * rate(() => naive.multiply(target, left, right, ...shape));
    const name = `Z_2^64 matrix product, ${height} x ${inner} by ${width}`;
    // Six tenths of the native kernel.
    rows.push(atLeast(0.6 * documentedNative, { name, value, unit: 'GMAC/s', peer: 'three nested loops', ratio: value / peer }));
    if (shape === shapes[0]) rows.push({ name: `${name}, three nested loops`, value: peer, unit: 'GMAC/s' });
  }
  return rows;
}

/** Products of field elements by BigInt, as a program without kernels has them. */
function bigIntProducts(words: BigUint64Array): number {
  const [left, right] = [Array.from(words.subarray(0, vectorWords)), Array.from(words.subarray(vectorWords, 2 * vectorWords))];
  const products = new Array<bigint>(vectorWords);
  return vectorWords * rate(() => {
    for (let i = 0; i < vectorWords; i++) products[i] = (left[i] * right[i]) % p;
  });
}

function vectors(): BenchRow[] {
  const bytes = 8 * vectorWords;
  const memory = new KernelMemory(6 * bytes + 4096);
  const [target, left, right, next, last, mask] = Array.from({ length: 6 }, () => memory.take(bytes)) as [number, number, number, number, number, number];
  const k: Kernels = memory.kernels;
  randomFillSync(memory.bytes, target, 6 * bytes);
  k.fieldFromWords(left, left, 2 * vectorWords);
  const words = vectorWords / mega;
  const [fieldProducts, bigInts] = [words * rate(() => k.fieldMultiply(target, left, right, vectorWords)), bigIntProducts(memory.words.subarray(left / 8)) / mega];
  const side = 64;
  return [
    { name: 'F_p product, p = 2^61 - 1', value: fieldProducts, unit: 'M/s', peer: 'BigInt', ratio: fieldProducts / bigInts },
    { name: 'F_p product, BigInt', value: bigInts, unit: 'M/s' },
    { name: 'F_p matrix product, 64 x 64 by 64', value: (side ** 3 / giga) * rate(() => k.fieldMatrixMultiplyAdd(target, left, right, side, side, side)), unit: 'GMAC/s' },
    { name: 'addWords, bytes of the sums', value: (bytes / giga) * rate(() => k.addWords(target, left, right, vectorWords)), unit: 'GB/s' },
    { name: 'multiplyWords', value: words * rate(() => k.multiplyWords(target, left, right, vectorWords)), unit: 'M/s' },
    { name: 'replicatedMultiply', value: words * rate(() => k.replicatedMultiply(target, left, right, next, last, mask, mask, vectorWords)), unit: 'M/s' },
    { name: 'replicatedAnd, bytes of the result', value: (bytes / giga) * rate(() => k.replicatedAnd(target, left, right, next, last, bytes)), unit: 'GB/s' },
    { name: 'GF(2^8) product', value: (bytes / giga) * rate(() => k.byteFieldMultiply(target, left, right, bytes)), unit: 'GB/s' },
  ];
}

function planes(): BenchRow[] {
  const bytes = 8 * planeWords;
  const memory = new KernelMemory(2 * bytes + 4096);
  const [sliced, words] = [memory.take(bytes), memory.take(bytes)];
  randomFillSync(memory.bytes, words, bytes);
  const rows: BenchRow[] = [];
  for (const count of [128, planeWords]) {
    const size = (8 * count) / giga;
    rows.push(
      { name: `wordsToPlanes, ${count} words`, value: size * rate(() => memory.kernels.wordsToPlanes(sliced, words, count)), unit: 'GB/s' },
      { name: `planesToWords, ${count} words`, value: size * rate(() => memory.kernels.planesToWords(words, sliced, count)), unit: 'GB/s' },
    );
  }
  return rows;
}

/** Rates of the kernels; a matrix product beside three nested loops, field products beside BigInt. */
export async function run(): Promise<readonly BenchRow[]> {
  return [...(await matrices()), ...vectors(), ...planes()];
}
