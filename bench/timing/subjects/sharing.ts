import { type KernelMemory, addInto, subtractFrom } from '#kernels';
import { type Regions, type Subject, bytesOf, elementsOf } from '../subject.js';

const count = 256;
const bytes = 8 * count;
const side = 12;

/** Where words are gathered from: each from another place. */
const places = ({ bytes: stored }: KernelMemory, [, indices]: Regions): void => new Uint32Array(stored.buffer, indices, count).forEach((_, i, all) => (all[i] = (7 * i) % count));

/** Arithmetic on shares: words, field elements, bits. */
export const sharingSubjects: readonly Subject[] = [
  { name: `addWords, ${count} words`, ...bytesOf(2 * bytes), run: ({ kernels: k }, at, [target]) => k.addWords(target, at, at + bytes, count) },
  { name: `subtractWords, ${count} words`, ...bytesOf(2 * bytes), run: ({ kernels: k }, at, [target]) => k.subtractWords(target, at, at + bytes, count) },
  { name: `scaleWords, ${count} words by a secret one`, ...bytesOf(bytes + 8), run: ({ kernels: k }, at, [target]) => k.scaleWords(target, at, at + bytes, count) },
  { name: `scaleAddWords, ${count} words by a secret one`, ...bytesOf(bytes + 8), run: ({ kernels: k }, at, [target]) => k.scaleAddWords(target, at, at + bytes, count) },
  { name: `gatherWords, ${count} words at public places`, ...bytesOf(bytes), prepare: places, run: ({ kernels: k }, at, [target, indices]) => k.gatherWords(target, at, indices, count) },
  { name: `multiplyWords, ${count} words`, ...bytesOf(2 * bytes), run: ({ kernels: k }, at, [target]) => k.multiplyWords(target, at, at + bytes, count) },
  { name: `multiplyAddWords, ${count} words`, ...bytesOf(2 * bytes), run: ({ kernels: k }, at, [target]) => k.multiplyAddWords(target, at, at + bytes, count) },
  { name: `shiftRightWords, ${count} words`, ...bytesOf(bytes), run: ({ kernels: k }, at, [target]) => k.shiftRightWords(target, at, 20, count) },
  { name: `sumAxis, ${count} words`, ...bytesOf(bytes), run: ({ kernels: k }, at, [target]) => k.sumAxis(target, at, 1, 16, count / 16) },
  {
    name: `matrixMultiplyAdd, ${side} × ${side} by ${side} × ${side}`, ...bytesOf(16 * side * side),
    run: ({ kernels: k }, at, [target, scratch]) => k.matrixMultiplyAdd(target, at, at + 8 * side * side, side, side, side, scratch),
  },
  { name: `replicatedMultiply, ${count} words`, ...bytesOf(4 * bytes), run: ({ kernels: k }, at, [target, plus, minus]) => k.replicatedMultiply(target, at, at + bytes, at + 2 * bytes, at + 3 * bytes, plus, minus, count) },
  { name: `replicatedAnd, ${bytes} bytes`, ...bytesOf(4 * bytes), run: ({ kernels: k }, at, [target]) => k.replicatedAnd(target, at, at + bytes, at + 2 * bytes, at + 3 * bytes, bytes) },
  { name: `xorBytes, ${bytes} bytes`, ...bytesOf(2 * bytes), run: ({ kernels: k }, at, [target]) => k.xorBytes(target, at, at + bytes, bytes) },
  { name: `andBytes, ${bytes} bytes`, ...bytesOf(2 * bytes), run: ({ kernels: k }, at, [target]) => k.andBytes(target, at, at + bytes, bytes) },
  { name: `notBytes, ${bytes} bytes`, ...bytesOf(bytes), run: ({ kernels: k }, at, [target]) => k.notBytes(target, at, bytes) },
  { name: `andXorBytes, ${bytes} bytes`, ...bytesOf(2 * bytes), run: ({ kernels: k }, at, [target]) => k.andXorBytes(target, at, at + bytes, bytes) },
  { name: `wordsToPlanes, ${count} words`, ...bytesOf(bytes), run: ({ kernels: k }, at, [target]) => k.wordsToPlanes(target, at, count) },
  { name: `planesToWords, ${count} words`, ...bytesOf(bytes), run: ({ kernels: k }, at, [target]) => k.planesToWords(target, at, count) },
  { name: `bitsToWords, ${bytes} bits`, ...bytesOf(bytes / 8), run: ({ kernels: k }, at, [target]) => k.bitsToWords(target, at, bytes) },
  { name: `fieldAdd, ${count} elements`, ...elementsOf(2 * count), run: ({ kernels: k }, at, [target]) => k.fieldAdd(target, at, at + bytes, count) },
  { name: `fieldSubtract, ${count} elements`, ...elementsOf(2 * count), run: ({ kernels: k }, at, [target]) => k.fieldSubtract(target, at, at + bytes, count) },
  { name: `fieldMultiply, ${count} elements`, ...elementsOf(2 * count), run: ({ kernels: k }, at, [target]) => k.fieldMultiply(target, at, at + bytes, count) },
  {
    name: `fieldMultiplyAdd, ${count} elements`, ...elementsOf(2 * count), prepare: (memory, [target]) => void memory.bytes.fill(0, target, target + bytes),
    run: ({ kernels: k }, at, [target]) => k.fieldMultiplyAdd(target, at, at + bytes, count),
  },
  { name: `fieldScale, ${count} elements by a secret one`, ...elementsOf(count + 1), run: ({ kernels: k }, at, [target]) => k.fieldScale(target, at, at + bytes, count) },
  {
    name: `fieldScaleAdd, ${count} elements by a secret one`, ...elementsOf(count + 1), prepare: (memory, [target]) => void memory.bytes.fill(0, target, target + bytes),
    run: ({ kernels: k }, at, [target]) => k.fieldScaleAdd(target, at, at + bytes, count),
  },
  { name: `fieldSumAxis, ${count} elements`, ...elementsOf(count), run: ({ kernels: k }, at, [target]) => k.fieldSumAxis(target, at, 1, 16, count / 16) },
  {
    name: `fieldMatrixMultiplyAdd, ${side} × ${side} by ${side} × ${side}`, ...elementsOf(2 * side * side),
    prepare: (memory, [target]) => void memory.bytes.fill(0, target, target + 8 * side * side),
    run: ({ kernels: k }, at, [target]) => k.fieldMatrixMultiplyAdd(target, at, at + 8 * side * side, side, side, side),
  },
  { name: `fieldFromWords, ${count} words`, ...bytesOf(bytes), run: ({ kernels: k }, at, [target]) => k.fieldFromWords(target, at, count) },
  { name: `fieldFromSigned, ${count} words`, ...elementsOf(count), run: ({ kernels: k }, at, [target]) => k.fieldFromSigned(target, at, count) },
  { name: `fieldToSigned, ${count} elements`, ...elementsOf(count), run: ({ kernels: k }, at, [target]) => k.fieldToSigned(target, at, count) },
  { name: `byteFieldMultiply, ${bytes} elements`, ...bytesOf(2 * bytes), run: ({ kernels: k }, at, [target]) => k.byteFieldMultiply(target, at, at + bytes, bytes) },
  { name: `byteFieldMultiplyXor, ${bytes} elements`, ...bytesOf(2 * bytes), run: ({ kernels: k }, at, [target]) => k.byteFieldMultiplyXor(target, at, at + bytes, bytes) },
  { name: `byteFieldScale, ${bytes} elements by a public one`, ...bytesOf(bytes), run: ({ kernels: k }, at, [target]) => k.byteFieldScale(target, at, 0x57, bytes) },
  { name: `byteFieldScaleXor, ${bytes} elements by a public one`, ...bytesOf(bytes), run: ({ kernels: k }, at, [target]) => k.byteFieldScaleXor(target, at, 0x57, bytes) },
  { name: `bitsToBytes, ${bytes} bits`, ...bytesOf(bytes / 8), run: ({ kernels: k }, at, [target]) => k.bitsToBytes(target, at, bytes) },
  { name: `bytesToBits, ${bytes} bytes`, ...bytesOf(bytes), run: ({ kernels: k }, at, [target]) => k.bytesToBits(target, at, bytes) },
  { name: `addInto (JavaScript), ${count} words`, ...bytesOf(bytes), run: ({ words }, at, [target]) => addInto(words.subarray(target / 8, target / 8 + count), words.subarray(at / 8, at / 8 + count)) },
  { name: `subtractFrom (JavaScript), ${count} words`, ...bytesOf(bytes), run: ({ words }, at, [target]) => subtractFrom(words.subarray(target / 8, target / 8 + count), words.subarray(at / 8, at / 8 + count)) },
  {
    name: 'sums of BigInt (JavaScript), compiled, 64 words', ...bytesOf(512),
    run({ words }, at, [target]) {
      for (let i = 0; i < 64; i++) words[target / 8 + i] += words[at / 8 + i];
    },
  },
];
