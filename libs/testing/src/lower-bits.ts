import { type SuiteName } from '#program';
import { type Lowered } from '#program/plans';
import { styleOf, toBits, toWords } from '../../program/src/machine/conversions.js';
import { edaBits } from '../../program/src/machine/masks.js';
import { Emitter } from '../../program/src/machine/emitter.js';
import { type Register, writesOf } from '../../program/src/machine/instructions.js';
import { schedule } from '../../program/src/machine/schedule.js';

/** The instructions that make the low `width` bits of `length` words `x` of party 1, from 0 on, and words of the bits again: `width` · `length` of them, the lowest bits first. */
export function lowerBits(suite: SuiteName, parties: number, length: number, width: number): Lowered {
  const emit = new Emitter(styleOf(suite), parties);
  const x = emit.declare({ kind: 'words', length });
  const words = toWords(emit, toBits(emit, x, width));
  return loweredFrom(emit, x, length, [words]);
}

/** The instructions that make `length` masks with `width` bits: the words, and their bits as words, the lowest first. An input `x` of party 1 is read by nothing. */
export function lowerMasks(suite: SuiteName, parties: number, length: number, width: number): Lowered {
  const emit = new Emitter(styleOf(suite), parties);
  const x = emit.declare({ kind: 'words', length: 1 });
  const { word, bits } = edaBits(emit, length, width);
  return loweredFrom(emit, x, 1, [word, toWords(emit, bits)]);
}

function loweredFrom(emit: Emitter, x: Register, length: number, outputs: readonly Register[]): Lowered {
  const { registers, offline, online } = emit.finish();
  return {
    registers, inputs: [{ name: 'x', party: 1, length, register: x }], own: { steps: [], types: new Map() }, outputs, stages: [], offline: schedule(offline), online: schedule(online, [x, ...offline.flatMap(writesOf)]),
  };
}
