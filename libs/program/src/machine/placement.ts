import { joinBins } from '../join/shape.js';
import { type Plan } from '../plan.js';
import { type Register, type RegisterType, readsOf, writesOf } from './instructions.js';
import { LAYOUTS, type ShareLayout, registerBytes } from './layout.js';
import { type Lowered, lower } from './lower.js';
import { type Level } from './schedule.js';

/** Where every register lies, relative to the first, and how much memory all take together. */
export interface Placement {
  readonly offsets: Uint32Array;
  readonly bytes: number;
}

/** Steps of a schedule in the order in which they run: a local instruction each, or all interactive ones of a level. */
function* stepsOf(levels: readonly Level[]): Generator<{ reads: Register[]; writes: Register[] }> {
  for (const { local, interactive } of levels) {
    for (const instruction of local) yield { reads: [...readsOf(instruction)], writes: [...writesOf(instruction)] };
    if (interactive.length > 0) yield { reads: interactive.flatMap(readsOf), writes: interactive.flatMap(writesOf) };
  }
}

/**
 * Places registers so that one whose last reader has run makes room for others (linear scan, first fit). A pure function of the plan, so that
 * the memory is allocated once.
 */
export function place({ registers, inputs, join, outputs, offline, online }: Lowered, layout: ShareLayout): Placement {
  const steps = [...stepsOf(offline), { reads: [], writes: [...inputs.map(({ register }) => register), ...(join ? [join.difference, ...join.columns] : [])] }, ...stepsOf(online)];
  const lastRead = new Map<Register, number>();
  steps.forEach(({ reads, writes }, at) => [...reads, ...writes].forEach((register) => lastRead.set(register, at)));
  for (const register of outputs) lastRead.set(register, steps.length);

  const offsets = new Uint32Array(registers.length);
  const free = new FreeList();
  const ends = new Map<number, Register[]>();
  for (const [register, at] of lastRead) ends.set(at, [...(ends.get(at) ?? []), register]);
  steps.forEach(({ writes }, at) => {
    for (const register of writes) offsets[register] = free.take(sizeOf(registers[register]!, layout));
    for (const register of ends.get(at) ?? []) free.give(offsets[register]!, sizeOf(registers[register]!, layout));
  });
  return { offsets, bytes: free.top };
}

/** Whole cache lines, so that no two registers share one. */
const sizeOf = (type: RegisterType, layout: ShareLayout): number => Math.ceil(Math.max(1, registerBytes(type, layout)) / 64) * 64;

/** Free ranges in order of their offsets. */
class FreeList {
  readonly #ranges: { from: number; to: number }[] = [];
  top = 0;

  take(bytes: number): number {
    const at = this.#ranges.findIndex(({ from, to }) => to - from >= bytes);
    if (at < 0) {
      const last = this.#ranges.at(-1);
      // What is free at the end grows.
      const from = last?.to === this.top ? last.from : this.top;
      if (last?.to === this.top) this.#ranges.pop();
      this.top = from + bytes;
      return from;
    }
    const range = this.#ranges[at]!;
    const { from } = range;
    range.from += bytes;
    if (range.from === range.to) this.#ranges.splice(at, 1);
    return from;
  }

  give(from: number, bytes: number): void {
    const to = from + bytes;
    let at = this.#ranges.findIndex((range) => range.from > from);
    if (at < 0) at = this.#ranges.length;
    this.#ranges.splice(at, 0, { from, to });
    const next = this.#ranges[at + 1];
    if (next?.from === to) {
      this.#ranges[at]!.to = next.to;
      this.#ranges.splice(at + 1, 1);
    }
    const previous = this.#ranges[at - 1];
    if (previous?.to === from) {
      previous.to = this.#ranges[at]!.to;
      this.#ranges.splice(at, 1);
    }
  }
}

/**
 * What an instruction or a round takes on top of the registers: copies of the largest register, masks and openings of the largest product of matrices,
 * and pieces that are the same however large a round is.
 */
export function scratchBytes({ registers, offline, online }: Lowered): number {
  const widest = registers.reduce((most, type) => Math.max(most, 'length' in type ? 8 * type.length : (type.planes + 2) * (type.lanes + 128)), 0);
  const matrices = [...offline, ...online].flatMap(({ interactive }) => interactive.map((each) => (each.op === 'matmul' ? 8 * each.inner * (each.rows + each.columns) : 0)));
  return 2 * widest + 2 * matrices.reduce((most, bytes) => Math.max(most, bytes), 0) + 2 * 1024 * 1024;
}

/** What sharing the inputs takes. */
export const inputBytes = ({ inputs }: Pick<Lowered, 'inputs'>, components: number): number => inputs.reduce((sum, { length }) => sum + components * (8 * length + 128), 1024);

/** What loading the shares of a join takes beside the registers. */
const joinLoadBytes = ({ join }: Plan): number => (join ? 16 * joinBins(join.left.maxRows) + 4096 : 0);

/** The memory of the kernels in which a session of the plan computes, once its correlations are made. */
export function computingBytes(plan: Plan, lowered: Lowered = lower(plan), placement: Placement = place(lowered, LAYOUTS[plan.suite])): number {
  return placement.bytes + scratchBytes(lowered) + inputBytes(lowered, LAYOUTS[plan.suite].components) + joinLoadBytes(plan);
}
