import { type KernelMemory } from '#kernels';
import { type Coins, modulo } from '../../../ahe/index.js';
import { maskBits } from './flow.js';

/** r̂ = Σ 2^(64·k)·word_k, with signed words: all integers of an interval, once each. Offsets of the words. Secret. */
export interface WideMask {
  readonly words: readonly [number, number, number];
}

export function drawMask(memory: KernelMemory, coins: Coins, count: number): WideMask {
  const words = [coins.draw(memory, 8 * count), coins.draw(memory, 8 * count), coins.draw(memory, 8 * count)] as const;
  shiftDown(new Int32Array(memory.bytes.buffer, words[2], 2 * count), 3 * 64 - maskBits);
  return { words };
}

/** Signed words, by less than 32 bits. */
function shiftDown(halves: Int32Array, bits: number): void {
  for (let i = 0; i < halves.length; i += 2) {
    const high = halves[i + 1]!;
    halves[i] = (halves[i]! >>> bits) | (high << (32 - bits));
    halves[i + 1] = high >> bits;
  }
}

/** poly += scale · r̂ modulo a prime. */
export function addMask({ kernels }: KernelMemory, poly: number, { words }: WideMask, count: number, prime: number, scale: number): void {
  words.forEach((at, k) => kernels.residueAddWords(poly, at, count, prime, modulo(BigInt(scale) << BigInt(64 * k), prime)));
}
