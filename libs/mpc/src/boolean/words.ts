/** Each word shifted left by `by` in 0 … 63 wires. */
export function shiftLeft(words: BigUint64Array, by: number): BigUint64Array {
  const shifted = new BigUint64Array(words.length);
  const from = new Uint32Array(words.buffer, words.byteOffset, 2 * words.length);
  const to = new Uint32Array(shifted.buffer);
  const high = by - 32;
  for (let i = 0; i < from.length; i += 2) {
    const low = from[i]!;
    if (high >= 0) to[i + 1] = low << high;
    else {
      to[i] = low << by;
      to[i + 1] = (from[i + 1]! << by) | (by === 0 ? 0 : low >>> (32 - by));
    }
  }
  return shifted;
}

/** All wires inverted, in place. */
export function invert(words: BigUint64Array): void {
  const halves = new Uint32Array(words.buffer, words.byteOffset, 2 * words.length);
  for (let i = 0; i < halves.length; i++) halves[i] = ~halves[i]!;
}
