import { type KernelMemory } from '#kernels';
import { boundHash, counters } from '../../channel/index.js';
import { seedBytes } from '../expand.js';
import { PadHash, blockBytes } from '../hash.js';
import { type ExtensionParty } from '../softspoken/index.js';
import { columnsFor, maxBatchTransfers } from '../transfers.js';
import { checkMemoryBytes } from './check.js';
import { Code, codeMemoryBytes } from './code.js';
import { protocol } from './flow.js';
import { Forest, forestMemoryBytes } from './forest.js';
import { type FerretParameters, type FerretSizes, checkTransfers, sizesOf } from '#program/plans';

export interface FerretParty extends ExtensionParty {
  readonly parameters: FerretParameters;
  /** Whether step 3 takes place; both parties say the same. */
  readonly checked: boolean;
  /** A set-up keeps regions of `ferretMemoryBytes` for good. Whoever owns the memory wipes it. */
  readonly memory: KernelMemory;
}

/** A range of an iteration's outputs, handed out once. */
export interface Drawn {
  readonly iteration: number;
  readonly from: number;
  readonly columns: number;
}

const baseBytes = (parameters: FerretParameters): number => blockBytes * columnsFor(sizesOf(parameters).reserved);

/** A region for the base transfers: secret, then levels of trees, then the check's. */
export const takeBase = (memory: KernelMemory, parameters: FerretParameters): number => memory.take(baseBytes(parameters));

/** The kernels' memory that a set-up keeps, and what a step takes on top of it. */
export const ferretMemoryBytes = (parameters: FerretParameters): { kept: number; passing: number } => ({
  kept: blockBytes * sizesOf(parameters).outputs + baseBytes(parameters) + 128,
  passing: Math.max(forestMemoryBytes(parameters), checkMemoryBytes, codeMemoryBytes),
});

/** What both parties keep alike: where everything lies, and what was handed out. */
export class Extension {
  readonly sizes: FerretSizes;
  /** Offset of the leaves, which become the outputs. */
  readonly leaves: number;
  readonly #unused = new Set<Drawn>();
  #code: Code | undefined;
  #drawn = 0;
  iteration = -1;

  constructor(readonly party: FerretParty, readonly base: number, readonly matrixSeed: Uint8Array) {
    this.sizes = sizesOf(party.parameters);
    this.leaves = party.memory.take(blockBytes * this.sizes.outputs);
  }

  get checkBase(): number {
    return this.base + blockBytes * (this.sizes.reserved - checkTransfers);
  }

  /** The trees of the next iteration, on the reserved outputs of the last one. What was drawn of that is gone. */
  begin(): Forest {
    const { memory, parameters, binding } = this.party;
    const { usable, reserved, secret } = this.sizes;
    this.#unused.clear();
    if (this.#code) {
      const from = this.#encode(usable, reserved);
      memory.bytes.copyWithin(this.base, from, from + blockBytes * reserved);
    }
    this.iteration += 1;
    this.#drawn = 0;
    this.#code = new Code(binding, this.matrixSeed, this.iteration, parameters.secretLog);
    const key = boundHash(protocol, 'nodes', binding, counters(this.iteration)).subarray(0, seedBytes);
    return new Forest(memory, parameters, this.leaves, this.base + blockBytes * secret, key);
  }

  /** The next `columns` transfers of this iteration; both parties draw in the same order. */
  draw(columns: number): Drawn {
    if (columns !== columnsFor(columns) || columns > maxBatchTransfers) throw new RangeError('a batch has whole groups of 128 transfers, and a limit');
    if (!this.#code || this.#drawn + columns > this.sizes.usable) throw new RangeError('the iteration has fewer transfers left');
    const drawn = { iteration: this.iteration, from: this.#drawn, columns };
    this.#drawn += columns;
    this.#unused.add(drawn);
    return drawn;
  }

  /** Step 4 for what was drawn, once: the offset of its blocks, and the batch's hash. */
  open(drawn: Drawn, columns: number): { blocks: number; hash: PadHash } {
    if (!this.#unused.delete(drawn)) throw new RangeError('these transfers were used');
    if (columns !== drawn.columns) throw new RangeError('a batch uses what was drawn for it');
    const blocks = this.#encode(drawn.from, columns);
    return { blocks, hash: new PadHash(protocol, this.party.binding, drawn.iteration, drawn.from) };
  }

  /** Adds the code to outputs `from` on, once; returns their offset. */
  #encode(from: number, count: number): number {
    const blocks = this.leaves + blockBytes * from;
    this.#code!.addTo(this.party.memory, blocks, this.base, from, count);
    return blocks;
  }
}
