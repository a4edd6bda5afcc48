import { maskOf, select } from '../../../libs/mpc/src/ot/select.js';
import { type Subject, bytesOf, numbersOf } from '../subject.js';

const blocks = 128;
const blockBytes = 16 * blocks;
const trees = 16;
const parents = 16;
const stride = 32 * parents;
const products = 32;
/** Of 2^10 blocks that the code expands. */
const codeMask = 1023;

/** What is done on transfers: extension, trees, products, the function of joins. */
export const transferSubjects: readonly Subject[] = [
  { name: 'transpose, 128 × 1,024 bits', ...bytesOf(128 * 128), run: ({ kernels: k }, at, [target]) => k.transpose(at, 128, 8, target) },
  { name: 'fold, 16 streams of 256 bytes', ...bytesOf(16 * 256), run: ({ kernels: k }, at, [u, v, scratch]) => k.fold(4, at, 256, u, v, 256, 256, scratch) },
  { name: 'xorMasked, by a secret mask', ...bytesOf(1), run: ({ bytes, kernels: k }, at, [target, source]) => k.xorMasked(target, source, 4096, maskOf(bytes[at])) },
  { name: `xorWhere, choices of ${8 * blocks} blocks`, ...bytesOf(blocks), run: ({ kernels: k }, at, [target, block]) => k.xorWhere(target, at, block, 8 * blocks) },
  { name: `lowBits, ${blocks} blocks`, ...bytesOf(blockBytes), run: ({ kernels: k }, at, [target]) => k.lowBits(target, at, blocks) },
  { name: `setLowBits, ${8 * blocks} blocks`, ...bytesOf(blocks), run: ({ kernels: k }, at, [target]) => k.setLowBits(target, at, 8 * blocks) },
  { name: `xorInto, ${blockBytes} bytes`, ...bytesOf(blockBytes), run: ({ kernels: k }, at, [target]) => k.xorInto(target, at, blockBytes) },
  { name: `xorBlock, ${blocks} blocks and a secret one`, ...bytesOf(blockBytes + 16), run: ({ kernels: k }, at, [target]) => k.xorBlock(target, at, at + blockBytes, blocks) },
  { name: `xorAndBlock, ${blocks} blocks and a secret one`, ...bytesOf(blockBytes + 16), run: ({ kernels: k }, at, [target]) => k.xorAndBlock(target, at, at + blockBytes, blocks) },
  { name: `multiplyAdd, ${blocks} words`, ...bytesOf(blockBytes), run: ({ kernels: k }, at, [target]) => k.multiplyAdd(target, at, at + 8 * blocks, 8, blocks) },
  { name: `hashWords, ${blocks} blocks`, ...bytesOf(2 * blockBytes), run: ({ kernels: k }, at, [target]) => k.hashWords(target, at, at + blockBytes, blocks) },
  { name: `treeInputs, ${trees} trees`, ...bytesOf(trees * stride), run: ({ kernels: k }, at, [inputs]) => k.treeInputs(at, trees, stride, parents, inputs) },
  // Buckets take two regions.
  { name: `bucketSums, ${blocks} blocks by public weights`, ...bytesOf(blockBytes), run: ({ kernels: k }, at, [buckets, , weights]) => k.bucketSums(buckets, at, weights, blocks) },
  { name: `treeChildren, ${trees} trees`, ...bytesOf(trees * stride), run: ({ kernels: k }, at, [encrypted, sums]) => k.treeChildren(at, trees, stride, parents, encrypted, sums, 1) },
  { name: `treePuncture, holes of ${trees} trees`, ...numbersOf(trees, parents), run: ({ kernels: k }, at, [nodes, pairs]) => k.treePuncture(nodes, trees, stride, parents, at, pairs) },
  { name: 'encode, by a secret of 1,024 blocks', ...bytesOf(16 * (codeMask + 1)), run: ({ kernels: k }, at, [outputs, rows]) => k.encode(outputs, at, rows, codeMask, blocks) },
  { name: `gilboaSend, factors of ${products} products`, ...bytesOf(8 * products), run: ({ kernels: k }, at, [pads, others, corrections, shares]) => k.gilboaSend(pads, others, 8 * products, 8, at, corrections, shares, products) },
  { name: `gilboaReceive, factors of ${products} products`, ...bytesOf(8 * products), run: ({ kernels: k }, at, [pads, corrections, shares]) => k.gilboaReceive(pads, 8 * products, 8, at, 8, corrections, shares, products) },
  { name: `bitSend, factors of ${products} products`, ...bytesOf(8 * products), run: ({ kernels: k }, at, [pads, others, corrections, shares]) => k.bitSend(pads, others, at, corrections, shares, products) },
  { name: `bitReceive, factors of ${products} products`, ...bytesOf(8 * products), run: ({ kernels: k }, at, [pads, corrections, shares]) => k.bitReceive(pads, at, corrections, shares, products) },
  {
    name: `oprfInputs, choices under ${blocks} rows`, ...bytesOf(64), prepare: ({ bytes }, regions) => void bytes.fill(0, regions[3], regions[3] + 4 * blocks),
    run: ({ kernels: k }, at, [inputs, rows, codes, bins]) => k.oprfInputs(inputs, 104, rows, blockBytes, bins, 0, codes, blockBytes, at, blocks),
  },
  {
    name: 'select (JavaScript), a secret bit, 1,088 bytes', ...bytesOf(1),
    run: ({ bytes }, at, [target, zero, one]) => select(bytes.subarray(target, target + 1088), bytes[at] & 1, bytes.subarray(zero, zero + 1088), bytes.subarray(one, one + 1088)),
  },
];
