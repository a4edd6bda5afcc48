/** 0 or −1 from a bit, without a branch. Not by negation: −0 is no small integer, and so takes longer into a kernel than −1 does. */
export const maskOf = (bit: number): number => 0 - (bit & 1);

/** Writes `zero` or `one` to `target` as `choice` says: the same reads and writes for both. All have one length. */
export function select(target: Uint8Array, choice: number, zero: Uint8Array, one: Uint8Array): void {
  const mask = maskOf(choice);
  for (let i = 0; i < target.length; i++) target[i] = zero[i]! ^ ((zero[i]! ^ one[i]!) & mask);
}

/** Bit i of packed bits. The index is public. */
export const bitAt = (bits: Uint8Array, i: number): number => (bits[i >> 3]! >> (i & 7)) & 1;
