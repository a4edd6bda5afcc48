import { KernelMemory, mlKemScratch } from '#kernels';
import { type Binding, type Randomness, boundHash } from '../../channel/index.js';
import { ciphertextBytes, kPkeFlow, vectorBytes } from './flow.js';
import { coefficientsBytes, vectorStreamBytes } from './k-pke.js';

/** Vectors that are worked on at once: few, so that all they need stays in the cache. */
export const chunkVectors = 32;

/** What a vector takes on its way: its own bytes and the other's, its mask, the streams of both, noise, and an input of each oracle. */
const chunkBytesEach = 4 * coefficientsBytes + 2 * vectorBytes + 2 * vectorStreamBytes + ciphertextBytes + 7 * (128 + 33) + 2048 + 512;
const sharedBytes = 9 * 512 + 16_384 + mlKemScratch.sample(vectorStreamBytes) + 65_536;

/** The memory of one role, which keeps `keptBytes` more for each of `count` transfers. */
export const workspace = (count: number, keptBytes: number): KernelMemory => new KernelMemory(sharedBytes + chunkVectors * chunkBytesEach + keptBytes * count);

/** ρ: nobody can know its matrix before the receiver drew the nonce for these two parties in this session. */
export const rhoOf = (binding: Binding, nonce: Uint8Array): Uint8Array => boundHash(kPkeFlow.protocol, 'matrix', binding, nonce);

/** A fresh region with so many random bytes, of which no other copy is left. */
export function putRandom(memory: KernelMemory, randomness: Randomness, byteLength: number): number {
  const bytes = randomness.bytes(byteLength);
  const at = memory.put(bytes);
  bytes.fill(0);
  return at;
}

/** [from, to) of each chunk of `count` transfers. */
export const chunksOf = (count: number, most: number): (readonly [number, number])[] =>
  Array.from({ length: Math.ceil(count / most) }, (_, i) => [i * most, Math.min((i + 1) * most, count)] as const);
