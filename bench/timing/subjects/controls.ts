import { randomBytes } from 'node:crypto';
import { type Subject, bytesOf } from '../subject.js';

const bytes = 2048;
const bands = 64;
const slots = 512;

/** Classes that do not differ, and some that do. */
export const controls: readonly Subject[] = [
  { name: 'control that reads no operand: byteFieldMultiply', ...bytesOf(2 * bytes), run: ({ kernels: k }, _at, [target, left, right]) => k.byteFieldMultiply(target, left, right, bytes) },
  { name: 'control, both fixed: multiplyWords', fixed: new Uint8Array(2 * bytes), draw: () => new Uint8Array(2 * bytes), run: ({ kernels: k }, at, [target]) => k.multiplyWords(target, at, at + bytes, bytes / 8) },
  { name: 'control, one and the same random operand against others: multiplyWords', fixed: randomBytes(2 * bytes), draw: () => randomBytes(2 * bytes), run: ({ kernels: k }, at, [target]) => k.multiplyWords(target, at, at + bytes, bytes / 8) },
  { name: 'control that leaks: byteFieldScale by a public factor', ...bytesOf(1), run: ({ bytes: stored, kernels: k }, at, [target, source]) => k.byteFieldScale(target, source, stored[at], bytes) },
  {
    // Of a bit, as libs/mpc once made masks of them: 0 becomes −0, which is no small integer.
    name: 'control that leaks: a mask by negation into xorMasked', ...bytesOf(1), run: ({ bytes: stored, kernels: k }, at, [target, source]) => k.xorMasked(target, source, 4096, -(stored[at] & 1)),
  },
  {
    // What joins do with hashes of keys, as SECURITY.md says.
    name: 'control that leaks: bandDecode, by the hashes of 64 keys', ...bytesOf(32 * bands), prepare: ({ bytes: stored }, [, , starts]) => void stored.fill(0, starts, starts + 4 * slots),
    run: ({ kernels: k }, at, [target, solution, starts]) => k.bandDecode(target, solution, at, at + 16 * bands, starts, 1, bands),
  },
];
