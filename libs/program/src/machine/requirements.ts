import { type RequireStep } from '../plan.js';
import { allSet } from './circuits.js';
import { isNatural, isNegative } from './conversions.js';
import { type Emitter } from './emitter.js';
import { type Register } from './instructions.js';

/** Checks of a party's values that end a session with one code. */
interface Checks extends Pick<Extract<RequireStep, { op: 'require_within' }>, 'party' | 'because'> {
  readonly bits: readonly Register[];
}

/**
 * What ends a session before anything is opened. All checks of a party's values are one bit, that of their order one besides, which is opened where the last of them is known. A minimum group is opened after
 * the bits of all parties: of values that no row has, a count could tell what the others' rows are before the checks name whose they were.
 */
export class Requirements {
  readonly #emit: Emitter;
  readonly #checked: boolean;
  readonly #checks = new Map<string, Checks>();
  readonly #groups: Register[] = [];

  /** Of steps that check anything or not: where none does, a group has nothing to wait for. */
  constructor(emit: Emitter, steps: readonly { readonly op: string }[]) {
    this.#emit = emit;
    this.#checked = steps.some(({ op }) => op === 'require_within');
  }

  add(value: Register, step: RequireStep): void {
    const holds = holdsEverywhere(this.#emit, value, step);
    if (step.op === 'require_within') {
      const { party, because } = step;
      const bits = this.#checks.get(`${party} ${because}`)?.bits ?? [];
      this.#checks.set(`${party} ${because}`, { party, because, bits: [...bits, holds] });
    } else if (this.#checked) this.#groups.push(holds);
    else this.#emit.require(this.#emit.openBits(holds));
  }

  /** Opens what is not yet. */
  finish(): void {
    const emit = this.#emit;
    const opened = [...this.#checks.values()].sort((a, b) => a.party - b.party).map(({ bits, ...named }) => {
      const bit = emit.openBits(allSet(emit, emit.stack(bits)));
      emit.require(bit, named);
      return bit;
    });
    // The product with bits that are 1 wherever the session goes on is what makes it wait for them; it costs nothing, as they are opened.
    for (const group of this.#groups) emit.require(emit.openBits(opened.reduce((bit, check) => emit.and(bit, check), group)));
  }
}

/** One bit: whether every element is where it must be. The lanes are halved; of an odd number the last one counts twice. */
function holdsEverywhere(emit: Emitter, value: Register, step: RequireStep): Register {
  const x = emit.shared(value);
  // Of what is at least min and at most max, both differences are from 0 on, and of any other element at all one is not.
  const distances = step.op === 'require_at_least' ? emit.plus(x, -BigInt(step.bound)) : emit.concat([emit.plus(x, -BigInt(step.min)), emit.sum([{ value: x, factor: -1n }], BigInt(step.max))]);
  let enough = step.op === 'require_at_least' ? emit.not(isNegative(emit, distances)) : isNatural(emit, distances);
  for (let lanes = emit.lanesOf(enough); lanes > 1; lanes = Math.ceil(lanes / 2)) {
    const half = Math.ceil(lanes / 2);
    enough = emit.and(emit.lanes(enough, numbersFrom(0, half)), emit.lanes(enough, numbersFrom(lanes - half, half)));
  }
  return enough;
}

const numbersFrom = (first: number, count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => first + i);
