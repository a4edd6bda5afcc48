import { type BandKernels } from './band.js';
import { type BitWordKernels } from './bit-words.js';
import { type ByteFieldKernels } from './bytes-field.js';
import { type FieldKernels } from './field.js';
import { type OprfKernels } from './oprf.js';
import { type PlaneKernels } from './planes.js';
import { type ReplicatedKernels } from './replicated.js';
import { type PolynomialKernels } from './polynomials.js';
import { type RingKernels } from './ring.js';
import { type MlKemKernels } from './ml-kem.js';

/**
 * The inner loops. All operate on one linear memory by byte offset, so that the WebAssembly kernels and their plain twins, which
 * define them, take the same arguments and leave the same memory behind. Offsets, strides and lengths are public; no loop's
 * length and no address depends on what is stored. Words are little-endian and 64 bits wide, blocks are 16 bytes. Regions do not overlap
 * unless they are the same.
 */
export interface Kernels extends RingKernels, PlaneKernels, BitWordKernels, ReplicatedKernels, FieldKernels, ByteFieldKernels, PolynomialKernels, MlKemKernels, BandKernels, OprfKernels {
  /** 128 rows of bits, `rowBytes` apart, become `128 · groups` blocks: bit j of block i is bit i of row j. */
  transpose(rows: number, rowBytes: number, groups: number, blocks: number): void;

  /**
   * From 2^k streams, `leafStride` apart: `u` is the XOR of all, row j (k rows at `v`, `rowStride` apart) the XOR of those whose
   * number has bit j set. `bytes` is a multiple of 16. `scratch` has room for 2^(k−1) blocks, which end up undefined.
   */
  fold(k: number, leaves: number, leafStride: number, u: number, v: number, rowStride: number, bytes: number, scratch: number): void;

  /** target ⊕= source. `bytes` is a multiple of 16. */
  xorInto(target: number, source: number, bytes: number): void;

  /** target ⊕= source ∧ mask, where `mask` is 0 or −1 and secret. `bytes` is a multiple of 16. */
  xorMasked(target: number, source: number, bytes: number, mask: number): void;

  /** target_i = source_i ⊕ block, for blocks i. */
  xorBlock(target: number, source: number, block: number, blocks: number): void;

  /** Word i at `target` is the low word of left_i ⊕ right_i, for blocks i. */
  hashWords(target: number, left: number, right: number, blocks: number): void;

  /** target_i += left_i · right_i in Z_2^64; `step` is 8, or 0 to use one right factor for all. */
  multiplyAdd(target: number, left: number, right: number, step: number, count: number): void;

  /**
   * The sender's half of `count` products x_p · y_p: with pads r0, r1 at `pads + i·bitStride + p·productStride`, writes the
   * corrections d_i = r0_i − r1_i + x_p mod 2^(64−i) and subtracts Σ 2^i·r0_i from share p.
   *
   * A product's corrections are 32 words and a half: word 0 is d_0, word i in 1 … 31 is d_i | d_(64−i) << (64−i), the half is
   * d_32. Word i of product p lies at `corrections + 8·(i·count + p)`, the halves follow in order: 260 bytes per product.
   */
  gilboaSend(
    pads0: number, pads1: number, bitStride: number, productStride: number,
    x: number, corrections: number, shares: number, count: number,
  ): void;

  /** The receiver's half: adds Σ 2^i·(r_i + y_p,i·d_i) to share p, y_p being the word at `y + p·yStep`. */
  gilboaReceive(
    pads: number, bitStride: number, productStride: number,
    y: number, yStep: number, corrections: number, shares: number, count: number,
  ): void;

  /**
   * The sender's half of `count` bitwise products x_p ∧ y_p: with r0, r1 the lowest bits of 64 pads (words) for each p, writes
   * the correction word r0 ⊕ r1 ⊕ x_p and adds (XOR) r0 to share p.
   */
  bitSend(pads0: number, pads1: number, x: number, corrections: number, shares: number, count: number): void;

  /** The receiver's half: adds r ⊕ (y_p ∧ d_p) to share p. */
  bitReceive(pads: number, y: number, corrections: number, shares: number, count: number): void;

  /** σ of `parents` nodes of each tree, side by side at `inputs`: what H(x) = E(σ(x)) ⊕ σ(x) encrypts. Trees lie `stride` apart. */
  treeInputs(nodes: number, trees: number, stride: number, parents: number, inputs: number): void;

  /**
   * The next level of each tree: H(x), from E(σ(x)) at `encrypted`, replaces node x, and x ⊕ H(x) comes `parents` blocks further. `sums`
   * takes the sum of the left and of the right children, 32 bytes a tree. The lowest bit of a child stays with `lowBit` 1, is cleared with 0.
   */
  treeChildren(nodes: number, trees: number, stride: number, parents: number, encrypted: number, sums: number, lowBit: number): void;

  /**
   * Replaces the children of one node of each tree by the pair of blocks at `pairs`. Which node is secret: word t (32 bits) of
   * `holes` is its number in tree t.
   */
  treePuncture(nodes: number, trees: number, stride: number, parents: number, holes: number, pairs: number): void;

  /**
   * Adds ten blocks of `secret` to each output. Output j's are named by 24 bytes of `rows`: bits 0, 18 and 36 on of each word, and
   * six bits of each word from bit 54 on; all under `mask`, which is at most 18 bits wide.
   */
  encode(outputs: number, secret: number, rows: number, mask: number, count: number): void;

  /** Adds block j to the bucket that byte b of weight j (16 bytes, public) names, for b in 0 … 15: bucket x of byte b is number 256·b + x. */
  bucketSums(buckets: number, blocks: number, weights: number, count: number): void;

  /** Packs the lowest bit of each block. `count` is a multiple of 8, here and below. */
  lowBits(bits: number, blocks: number, count: number): void;

  /** Sets the lowest bit of each block to the packed bits. */
  setLowBits(blocks: number, bits: number, count: number): void;

  /** block_j ⊕= bit_j ∧ block, for packed secret bits. */
  xorWhere(blocks: number, bits: number, block: number, count: number): void;
}
