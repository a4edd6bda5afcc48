import { type Instruction, type InteractiveInstruction, type Level, type Lowered, type LoweredJoin, type Plan, type Register, type RegisterType, type SuiteName, lower, ownVectors } from '#program';
import { type Randomness } from '#mpc';
import { seededRandomness } from './seeded-randomness.js';

/** What came of it: the elements of every output, two's complement or centred residues, and how many rounds it took. */
export interface Interpreted {
  readonly outputs: ReadonlyMap<string, readonly bigint[]>;
  readonly offlineRounds: number;
  readonly onlineRounds: number;
}

/**
 * Runs a plan's instructions on the values themselves: the ideal functionality of every suite, bit by bit. A shared register is held as its
 * addends (words) and as what it is the exclusive or of (bits), as many as the suite has; products are made of the values and shared afresh, and
 * every mask is drawn, so that what comes out is the same only where it does not depend on how a value was shared. `inputs` has the
 * elements of each input by name, and of what a join defines bin by bin. Throws `minimum_group`, or `declaration of` a party, as a session would end.
 */
export function interpretInstructions(plan: Plan, inputs: ReadonlyMap<string, readonly bigint[]>, randomness: Randomness = seededRandomness('ideal')): Interpreted {
  const lowered = lower(plan);
  const machine = new IdealMachine(lowered, plan.suite, plan.parties.length, randomness);
  const offlineRounds = machine.run(lowered.offline);
  const own = plan.parties.map((_, party) => ownVectors(lowered, party, wordsOf(plan, party, inputs)).vectors);
  for (const { name, party, register } of lowered.inputs) machine.define(register, Array.from(own[party]!.get(name)!, (word) => BigInt.asIntN(64, word)));
  if (plan.join && lowered.join) machine.defineJoin(lowered.join, inputs.get(plan.join.match)!, plan.join.columns.map(({ name, as }) => ({ values: inputs.get(name)!, everywhere: as === 'own' })));
  const onlineRounds = machine.run(lowered.online);
  return { outputs: new Map(plan.outputs.map(({ name }, i) => [name, machine.read(lowered.outputs[i]!)])), offlineRounds, onlineRounds };
}

const wordsOf = ({ inputs: all }: Plan, party: number, inputs: ReadonlyMap<string, readonly bigint[]>): Map<string, BigUint64Array> =>
  new Map(all.filter((input) => input.party === party).map(({ name }) => [name, BigUint64Array.from(inputs.get(name)!, (element) => BigInt.asUintN(64, element))]));

const P61 = (1n << 61n) - 1n;

/** By share, then by element or plane; an opened register has one share. A plane holds the bit of lane i at position i. */
type Shares = readonly (readonly bigint[])[];

class IdealMachine {
  readonly #registers: readonly RegisterType[];
  readonly #values = new Map<Register, Shares>();
  readonly #modulus: bigint;
  readonly #shares: number;

  constructor({ registers }: Lowered, suite: SuiteName, parties: number, readonly randomness: Randomness) {
    this.#registers = registers;
    this.#modulus = suite === 'shamir-p61' ? P61 : 1n << 64n;
    this.#shares = suite === 'additive-z64' ? parties : suite === 'replicated-z64' ? 3 : 1;
  }

  /** Returns the rounds. */
  run(levels: readonly Level[]): number {
    let rounds = 0;
    for (const { local, interactive } of levels) {
      for (const instruction of local) this.#run(instruction);
      // Nothing of a level may read what its round brings.
      const brought = interactive.map((instruction) => this.#ideally(instruction));
      interactive.forEach(({ out }, i) => this.#values.set(out, brought[i]!));
      if (interactive.length > 0) rounds += 1;
    }
    return rounds;
  }

  define(register: Register, elements: readonly bigint[]): void {
    this.#put(register, this.#sharedWords(elements.map((element) => this.#mod(element))));
  }

  /** What a join gives: bits that differ where nothing matches, and anything for columns there. */
  defineJoin({ difference, columns }: LoweredJoin, match: readonly bigint[], given: readonly { readonly values: readonly bigint[]; readonly everywhere: boolean }[]): void {
    const { planes, lanes } = this.#registers[difference] as Extract<RegisterType, { lanes: number }>;
    const matching = match.reduce((plane, bit, lane) => plane | (bit << BigInt(lane)), 0n);
    const unlike = ((1n << BigInt(lanes)) - 1n) ^ matching;
    this.#put(difference, this.#sharedBits(Array.from({ length: planes }, (_, i) => (i === 0 ? unlike : this.#plane(lanes) & unlike)), lanes));
    columns.forEach((register, i) => this.define(register, given[i]!.values.map((value, lane) => (given[i]!.everywhere || match[lane] === 1n ? value : this.#below(this.#modulus)))));
  }

  /** Centred: from −2^63, or −p/2. */
  read(register: Register): bigint[] {
    return this.#words(register).map((word) => (2n * word > this.#modulus ? word - this.#modulus : word));
  }

  #mod(value: bigint): bigint {
    const rest = value % this.#modulus;
    return rest < 0n ? rest + this.#modulus : rest;
  }

  #below(modulus: bigint): bigint {
    const bytes = this.randomness.bytes(16);
    return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) % modulus;
  }

  #sharedWords(elements: readonly bigint[]): Shares {
    const others = Array.from({ length: this.#shares - 1 }, () => elements.map(() => this.#below(this.#modulus)));
    return [elements.map((element, i) => this.#mod(others.reduce((rest, share) => rest - share[i]!, element))), ...others];
  }

  #sharedBits(planes: readonly bigint[], lanes: number): Shares {
    const others = Array.from({ length: this.#shares - 1 }, () => planes.map(() => this.#plane(lanes)));
    return [planes.map((plane, i) => others.reduce((rest, share) => rest ^ share[i]!, plane)), ...others];
  }

  #plane(lanes: number): bigint {
    return this.randomness.bytes(Math.ceil(lanes / 8)).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) & ((1n << BigInt(lanes)) - 1n);
  }

  #put(register: Register, value: Shares): void {
    const type = this.#registers[register]!;
    const open = type.kind.startsWith('open');
    const size = 'length' in type ? type.length : type.planes;
    if (value.length !== (open ? 1 : this.#shares) || value.some((share) => share.length !== size)) throw new Error(`register ${register} is not what its type says`);
    if (this.#values.has(register)) throw new Error(`register ${register} is written twice`);
    this.#values.set(register, value);
  }

  #get(register: Register): Shares {
    const value = this.#values.get(register);
    if (!value) throw new Error(`register ${register} is read before it is written`);
    return value;
  }

  #words(register: Register): bigint[] {
    const [first, ...others] = this.#get(register);
    return first!.map((word, i) => this.#mod(others.reduce((sum, share) => sum + share[i]!, word)));
  }

  #bits(register: Register): bigint[] {
    const [first, ...others] = this.#get(register);
    return first!.map((plane, i) => others.reduce((sum, share) => sum ^ share[i]!, plane));
  }

  #isOpen(register: Register): boolean {
    return this.#registers[register]!.kind.startsWith('open');
  }

  #lanesOf(register: Register): number {
    return (this.#registers[register] as Extract<RegisterType, { lanes: number }>).lanes;
  }

  #ideally(instruction: InteractiveInstruction): Shares {
    switch (instruction.op) {
      case 'multiply': {
        const [left, right] = this.#sharedOperands(instruction);
        if (left.length !== right.length) throw new Error('factors of different lengths');
        return this.#sharedWords(left.map((x, i) => this.#mod(x * right[i]!)));
      }
      case 'matmul': {
        const { rows, inner, columns } = instruction;
        const [left, right] = this.#sharedOperands(instruction);
        if (left.length !== rows * inner || right.length !== inner * columns) throw new Error('matrices of other sizes');
        return this.#sharedWords(Array.from({ length: rows * columns }, (_, at) => {
          let sum = 0n;
          for (let k = 0; k < inner; k++) sum += left[Math.floor(at / columns) * inner + k]! * right[k * columns + (at % columns)]!;
          return this.#mod(sum);
        }));
      }
      case 'and': {
        if (this.#isOpen(instruction.left) || this.#isOpen(instruction.right)) throw new Error('an operand is not shared');
        const [left, right] = [this.#bits(instruction.left), this.#bits(instruction.right)];
        if (left.length !== right.length || this.#lanesOf(instruction.left) !== this.#lanesOf(instruction.right)) throw new Error('planes of different sizes');
        return this.#sharedBits(left.map((plane, i) => plane & right[i]!), this.#lanesOf(instruction.out));
      }
      case 'openWords': return [this.#words(instruction.value)];
      case 'openBits': return [this.#bits(instruction.value)];
    }
  }

  #sharedOperands({ left, right }: { readonly left: Register; readonly right: Register }): [bigint[], bigint[]] {
    if (this.#isOpen(left) || this.#isOpen(right)) throw new Error('an operand is not shared');
    return [this.#words(left), this.#words(right)];
  }

  #run(instruction: Instruction): void {
    const each = (out: Register, value: Register, map: (share: readonly bigint[], s: number) => bigint[]): void => this.#put(out, this.#get(value).map(map));
    switch (instruction.op) {
      case 'sum': {
        const type = this.#registers[instruction.out] as Extract<RegisterType, { length: number }>;
        const shares = Array.from({ length: this.#isOpen(instruction.out) ? 1 : this.#shares }, (_, s) => Array.from({ length: type.length }, (__, i) => {
          let sum = s === 0 ? instruction.constant : 0n;
          for (const { value, factor } of instruction.terms) {
            const term = this.#get(value)[s];
            // What is open is part of the first addend only.
            if (term && !(s > 0 && this.#isOpen(value))) sum += factor * term[term.length === 1 ? 0 : i]!;
          }
          return this.#mod(sum);
        }));
        return this.#put(instruction.out, shares);
      }
      case 'scale': {
        const [by] = this.#get(instruction.by);
        if (!this.#isOpen(instruction.by) || by!.length !== this.#get(instruction.value)[0]!.length) throw new Error('a factor that is not known, or of another length');
        return each(instruction.out, instruction.value, (share) => share.map((x, i) => this.#mod(x * by![i]!)));
      }
      case 'constant': return this.#put(instruction.out, [instruction.values.map((value) => this.#mod(value))]);
      case 'gather': return each(instruction.out, instruction.value, (share) => Array.from(instruction.indices, (index) => share[index] ?? outside()));
      case 'slice': {
        const { length } = this.#registers[instruction.out] as Extract<RegisterType, { length: number }>;
        return each(instruction.out, instruction.value, (share) => share.slice(instruction.from, instruction.from + length));
      }
      case 'concat': return this.#put(instruction.out, this.#get(instruction.values[0]!).map((_, s) => instruction.values.flatMap((value) => this.#get(value)[s]!)));
      case 'sumAxis': {
        const { outer, length, inner } = instruction;
        return each(instruction.out, instruction.value, (share) => Array.from({ length: outer * inner }, (_, at) => {
          let sum = 0n;
          for (let l = 0; l < length; l++) sum += share[(Math.floor(at / inner) * length + l) * inner + (at % inner)]!;
          return this.#mod(sum);
        }));
      }
      case 'random': {
        const { length } = this.#registers[instruction.out] as Extract<RegisterType, { length: number }>;
        return this.#put(instruction.out, Array.from({ length: this.#shares }, () => Array.from({ length }, () => this.#below(1n << BigInt(instruction.bits)))));
      }
      case 'daBits': return this.#daBits(instruction.word, instruction.bit);
      case 'addends': {
        const type = this.#registers[instruction.outs[0]!] as Extract<RegisterType, { lanes: number }>;
        const shares = this.#get(instruction.value);
        if (shares.length !== instruction.outs.length) throw new Error('a word with another number of addends');
        return instruction.outs.forEach((out, s) => this.#put(out, this.#sharedBits(planesOf(shares[s]!, 0, type.planes), type.lanes)));
      }
      case 'shiftAddends': return each(instruction.out, instruction.value, (share) => share.map((word) => word >> BigInt(instruction.by)));
      case 'inject': {
        const lanes = this.#lanesOf(instruction.value);
        const shares = this.#get(instruction.value);
        if (shares.length !== instruction.outs.length) throw new Error('a bit with another number of shares');
        return instruction.outs.forEach((out, s) => this.#put(out, this.#sharedWords(asWords(shares[s]!, lanes))));
      }
      case 'xor': {
        const right = this.#get(instruction.right);
        return each(instruction.out, instruction.left, (share, s) => share.map((plane, i) => plane ^ right[s]![i]!));
      }
      case 'xorOpen': case 'andOpen': {
        const [opened] = this.#get(instruction.right);
        if (!this.#isOpen(instruction.right) || this.#isOpen(instruction.left)) throw new Error('not a shared operand with an opened one');
        if (instruction.op === 'andOpen') return each(instruction.out, instruction.left, (share) => share.map((plane, i) => plane & opened![i]!));
        return each(instruction.out, instruction.left, (share, s) => (s === 0 ? share.map((plane, i) => plane ^ opened![i]!) : [...share]));
      }
      case 'not': {
        const ones = (1n << BigInt(this.#lanesOf(instruction.out))) - 1n;
        return each(instruction.out, instruction.value, (share, s) => (s === 0 ? share.map((plane) => plane ^ ones) : [...share]));
      }
      case 'planes': {
        const shares = this.#isOpen(instruction.out) ? 1 : this.#shares;
        return this.#put(instruction.out, Array.from({ length: shares }, (_, s) => instruction.from.map(([value, plane]) => (plane < 0 ? 0n : this.#get(value)[s]![plane] ?? outside()))));
      }
      case 'lanes': return each(instruction.out, instruction.value, (share) => share.map((plane) =>
        instruction.indices.reduce((bits, index, lane) => bits | (((plane >> BigInt(index)) & 1n) << BigInt(lane)), 0n)));
      case 'openPlanes': {
        const { planes } = this.#registers[instruction.out] as Extract<RegisterType, { lanes: number }>;
        return each(instruction.out, instruction.value, (share) => planesOf(share, instruction.first, planes));
      }
      case 'shift': return each(instruction.out, instruction.value, (share) => share.map((word) => word >> BigInt(instruction.by)));
      case 'openToWords': return each(instruction.out, instruction.value, (share) => asWords(share, this.#lanesOf(instruction.value)));
      case 'require': {
        const ones = (1n << BigInt(this.#lanesOf(instruction.value))) - 1n;
        if (this.#bits(instruction.value).some((plane) => plane !== ones)) throw new Error(instruction.party === undefined ? 'minimum_group' : `${instruction.because ?? 'declaration'} of ${instruction.party}`);
        return;
      }
      default: throw new Error(`${instruction.op} takes a round`);
    }
  }

  #daBits(word: Register, bit: Register): void {
    const { planes, lanes } = this.#registers[bit] as Extract<RegisterType, { lanes: number }>;
    const bits = Array.from({ length: planes }, () => this.#plane(lanes));
    this.#put(bit, this.#sharedBits(bits, lanes));
    this.#put(word, this.#sharedWords(asWords(bits, lanes)));
  }
}

const outside = (): never => {
  throw new Error('an element that does not exist is read');
};

/** Bit `first + j` of every word as plane j. */
const planesOf = (words: readonly bigint[], first: number, planes: number): bigint[] => Array.from({ length: planes }, (_, j) =>
  words.reduce((plane, word, lane) => plane | (((word >> BigInt(first + j)) & 1n) << BigInt(lane)), 0n));

const asWords = (planes: readonly bigint[], lanes: number): bigint[] => planes.flatMap((plane) => Array.from({ length: lanes }, (_, lane) => (plane >> BigInt(lane)) & 1n));
