import { type KernelMemory, mlKemScratch } from '#kernels';
import { type Binding, boundHash, counters } from '../../channel/index.js';
import { Blocks } from '../cipher.js';
import { oprfFlow, rowBits } from './flow.js';

const keyBytes = 32;
/** Key ‖ bin (u64) ‖ row: one block of SHAKE-256. */
const inputBytes = keyBytes + 8 + rowBits / 8;
const shake256 = { rate: 136, suffix: 0x1f } as const;
const pointBytes = 16;
const planes = rowBits / 128;

/** C, for one binding. */
export class Code {
  readonly #ciphers: readonly Blocks[];

  constructor(binding: Binding) {
    this.#ciphers = Array.from({ length: planes }, (_, plane) => new Blocks(boundHash(oprfFlow.protocol, 'code', binding, counters(plane)).subarray(0, 16)));
  }

  /** Plane `plane` of the code words of the points, written over `target`. */
  plane(plane: number, points: Uint8Array, target: Uint8Array): void {
    this.#ciphers[plane]!.encrypt(points, target);
  }
}

/** Rows to hash: where they lie, their codes, and the choices. All offsets in the memory. */
export interface HashedRows {
  readonly rows: number;
  readonly rowPlane: number;
  /** The bin of each, 32 bits, of which `firstBin` has row 0. */
  readonly bins: number;
  readonly firstBin: number;
  readonly codes: number;
  readonly codePlane: number;
  readonly choices: number;
}

/** H, for one binding. */
export class RowHash {
  readonly #key: Uint8Array;

  constructor(binding: Binding) {
    this.#key = boundHash(oprfFlow.protocol, 'output', binding);
  }

  /** H(bin, row ⊕ (code ∧ choices)), `outputBytes` each (a multiple of 8), written over `target`. */
  write(memory: KernelMemory, { rows, rowPlane, bins, firstBin, codes, codePlane, choices }: HashedRows, count: number, outputBytes: number, target: Uint8Array): void {
    memory.within(() => {
      const inputs = memory.take(inputBytes * count);
      const outputs = memory.take(outputBytes * count);
      for (let i = 0; i < count; i++) memory.bytes.set(this.#key, inputs + inputBytes * i);
      memory.kernels.oprfInputs(inputs + keyBytes, inputBytes, rows, rowPlane, bins, firstBin, codes, codePlane, choices, count);
      memory.kernels.sponge(shake256.rate, shake256.suffix, inputs, inputBytes, inputBytes, outputs, outputBytes, outputBytes, count, memory.take(mlKemScratch.sponge));
      target.set(memory.bytes.subarray(outputs, outputs + outputBytes * count));
    });
  }
}

/** What hashing so many rows takes of the memory, with their bins and codes. */
export const hashBytes = (count: number, outputBytes: number): number => (inputBytes + outputBytes + 4 + planes * pointBytes) * count + mlKemScratch.sponge + 1024;
