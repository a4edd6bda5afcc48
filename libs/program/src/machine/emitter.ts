import { type Instruction, type InstructionList, type Register, type RegisterType, type Style, type Term } from './instructions.js';

/** A value's bits may be used up to here: |x| < 2^valueBits for every shared word that is compared or truncated. */
export const valueBitsOf = (style: Style): number => (style === 'masked-field' ? 59 : 62);

/** Bits of a ring element. */
export const wordBitsOf = (style: Style): number => (style === 'masked-field' ? 61 : 64);

/** Writes instructions and keeps what is known of their registers. */
export class Emitter {
  readonly #registers: RegisterType[] = [];
  readonly #offline: Instruction[] = [];
  readonly #online: Instruction[] = [];
  #section: Instruction[] = this.#online;

  constructor(readonly style: Style, readonly parties: number) {}

  /** Runs `body` so that all that it emits comes before the inputs are shared. */
  before<T>(body: () => T): T {
    const section = this.#section;
    this.#section = this.#offline;
    try {
      return body();
    } finally {
      this.#section = section;
    }
  }

  finish(): InstructionList {
    return { registers: this.#registers, offline: this.#offline, online: this.#online };
  }

  /** How many registers there are: the next one's number. */
  get count(): number {
    return this.#registers.length;
  }

  /** A register that an instruction outside of this list defines, such as an input. */
  declare(type: RegisterType): Register {
    return this.#registers.push(type) - 1;
  }

  typeOf(register: Register): RegisterType {
    return this.#registers[register]!;
  }

  lengthOf(register: Register): number {
    const type = this.typeOf(register);
    return 'length' in type ? type.length : type.planes * type.lanes;
  }

  planesOf(register: Register): number {
    const type = this.typeOf(register);
    if (!('planes' in type)) throw new TypeError('words have no planes');
    return type.planes;
  }

  lanesOf(register: Register): number {
    const type = this.typeOf(register);
    if (!('planes' in type)) throw new TypeError('words have no lanes');
    return type.lanes;
  }

  isOpen(register: Register): boolean {
    return this.typeOf(register).kind.startsWith('open');
  }

  // Words.

  sum(terms: readonly Term[], constant = 0n): Register {
    const lengths = terms.map(({ value }) => this.lengthOf(value));
    const length = lengths.find((each) => each !== 1) ?? (lengths.length === 0 ? 1 : lengths[0]!);
    const open = terms.every(({ value }) => this.isOpen(value));
    return this.#put({ kind: open ? 'openWords' : 'words', length }, (out) => ({ op: 'sum', out, terms, constant }));
  }

  /** An opened register as shares of the same elements. */
  shared(value: Register): Register {
    if (!this.isOpen(value)) return value;
    return this.#put({ kind: 'words', length: this.lengthOf(value) }, (out) => ({ op: 'sum', out, terms: [{ value, factor: 1n }], constant: 0n }));
  }

  constant(values: readonly bigint[]): Register {
    return this.#put({ kind: 'openWords', length: values.length }, (out) => ({ op: 'constant', out, values }));
  }

  add(left: Register, right: Register): Register {
    return this.sum([{ value: left, factor: 1n }, { value: right, factor: 1n }]);
  }

  subtract(left: Register, right: Register): Register {
    return this.sum([{ value: left, factor: 1n }, { value: right, factor: -1n }]);
  }

  plus(value: Register, constant: bigint): Register {
    return this.sum([{ value, factor: 1n }], constant);
  }

  times(value: Register, factor: bigint): Register {
    return this.sum([{ value, factor }]);
  }

  /** Elementwise product with an opened or constant factor of the same length. */
  scale(value: Register, by: Register): Register {
    return this.#put({ kind: this.isOpen(value) ? 'openWords' : 'words', length: this.lengthOf(value) }, (out) => ({ op: 'scale', out, value, by }));
  }

  gather(value: Register, indices: Uint32Array): Register {
    return this.#put({ kind: this.#wordsLike(value), length: indices.length }, (out) => ({ op: 'gather', out, value, indices }));
  }

  /** Elements [from, to). */
  slice(value: Register, from: number, to: number): Register {
    if (from === 0 && to === this.lengthOf(value)) return value;
    if (from < 0 || to > this.lengthOf(value)) throw new RangeError('a slice of what is not there');
    return this.#put({ kind: this.#wordsLike(value), length: to - from }, (out) => ({ op: 'slice', out, value, from }));
  }

  /** A word of length 1 repeated. */
  repeat(value: Register, length: number): Register {
    return this.lengthOf(value) === length ? value : this.gather(value, new Uint32Array(length));
  }

  concat(values: readonly Register[]): Register {
    if (values.length === 1) return values[0]!;
    return this.#put({ kind: this.#wordsLike(values[0]!), length: values.reduce((sum, value) => sum + this.lengthOf(value), 0) }, (out) => ({ op: 'concat', out, values }));
  }

  sumAxis(value: Register, outer: number, length: number, inner: number): Register {
    return this.#put({ kind: this.#wordsLike(value), length: outer * inner }, (out) => ({ op: 'sumAxis', out, value, outer, length, inner }));
  }

  multiply(left: Register, right: Register): Register {
    if (this.isOpen(left) && this.isOpen(right)) return this.scale(left, right);
    if (this.isOpen(right)) return this.scale(left, right);
    if (this.isOpen(left)) return this.scale(right, left);
    return this.#put({ kind: 'words', length: this.lengthOf(left) }, (out) => ({ op: 'multiply', out, left, right }));
  }

  matmul(left: Register, right: Register, rows: number, inner: number, columns: number): Register {
    return this.#put({ kind: 'words', length: rows * columns }, (out) => ({ op: 'matmul', out, left, right, rows, inner, columns }));
  }

  open(value: Register): Register {
    return this.#put({ kind: 'openWords', length: this.lengthOf(value) }, (out) => ({ op: 'openWords', out, value }));
  }

  // Bits.

  xor(left: Register, right: Register): Register {
    if (this.isOpen(left) !== this.isOpen(right)) {
      const [shared, opened] = this.isOpen(left) ? [right, left] : [left, right];
      return this.#put(this.typeOf(shared), (out) => ({ op: 'xorOpen', out, left: shared, right: opened }));
    }
    return this.#put(this.typeOf(left), (out) => ({ op: 'xor', out, left, right }));
  }

  and(left: Register, right: Register): Register {
    if (this.isOpen(left) || this.isOpen(right)) {
      const [shared, opened] = this.isOpen(left) ? [right, left] : [left, right];
      return this.#put(this.typeOf(shared), (out) => ({ op: 'andOpen', out, left: shared, right: opened }));
    }
    return this.#put(this.typeOf(left), (out) => ({ op: 'and', out, left, right }));
  }

  not(value: Register): Register {
    return this.#put(this.typeOf(value), (out) => ({ op: 'not', out, value }));
  }

  or(left: Register, right: Register): Register {
    return this.not(this.and(this.not(left), this.not(right)));
  }

  planes(from: readonly (readonly [value: Register, plane: number])[]): Register {
    const first = from.find(([, plane]) => plane >= 0)![0];
    const type = this.typeOf(first) as Extract<RegisterType, { planes: number }>;
    return this.#put({ ...type, planes: from.length }, (out) => ({ op: 'planes', out, from }));
  }

  /** Planes [from, to) of a register. */
  planesBetween(value: Register, from: number, to: number): Register {
    return from === 0 && to === this.planesOf(value) ? value : this.planes(Array.from({ length: to - from }, (_, i) => [value, from + i] as const));
  }

  /** All planes of several registers of one number of lanes. */
  stack(values: readonly Register[]): Register {
    if (values.length === 1) return values[0]!;
    return this.planes(values.flatMap((value) => Array.from({ length: this.planesOf(value) }, (_, plane) => [value, plane] as const)));
  }

  lanes(value: Register, indices: Uint32Array): Register {
    const type = this.typeOf(value) as Extract<RegisterType, { planes: number }>;
    return this.#put({ ...type, lanes: indices.length }, (out) => ({ op: 'lanes', out, value, indices }));
  }

  openBits(value: Register): Register {
    return this.#put({ kind: 'openBits', planes: this.planesOf(value), lanes: this.lanesOf(value) }, (out) => ({ op: 'openBits', out, value }));
  }

  openPlanes(value: Register, first: number, planes: number): Register {
    return this.#put({ kind: 'openBits', planes, lanes: this.lengthOf(value) }, (out) => ({ op: 'openPlanes', out, value, first }));
  }

  shift(value: Register, by: number): Register {
    return this.#put({ kind: 'openWords', length: this.lengthOf(value) }, (out) => ({ op: 'shift', out, value, by }));
  }

  openToWords(value: Register): Register {
    return this.#put({ kind: 'openWords', length: this.lengthOf(value) }, (out) => ({ op: 'openToWords', out, value }));
  }

  /** Ends the session at every party alike unless every lane of the opened plane `value` is 1; CS0660 names `party` if given, CS0661 where `because` is `order`. */
  require(value: Register, { party, because }: { readonly party?: number; readonly because?: 'order' } = {}): void {
    this.#section.push({ op: 'require', value, ...(party !== undefined && { party }), ...(because && { because }) });
  }

  random(length: number, bits: number): Register {
    return this.#put({ kind: 'words', length }, (out) => ({ op: 'random', out, bits }));
  }

  /** The low `planes` bits of each addend. */
  addends(value: Register, count: number, planes: number): readonly Register[] {
    const outs = Array.from({ length: count }, () => this.declare({ kind: 'bits', planes, lanes: this.lengthOf(value) }));
    this.#section.push({ op: 'addends', outs, value });
    return outs;
  }

  /** The sum of the addends of a word, each shifted right: not the shifted word, which has their carries besides. */
  shiftAddends(value: Register, by: number): Register {
    return this.#put({ kind: 'words', length: this.lengthOf(value) }, (out) => ({ op: 'shiftAddends', out, value, by }));
  }

  inject(value: Register, count: number): readonly Register[] {
    const outs = Array.from({ length: count }, () => this.declare({ kind: 'words', length: this.lengthOf(value) }));
    this.#section.push({ op: 'inject', outs, value });
    return outs;
  }

  daBits(planes: number, lanes: number): { word: Register; bit: Register } {
    const word = this.declare({ kind: 'words', length: planes * lanes });
    const bit = this.declare({ kind: 'bits', planes, lanes });
    this.#section.push({ op: 'daBits', word, bit });
    return { word, bit };
  }

  #wordsLike(value: Register): 'words' | 'openWords' {
    return this.isOpen(value) ? 'openWords' : 'words';
  }

  #put(type: RegisterType, instruction: (out: Register) => Instruction): Register {
    const out = this.declare(type);
    this.#section.push(instruction(out));
    return out;
  }
}
