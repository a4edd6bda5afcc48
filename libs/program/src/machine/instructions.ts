/**
 * What a session executes: a straight line of instructions on registers, made from a plan by `lower`. Every party makes the same one, so
 * that rounds, bytes and correlations are known before anything is sent. A suite says what a share is; the instructions are the same
 * for all suites but for how bits are got out of words and back (`Style`).
 *
 * Words are elements of the suite's ring: Z_2^64, or F_p with p = 2^61 − 1. A Boolean register holds `planes` bits of each of `lanes`
 * elements, plane by plane, so that an operation on bit positions moves whole planes and a circuit gate works on all elements at once.
 */

/** A register's number. */
export type Register = number;

export type RegisterType =
  /** Shares of `length` elements. */
  | { readonly kind: 'words'; readonly length: number }
  /** Shares of `planes` bits of each of `lanes` elements. */
  | { readonly kind: 'bits'; readonly planes: number; readonly lanes: number }
  /** Elements that every party knows, because they were opened under a mask or follow from what was. */
  | { readonly kind: 'openWords'; readonly length: number }
  | { readonly kind: 'openBits'; readonly planes: number; readonly lanes: number };

/** factor · register, elementwise; a register of length 1 meets every element. */
export interface Term {
  readonly value: Register;
  readonly factor: bigint;
}

/** Local: no message. `out` is a fresh register in every instruction. */
export type LocalInstruction =
  /** out = Σ factor · value + constant; values are of words, or opened. */
  | { readonly op: 'sum'; readonly out: Register; readonly terms: readonly Term[]; readonly constant: bigint }
  /** out_i = value_i · factors_i; `by` is opened or constant and has the same length. */
  | { readonly op: 'scale'; readonly out: Register; readonly value: Register; readonly by: Register }
  /** Public elements, two's complement. */
  | { readonly op: 'constant'; readonly out: Register; readonly values: readonly bigint[] }
  /** out_i = value[indices_i]; words, or opened words. */
  | { readonly op: 'gather'; readonly out: Register; readonly value: Register; readonly indices: Uint32Array }
  /** Elements from `from` on, as many as `out` has. */
  | { readonly op: 'slice'; readonly out: Register; readonly value: Register; readonly from: number }
  | { readonly op: 'concat'; readonly out: Register; readonly values: readonly Register[] }
  /** out[o, i] = Σ_l value[o, l, i] of a value of outer × length × inner elements. */
  | { readonly op: 'sumAxis'; readonly out: Register; readonly value: Register; readonly outer: number; readonly length: number; readonly inner: number }
  /** Uniform words below 2^bits of each party's own: their sum is a shared random value. For `masked-ring`. */
  | { readonly op: 'random'; readonly out: Register; readonly bits: number }
  /** Boolean shares of the bits of every addend that a shared word is the sum of, one register for each. For suites with addends. */
  | { readonly op: 'addends'; readonly outs: readonly Register[]; readonly value: Register }
  /** Shares of the sum of the addends of a shared word, each shifted right by so many bits. For suites with addends. */
  | { readonly op: 'shiftAddends'; readonly out: Register; readonly value: Register; readonly by: number }
  /** Shares as words (planes · lanes of them, plane by plane) of the bits whose exclusive or a shared bit is, one register for each. For suites with addends. */
  | { readonly op: 'inject'; readonly outs: readonly Register[]; readonly value: Register }
  /** Random bits, shared both ways: `word` has planes · lanes elements, plane by plane. Uses up correlations. */
  | { readonly op: 'daBits'; readonly word: Register; readonly bit: Register }
  | { readonly op: 'xor'; readonly out: Register; readonly left: Register; readonly right: Register }
  /** left is shared, right opened. */
  | { readonly op: 'xorOpen'; readonly out: Register; readonly left: Register; readonly right: Register }
  | { readonly op: 'andOpen'; readonly out: Register; readonly left: Register; readonly right: Register }
  | { readonly op: 'not'; readonly out: Register; readonly value: Register }
  /** The named planes of registers of one number of lanes, one below the other. `-1` is a plane of zeros. */
  | { readonly op: 'planes'; readonly out: Register; readonly from: readonly (readonly [value: Register, plane: number])[] }
  /** out lane i = lane indices_i, in every plane. */
  | { readonly op: 'lanes'; readonly out: Register; readonly value: Register; readonly indices: Uint32Array }
  /** Bits `first` … of opened words as opened planes. */
  | { readonly op: 'openPlanes'; readonly out: Register; readonly value: Register; readonly first: number }
  /** Each opened word shifted right by so many bits, logically. */
  | { readonly op: 'shift'; readonly out: Register; readonly value: Register; readonly by: number }
  /** Opened bits as opened words 0 and 1, plane by plane. */
  | { readonly op: 'openToWords'; readonly out: Register; readonly value: Register }
  /**
   * Ends the session at every party alike unless every lane of the opened plane is 1; names the party whose values they are, if any. `because` `order`: what is checked is whether that party's
   * rows have the keys of another one's, in its order (CS0661), and not whether values keep to their declaration (CS0660).
   */
  | { readonly op: 'require'; readonly value: Register; readonly party?: number; readonly because?: 'order' };

/** One message to each peer and one from each, together with all others of the same level. */
export type InteractiveInstruction =
  | { readonly op: 'multiply'; readonly out: Register; readonly left: Register; readonly right: Register }
  /** rows × inner by inner × columns, row-major. */
  | {
    readonly op: 'matmul'; readonly out: Register; readonly left: Register; readonly right: Register; readonly rows: number; readonly inner: number; readonly columns: number;
    readonly series?: Series;
  }
  | { readonly op: 'and'; readonly out: Register; readonly left: Register; readonly right: Register }
  | { readonly op: 'openWords'; readonly out: Register; readonly value: Register }
  | { readonly op: 'openBits'; readonly out: Register; readonly value: Register };

/** Products by one left factor, in the order in which they run: a suite with masks masks it once, for a triple as wide as all of them together. */
export interface Series {
  /** Which series: one register is the left factor of as many as it has shapes. */
  readonly number: number;
  /** Columns of all products of the series before this one, and of all of them. */
  readonly from: number;
  readonly columns: number;
}

export type Instruction = LocalInstruction | InteractiveInstruction;

/**
 * How bits are got out of words and back.
 *
 * `masked-ring`: a word is opened under a random word whose bits are shared. `masked-field`: the same modulo p. `addends`: the addends of
 * a word are shared bitwise by whoever knows them, without a message.
 */
export type Style = 'masked-ring' | 'masked-field' | 'addends';

/** Instructions in order, without levels. */
export interface InstructionList {
  readonly registers: readonly RegisterType[];
  /** Masks: depend on no input. */
  readonly offline: readonly Instruction[];
  readonly online: readonly Instruction[];
}

const interactive = new Set<Instruction['op']>(['multiply', 'matmul', 'and', 'openWords', 'openBits']);

export const isInteractive = (instruction: Instruction): instruction is InteractiveInstruction => interactive.has(instruction.op);

/** The registers that an instruction reads. */
export function readsOf(instruction: Instruction): readonly Register[] {
  switch (instruction.op) {
    case 'sum': return instruction.terms.map(({ value }) => value);
    case 'scale': return [instruction.value, instruction.by];
    case 'constant': case 'random': case 'daBits': return [];
    case 'concat': return instruction.values;
    case 'planes': return instruction.from.flatMap(([value]) => (value < 0 ? [] : [value]));
    case 'xor': case 'xorOpen': case 'andOpen': case 'multiply': case 'matmul': case 'and': return [instruction.left, instruction.right];
    case 'gather': case 'slice': case 'sumAxis': case 'addends': case 'shiftAddends': case 'inject': case 'not': case 'lanes': case 'openPlanes': case 'shift': case 'openToWords': case 'require':
    case 'openWords': case 'openBits':
      return [instruction.value];
  }
}

/** The registers that an instruction defines. */
export function writesOf(instruction: Instruction): readonly Register[] {
  switch (instruction.op) {
    case 'addends': case 'inject': return instruction.outs;
    case 'daBits': return [instruction.word, instruction.bit];
    case 'require': return [];
    default: return [instruction.out];
  }
}
