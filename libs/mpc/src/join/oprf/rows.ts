import { type KernelMemory } from '#kernels';
import { type Stream, draw, openStream, seedBytes } from '../../ot/index.js';
import { codeBits, rowBits } from './flow.js';

const blockBytes = 16;
/** A power of two between columns would put them into one cache set. */
const paddingBytes = 64;

const paddedTo128 = (bins: number): number => Math.ceil(bins / 128) * 128;
const strideOf = (bins: number): number => paddedTo128(bins) / 8 + paddingBytes;

/** Bytes between the planes of rows of so many bins. */
export const planeBytesOf = (bins: number): number => blockBytes * paddedTo128(bins);

/** The expansions of w seeds, drawn column by column and read by row, a batch of bins after the other. */
export class SeedRows {
  readonly #streams: readonly Stream[];

  constructor(seeds: Uint8Array) {
    this.#streams = Array.from({ length: codeBits }, (_, i) => openStream(seeds.subarray(seedBytes * i, seedBytes * (i + 1)), 0));
  }

  /** Four planes of the next `bins` rows at `planes`; the last 64 bits of every row are 0. */
  draw(memory: KernelMemory, bins: number, planes: number): void {
    memory.within(() => {
      const stride = strideOf(bins);
      const columns = memory.take(rowBits * stride);
      memory.bytes.fill(0, columns + codeBits * stride, columns + rowBits * stride);
      this.#streams.forEach((stream, i) => draw(stream, memory.bytes.subarray(columns + i * stride, columns + i * stride + paddedTo128(bins) / 8)));
      for (let group = 0; group < rowBits / 128; group++) {
        memory.kernels.transpose(columns + 128 * group * stride, stride, paddedTo128(bins) / 128, planes + group * planeBytesOf(bins));
      }
    });
  }
}

/** What `draw` takes. */
export const drawBytes = (bins: number): number => rowBits * strideOf(bins) + 128;
