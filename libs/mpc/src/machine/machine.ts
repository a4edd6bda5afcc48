import { type KernelMemory } from '#kernels';
import { type InteractiveInstruction, type Level, type LocalInstruction, type Lowered, type Placement, type Register, type RegisterType, registerBytes } from '#program/plans';
import { ProtocolAbort } from '../channel/index.js';
import { wordsToPackedPlanes } from '../sharing/planes.js';
import { type RoundOperation, type Suite, wordsStride } from '../sharing/suite.js';
import { runBits } from './bits.js';
import { type Located, type Place, lengthOf, matrixOf } from './located.js';
import { runWords } from './words.js';

/** Walks the instructions of a plan: local ones by the kernels, interactive ones a level at a time by the suite. */
export class Machine implements Place {
  readonly #base: number;
  readonly #offsets: Uint32Array;
  readonly #registers: readonly RegisterType[];

  /** Takes the registers' memory for good; whoever owns `memory` wipes it. */
  constructor(lowered: Lowered, placement: Placement, readonly memory: KernelMemory, readonly suite: Suite) {
    this.#registers = lowered.registers;
    this.#offsets = placement.offsets;
    this.#base = memory.take(placement.bytes);
  }

  readonly of = (register: Register): Located => ({ at: this.#base + this.#offsets[register]!, type: this.#registers[register]! });

  /** Throws `ProtocolAbort`, with CS0707, CS0660 or CS0661 at every party alike where a requirement does not hold. */
  async run(levels: readonly Level[], onRound: () => void): Promise<void> {
    for (const { local, interactive } of levels) {
      for (const instruction of local) this.memory.within(() => this.#local(instruction));
      if (interactive.length === 0) continue;
      await this.suite.round(this.memory, interactive.map((instruction) => this.#operation(instruction)));
      onRound();
    }
  }

  /** Copies elements [from, from + length) of every component of `source`, words of `total` elements, to a register. */
  load(register: Register, source: number, total: number, from: number): void {
    const { at, type } = this.of(register);
    const { length } = type as Extract<RegisterType, { length: number }>;
    for (let c = 0; c < this.suite.components; c++) {
      const start = source + c * wordsStride(total) + 8 * from;
      this.memory.bytes.copyWithin(at + c * wordsStride(length), start, start + 8 * length);
    }
  }

  /** The low bits of words as a register of bits: word i is lane i. For suites whose shares of bits are packed. */
  loadPlanes(register: Register, words: BigUint64Array): void {
    const { at, type } = this.of(register);
    this.memory.within(() => wordsToPackedPlanes(this.memory, this.memory.put(words), words.length, 0, matrixOf(type).planes, at));
  }

  /** This party's share of a register of words, of suites whose shares are one component. */
  loadWords(register: Register, words: BigUint64Array): void {
    this.memory.bytes.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), this.of(register).at);
  }

  /** A copy of a register of words: its components one after the other. Secret. */
  read(register: Register): BigUint64Array {
    const { at, type } = this.of(register);
    const { length } = type as Extract<RegisterType, { length: number }>;
    const words = new BigUint64Array(this.suite.components * length);
    for (let c = 0; c < this.suite.components; c++) this.memory.get(at + c * wordsStride(length), words.subarray(c * length, (c + 1) * length));
    return words;
  }

  #local(instruction: LocalInstruction): void {
    if (instruction.op === 'require') return this.#require(instruction);
    if (!runWords(this, instruction) && !runBits(this, instruction)) throw new TypeError(`no instruction \`${instruction.op}\``);
  }

  #require({ value, party, because }: Extract<LocalInstruction, { op: 'require' }>): void {
    const { at, type } = this.of(value);
    const { lanes, planes } = type as Extract<RegisterType, { lanes: number }>;
    for (let plane = 0, rowBytes = Math.ceil(lanes / 8); plane < planes; plane++) {
      for (let lane = 0; lane < lanes; lane++) {
        if (((this.memory.bytes[at + plane * rowBytes + (lane >> 3)]! >> (lane & 7)) & 1) === 0) {
          if (because) throw new ProtocolAbort('CS0661', 'rows of a party stand in another order than those that they are put beside; nothing was opened', { step: 'require_within', blame: party });
          if (party !== undefined) throw new ProtocolAbort('CS0660', 'values of a party break what it has declared; nothing was opened', { step: 'require_within', blame: party });
          throw new ProtocolAbort('CS0707', 'a group is smaller than the minimum; nothing was opened', { step: 'require_at_least' });
        }
      }
    }
  }

  #operation(instruction: InteractiveInstruction): RoundOperation {
    const out = this.of(instruction.out).at;
    const { type } = this.of('left' in instruction ? instruction.left : instruction.value);
    switch (instruction.op) {
      case 'multiply': return { op: 'multiply', out, left: this.of(instruction.left).at, right: this.of(instruction.right).at, length: lengthOf(type) };
      case 'matmul': {
        const { rows, inner, columns, series } = instruction;
        return { op: 'matmul', out, left: this.of(instruction.left).at, right: this.of(instruction.right).at, rows, inner, columns, ...(series && { series }) };
      }
      case 'and': return { op: 'and', out, left: this.of(instruction.left).at, right: this.of(instruction.right).at, ...matrixOf(type) };
      case 'openWords': return { op: 'openWords', out, value: this.of(instruction.value).at, length: lengthOf(type) };
      case 'openBits': return { op: 'openBits', out, value: this.of(instruction.value).at, ...matrixOf(type) };
    }
  }

  /** Wipes every register. */
  wipe(): void {
    for (let register = 0; register < this.#registers.length; register++) {
      const { at, type } = this.of(register);
      this.memory.bytes.fill(0, at, at + registerBytes(type, this.suite));
    }
  }
}
