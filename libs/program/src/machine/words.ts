import { type Emitter } from './emitter.js';
import { type Register } from './instructions.js';

/** Bits as words 0 and 1, planes · lanes of them, plane by plane. */
export function toWords(emit: Emitter, bits: Register): Register {
  if (emit.style === 'addends') {
    const [a, b, c] = emit.inject(bits, 3) as [Register, Register, Register];
    return exclusiveOr(emit, exclusiveOr(emit, a, b), c);
  }
  const { word, bit } = emit.daBits(emit.planesOf(bits), emit.lanesOf(bits));
  const difference = emit.openToWords(emit.openBits(emit.xor(bits, bit)));
  // d ⊕ b = d + b − 2·d·b
  return emit.sum([{ value: difference, factor: 1n }, { value: emit.scale(word, emit.sum([{ value: difference, factor: -2n }], 1n)), factor: 1n }]);
}

/** x ⊕ y of words 0 and 1. */
const exclusiveOr = (emit: Emitter, x: Register, y: Register): Register =>
  emit.sum([{ value: x, factor: 1n }, { value: y, factor: 1n }, { value: emit.multiply(x, y), factor: -2n }]);

/** Σ 2^i · plane i of words that lie plane by plane. */
export function weighted(emit: Emitter, word: Register, planes: number, lanes: number): Register {
  return emit.sum(Array.from({ length: planes }, (_, i) => ({ value: emit.slice(word, i * lanes, (i + 1) * lanes), factor: 1n << BigInt(i) })));
}
