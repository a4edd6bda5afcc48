import { Secret, wipe } from '#pqc';
import { StockError } from './errors.js';
import type { BatchHeader } from './header.js';
import type { Lease } from './state.js';

/** Own shares of records that are handed out, once. Whoever takes them wipes them. */
export class Taken extends Secret {
  #wiped = false;

  constructor(readonly lease: Lease, readonly header: BatchHeader, private readonly vectors: readonly Uint8Array[]) {
    super();
  }

  get count(): number {
    return this.lease.to - this.lease.from;
  }

  /** The shares of one component, record after record, in memory that begins at a multiple of eight. */
  component(name: string): Uint8Array {
    const at = this.header.components.findIndex((component) => component.name === name);
    if (at < 0) throw new StockError('CS0769', `a record of \`${this.header.kind}\` has no \`${name}\``);
    // INVARIANT: zeros are a share too, one that masks nothing.
    if (this.#wiped) throw new RangeError('the records were wiped');
    return this.vectors[at];
  }

  /** The same as 64-bit words. */
  words(name: string): BigUint64Array {
    const bytes = this.component(name);
    return new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  }

  wipe(): void {
    this.#wiped = true;
    wipe(...this.vectors);
  }
}
