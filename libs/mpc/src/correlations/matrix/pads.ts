import { type KernelMemory } from '#kernels';
import { transfersPerProduct } from '#program/plans';
import { draw, openStream, seedBytes } from '../../ot/index.js';

/** The pads of one column: 64 keystreams, drawn some rows at a time. */
export class ColumnPads {
  readonly #streams;

  /** `keys` are the strings of all transfers; `column` says which 64 of them. */
  constructor(keys: Uint8Array, column: number) {
    this.#streams = Array.from({ length: transfersPerProduct }, (_, i) => {
      const at = (column * transfersPerProduct + i) * seedBytes;
      return openStream(keys.subarray(at, at + seedBytes), 0);
    });
  }

  /** The next `rows` words of each stream, stream after stream, at a fresh region. */
  draw(memory: KernelMemory, rows: number): number {
    const at = memory.take(transfersPerProduct * 8 * rows);
    this.#streams.forEach((stream, i) => draw(stream, memory.bytes.subarray(at + i * 8 * rows, at + (i + 1) * 8 * rows)));
    return at;
  }
}
