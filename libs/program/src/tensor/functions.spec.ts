import fc from 'fast-check';
import { type OwnTensor, planOfSteps, runSteps } from '#testing';
import { PlanError, type PlanStep, type SuiteName, dyadic, toNumber } from '../index.js';
import { operatorOf } from './operators/index.js';

type Settings = readonly [SuiteName, number];
const SETTINGS: readonly Settings[] = [['additive-z64', 2], ['additive-z64', 3], ['replicated-z64', 3], ['shamir-p61', 3]];

/** Integers of a range: its ends, powers of two and their neighbours, and any others, of every size alike. */
const within = (min: bigint, max: bigint): fc.Arbitrary<bigint> => {
  const clamp = (x: bigint): bigint => (x < min ? min : x > max ? max : x);
  const power = fc.tuple(fc.nat(61), fc.constantFrom(-1n, 0n, 1n), fc.boolean()).map(([e, by, minus]) => clamp((minus ? -1n : 1n) * ((1n << BigInt(e)) + by)));
  const sized = fc.tuple(fc.nat(61), fc.bigInt({ min: 0n, max: (1n << 61n) - 1n }), fc.boolean()).map(([e, x, minus]) => clamp((minus ? -1n : 1n) * (x >> BigInt(e))));
  return fc.oneof(fc.constantFrom(min, max), fc.bigInt({ min, max }), power, sized);
};

/** Once in a while without elements. */
const tensorIn = (range: { min: bigint; max: bigint }, fractionBits: number, of?: number): fc.Arbitrary<OwnTensor> =>
  (of === undefined ? fc.oneof({ arbitrary: fc.constant(7), weight: 15 }, { arbitrary: fc.constant(0), weight: 1 }) : fc.constant(of)).chain((length) => fc.array(within(range.min, range.max), { minLength: length, maxLength: length }).map((elements) => ({ shape: [length], fractionBits, range, elements })));

/** The greatest error there was, as a part of what is stated. */
function worst([suite, parties]: Settings, tensors: Readonly<Record<string, OwnTensor>>, step: Exclude<PlanStep, { op: 'require_at_least' | 'require_within' }>): number {
  const { outputs, clear, types } = runSteps(planOfSteps(suite, tensors, [step], ['y'], parties), tensors);
  const { fractionBits, range } = types.get('y')!;
  const bound = operatorOf(step).error!(step, (name) => types.get(name)!);
  const operands = Object.values(tensors).map(({ elements, fractionBits: bits = 0 }) => elements.map((element) => toNumber(dyadic(element, -bits))));
  return outputs.get('y')!.reduce((most, element, i) => {
    expect(element >= range!.min && element <= range!.max).toBe(true);
    const exact = clear.get('y')![i]!;
    const off = Math.abs(toNumber(dyadic(element)) - toNumber({ m: exact.m, e: exact.e + fractionBits }));
    const stated = bound(...operands.map((each) => each[each.length === 1 ? 0 : i]!));
    if (!(off <= stated)) throw new Error(`${operands.map((each) => each[i]).join(', ')}: ${element}, off by ${off} of ${stated}`);
    return Math.max(most, off / stated);
  }, 0);
}

/** Runs what has a plan; most random ranges do. */
function holds(settings: Settings, tensors: fc.Arbitrary<Record<string, OwnTensor>>, step: fc.Arbitrary<Exclude<PlanStep, { op: 'require_at_least' | 'require_within' }>>, runs = 60): void {
  // Masks of more parties take longer to draw, and are the same to what is computed.
  const numRuns = settings[1] === 3 && settings[0] === 'additive-z64' ? runs / 5 : runs;
  let [most, ran] = [0, 0];
  fc.assert(fc.property(tensors, step, (each, asked) => {
    try {
      most = Math.max(most, worst(settings, each, asked));
      ran += 1;
    } catch (error) {
      if (!(error instanceof PlanError) || !['CS0633', 'CS0629', 'CS0620'].includes(error.code)) throw error;
    }
  }), { numRuns });
  expect(ran).toBeGreaterThan(numRuns / 4);
}

const anyBits = fc.integer({ min: 0, max: 24 });
/** A range of integers, wide or narrow, from `least` on. */
const rangeFrom = (least: bigint, bits: number): fc.Arbitrary<{ min: bigint; max: bigint }> =>
  fc.tuple(fc.nat(bits), fc.nat(bits), fc.bigInt({ min: 0n, max: (1n << 62n) - 1n }), fc.bigInt({ min: 0n, max: (1n << 62n) - 1n })).map(([a, b, x, y]) => {
    const [low, high] = [least + (x >> BigInt(62 - a)), least + (y >> BigInt(62 - b))];
    return low < high ? { min: low, max: high } : { min: high, max: low };
  });
const real = (op: 'reciprocal' | 'sqrt' | 'exp' | 'log' | 'sigmoid') => anyBits.map((fractionBits) => ({ op, out: 'y', value: 'x', fractionBits }) as const);

describe.each(SETTINGS)('%s with %i parties', (...settings) => {
  it('takes reciprocals', () => {
    holds(settings, fc.tuple(rangeFrom(1n, 45), anyBits, fc.boolean()).chain(([range, bits, minus]) =>
      fc.record({ x: tensorIn(minus ? { min: -range.max, max: -range.min } : range, bits) })), real('reciprocal'));
  });
  it('divides', () => {
    holds(settings, fc.tuple(rangeFrom(-(1n << 20n), 30), rangeFrom(1n, 40), anyBits, anyBits).chain(([a, b, aBits, bBits]) =>
      fc.record({ a: tensorIn(a, aBits), b: fc.oneof(tensorIn(b, bBits), tensorIn(b, bBits, 1)) })), anyBits.map((fractionBits) => ({ op: 'divide', out: 'y', left: 'a', right: 'b', fractionBits }) as const));
  });
  it('takes square roots', () => {
    holds(settings, fc.tuple(rangeFrom(0n, 55), anyBits).chain(([range, bits]) => fc.record({ x: tensorIn(range, bits) })), real('sqrt'));
  });
  it('takes logarithms', () => {
    holds(settings, fc.tuple(rangeFrom(1n, 58), anyBits).chain(([range, bits]) => fc.record({ x: tensorIn(range, bits) })), real('log'));
  });
  it('takes powers of e', () => {
    holds(settings, fc.tuple(fc.integer({ min: -60, max: 25 }), fc.integer({ min: -20, max: 20 }), anyBits).chain(([low, high, bits]) =>
      fc.record({ x: tensorIn({ min: BigInt(Math.min(low, high)) << BigInt(bits), max: BigInt(Math.max(low, high)) << BigInt(bits) }, bits) })), real('exp'));
    holds(settings, fc.tuple(rangeFrom(-(1n << 58n), 55), anyBits).chain(([range, bits]) => fc.record({ x: tensorIn({ min: range.min, max: 3n }, bits) })), real('exp'), 20);
  });
  it('takes sigmoids', () => {
    holds(settings, fc.tuple(rangeFrom(-(1n << 18n), 19), anyBits).chain(([range, bits]) => fc.record({ x: tensorIn(range, bits) })), real('sigmoid'));
    holds(settings, fc.tuple(rangeFrom(-(1n << 57n), 58), anyBits).chain(([range, bits]) => fc.record({ x: tensorIn(range, bits) })), real('sigmoid'), 20);
  });
  it('takes sigmoids nearly', () => {
    const near = anyBits.map((fractionBits) => ({ op: 'sigmoid', out: 'y', value: 'x', fractionBits, near: true }) as const);
    holds(settings, fc.tuple(rangeFrom(-(1n << 27n), 28), anyBits).chain(([range, bits]) => fc.record({ x: tensorIn(range, bits) })), near);
    // Up to the greatest values that fit under a mask, and beyond.
    holds(settings, fc.tuple(rangeFrom(-(1n << 57n), 58), fc.integer({ min: 10, max: 50 })).chain(([range, bits]) => fc.record({ x: tensorIn(range, bits) })), near);
  });
  it('takes softmaxes', () => {
    holds(settings, fc.tuple(fc.integer({ min: 0, max: 5 }), fc.oneof({ arbitrary: fc.integer({ min: 1, max: 7 }), weight: 7 }, { arbitrary: fc.constant(0), weight: 1 }), rangeFrom(-(1n << 30n), 31), fc.integer({ min: 4, max: 24 })).chain(([rows, columns, range, bits]) =>
      fc.record({ x: tensorIn(range, bits, rows * columns).map((x) => ({ ...x, shape: [rows, columns] })) })), anyBits.map((fractionBits) => ({ op: 'softmax', out: 'y', value: 'x', fractionBits }) as const));
  });
});
