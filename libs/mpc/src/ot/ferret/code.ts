import { type KernelMemory } from '#kernels';
import { type Binding, boundHash, counters } from '../../channel/index.js';
import { draw, openStream, seedBytes } from '../expand.js';
import { blockBytes } from '../hash.js';
import { protocol } from './flow.js';

/** A row of the matrix: ten indices in 24 bytes of keystream. */
const rowBytes = 24;
const chunkRows = 2048;
export const codeMemoryBytes = rowBytes * chunkRows + 64;

/** The matrix A of one iteration. Public. Rows that are asked for together come from a stream of their own, the same at both ends, which ask alike. */
export class Code {
  readonly #seed: Uint8Array;

  constructor(binding: Binding, matrixSeed: Uint8Array, iteration: number, readonly secretLog: number) {
    this.#seed = boundHash(protocol, 'matrix', binding, matrixSeed, counters(iteration)).subarray(0, seedBytes);
  }

  /** Step 4 for rows `from` on: adds A·secret to `count` blocks at `outputs`. */
  addTo(memory: KernelMemory, outputs: number, secret: number, from: number, count: number): void {
    const stream = openStream(this.#seed, from);
    memory.within(() => {
      const rows = memory.take(rowBytes * chunkRows);
      for (let done = 0; done < count; done += chunkRows) {
        const chunk = Math.min(chunkRows, count - done);
        draw(stream, memory.bytes.subarray(rows, rows + rowBytes * chunk));
        memory.kernels.encode(outputs + blockBytes * done, secret, rows, (1 << this.secretLog) - 1, chunk);
      }
    });
  }
}
