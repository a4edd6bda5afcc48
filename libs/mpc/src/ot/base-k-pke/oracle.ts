import { type KernelMemory } from '#kernels';
import { type Binding, counters, domain, lengthPrefixed } from '../../channel/index.js';
import { kPkeFlow, keyBytes, messageBytes, vectorBytes } from './flow.js';
import { expand, shake128, shake256, sampleVectors, vectorStreamBytes } from './k-pke.js';

/**
 * Inputs of a random oracle for some transfers: domain ‖ (index, branch) ‖ a part of `partBytes`, each behind its length, in the kernels' memory,
 * at a region that is taken for good.
 */
class Inputs {
  readonly at: number;
  readonly bytesEach: number;
  readonly #counters: number;
  readonly #view: DataView;

  constructor(readonly memory: KernelMemory, step: string, binding: Binding, readonly partBytes: number, slots: number) {
    const prefix = domain(kPkeFlow.protocol, step, binding);
    const template = lengthPrefixed(prefix, counters(0, 0), new Uint8Array(partBytes));
    this.bytesEach = template.length;
    this.#counters = 4 + prefix.length + 4;
    this.at = memory.take(this.bytesEach * slots);
    for (let slot = 0; slot < slots; slot++) memory.bytes.set(template, this.at + slot * this.bytesEach);
    this.#view = new DataView(memory.bytes.buffer);
  }

  /** The input of `slot`, with the part at the given offset. */
  set(slot: number, index: number, branch: number, part: number): void {
    const at = this.at + slot * this.bytesEach;
    this.#view.setUint32(at + this.#counters, index, true);
    this.#view.setUint32(at + this.#counters + 4, branch, true);
    this.memory.bytes.copyWithin(at + this.bytesEach - this.partBytes, part, part + this.partBytes);
  }
}

/** H(i, branch, the other vector). */
export class MaskOracle {
  readonly inputs: Inputs;

  constructor(memory: KernelMemory, binding: Binding, slots: number) {
    this.inputs = new Inputs(memory, 'mask', binding, vectorBytes, slots);
  }

  /** The masks of the first `count` inputs, at a fresh region. */
  answer(count: number): number {
    const { memory, at, bytesEach } = this.inputs;
    return sampleVectors(memory, expand(memory, shake128, at, bytesEach, vectorStreamBytes, count), count);
  }
}

/** RO(i, branch, message). */
export class KeyOracle {
  readonly inputs: Inputs;

  constructor(memory: KernelMemory, binding: Binding, slots: number) {
    this.inputs = new Inputs(memory, 'key', binding, messageBytes, slots);
  }

  /** The keys of the first `count` inputs, 16 bytes each, at a fresh region. */
  answer(count: number): number {
    const { memory, at, bytesEach } = this.inputs;
    return expand(memory, shake256, at, bytesEach, keyBytes, count);
  }
}
