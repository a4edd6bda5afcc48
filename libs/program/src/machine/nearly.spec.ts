import fc from 'fast-check';
import { type OwnTensor, planOfSteps, runSteps } from '#testing';
import { type PlanStep, type SuiteName, MAX_PARTIES } from '../index.js';
import { nearlyError } from './nearly.js';

const suites: (readonly [SuiteName, number])[] = [['additive-z64', 2], ['additive-z64', 3], ['additive-z64', 5], ['additive-z64', 8], ['additive-z64', MAX_PARTIES], ['replicated-z64', 3], ['shamir-p61', 3], ['shamir-p61', MAX_PARTIES]];

/** An exact value is a fraction of a unit, and the least sharing has a bound that two parties have already. */
const unitsOf = (suite: SuiteName, parties: number): number => (suite === 'additive-z64' ? nearlyError(parties) : nearlyError(3));

describe.each(suites)('%s, %i parties', (suite, parties) => {
  const reach = 1n << 52n;
  const product = (x: readonly bigint[], y: bigint, fractionBits: number): { got: readonly bigint[]; exact: number[] } => {
    const tensors: Record<string, OwnTensor> = {
      x: { shape: [x.length, 1], fractionBits: 20, range: { min: -reach, max: reach }, elements: x },
      y: { shape: [1, 1], fractionBits: 4, range: { min: -2n, max: 2n }, elements: [y] },
    };
    const steps: PlanStep[] = [{ op: 'matmul', out: 'z', left: 'x', right: 'y', fractionBits, near: true }];
    const { outputs } = runSteps(planOfSteps(suite, tensors, steps, ['z'], parties), tensors);
    return { got: outputs.get('z')!, exact: x.map((each) => Number(each * y) / 2 ** (24 - fractionBits)) };
  };

  test.each([0n, 1n, -1n, 5n, reach, -reach, reach - 1n, 1n << 40n])('a truncation of %i is off by a unit or two at most', (x) => {
    for (const fractionBits of [0, 3, 20, 23]) {
      const { got, exact } = product([x, -x, x / 3n], 1n, fractionBits);
      got.forEach((each, i) => expect(Math.abs(Number(each) - exact[i]!)).toBeLessThan(unitsOf(suite, parties)));
    }
  });

  test('the ends of a range that fills its bits do not wrap, however few bits the mask has above what is cut off', () => {
    const [end, f] = [255n, 5];
    for (const x of [end, -end]) {
      const elements = Array.from({ length: 1500 }, () => x);
      const tensors: Record<string, OwnTensor> = {
        x: { shape: [elements.length, 1], fractionBits: f, range: { min: -end, max: end }, elements },
        one: { shape: [1, 1], fractionBits: 0, range: { min: -1n, max: 1n }, elements: [1n] },
      };
      const { outputs } = runSteps(planOfSteps(suite, tensors, [{ op: 'matmul', out: 'z', left: 'x', right: 'one', fractionBits: 0, near: true }], ['z'], parties), tensors);
      expect(Math.max(...outputs.get('z')!.map((each) => Math.abs(Number(each) - Number(x) / 2 ** f)))).toBeLessThan(nearlyError(parties));
    }
  });

  // The mask's top part is 0 or 2^5 in one of 32 cases.
  test('no number at the end of its range wraps', () => {
    const end = (1n << 10n) - 1n;
    const tensors: Record<string, OwnTensor> = {
      x: { shape: [4096, 1], fractionBits: 10, range: { min: -end, max: end }, elements: Array.from({ length: 4096 }, (_, i) => (i % 4 === 0 ? end : -end + BigInt(i % 3))) },
      y: { shape: [1, 1], fractionBits: 0, range: { min: -1n, max: 1n }, elements: [1n] },
    };
    const { outputs } = runSteps(planOfSteps(suite, tensors, [{ op: 'matmul', out: 'z', left: 'x', right: 'y', fractionBits: 3, near: true }], ['z'], parties), tensors);
    const off = outputs.get('z')!.map((each, i) => Math.abs(Number(each) - Number(tensors.x!.elements[i]!) / 128));
    expect(Math.max(...off)).toBeLessThan(unitsOf(suite, parties));
  });

  test('of any numbers', () => {
    fc.assert(fc.property(fc.array(fc.bigInt({ min: -reach, max: reach }), { minLength: 1, maxLength: 40 }), fc.constantFrom(1n, -1n, 2n), fc.integer({ min: 0, max: 23 }), (x, y, fractionBits) => {
      const { got, exact } = product(x, y, fractionBits);
      got.forEach((each, i) => expect(Math.abs(Number(each) - exact[i]!)).toBeLessThan(unitsOf(suite, parties)));
    }), { numRuns: 60 });
  });

  // The masks of 1,024 numbers make a mean whose standard deviation is at most 0.05 units: half a unit is too many of them to come by chance.
  test.each([1n, -1n, 2n])('without bias, times %i', (y) => {
    const elements = Array.from({ length: 1_024 }, (_, i) => (BigInt(i) * 0x3779b97f4a7c15n) % (2n * reach) - reach);
    const { got, exact } = product(elements, y, 3);
    expect(Math.abs(got.reduce((sum, each, i) => sum + Number(each) - exact[i]!, 0) / elements.length)).toBeLessThan(0.5);
  });

  // As many bits are cut off as may be: what masks carry is then widest against what wraps, and a value at an end is the first that it would carry over.
  test.each([-1n, 1n])('of a value at an end of its range (%i), with as few bits left as there may be', (sign) => {
    const end = (1n << 20n) - 1n;
    const elements = Array.from({ length: 2_000 }, (_, i) => sign * (end - BigInt(i % 3)));
    const tensors: Record<string, OwnTensor> = {
      x: { shape: [elements.length, 1], fractionBits: 20, range: { min: -end, max: end }, elements }, y: { shape: [1, 1], range: { min: 1n, max: 1n }, elements: [1n] },
    };
    const steps: PlanStep[] = [{ op: 'matmul', out: 'z', left: 'x', right: 'y', fractionBits: 3, near: true }];
    const { outputs } = runSteps(planOfSteps(suite, tensors, steps, ['z'], parties), tensors);
    outputs.get('z')!.forEach((each, i) => expect(Math.abs(Number(each) - Number(elements[i]!) / 2 ** 17)).toBeLessThan(unitsOf(suite, parties)));
  });
});

describe.each(suites.filter(([, parties]) => parties !== 8))('a near sigmoid with %s, %i parties', (suite, parties) => {
  const run = (x: readonly number[], fractionBits: number, reach: number): { got: number[]; clear: number[] } => {
    const elements = x.map((each) => BigInt(Math.round(each * 2 ** fractionBits)));
    const tensors: Record<string, OwnTensor> = { x: { shape: [x.length], fractionBits, range: { min: -BigInt(reach * 2 ** fractionBits), max: BigInt(reach * 2 ** fractionBits) }, elements } };
    const { outputs } = runSteps(planOfSteps(suite, tensors, [{ op: 'sigmoid', out: 'y', value: 'x', fractionBits: 16, near: true }], ['y'], parties), tensors);
    return { got: outputs.get('y')!.map((each) => Number(each) / 65536), clear: x.map((each) => 1 / (1 + Math.exp(-each))) };
  };

  test.each([[41, 2 ** 16], [30, 64], [20, 4], [44, 2], [10, 100]])('is a sigmoid, for %i fraction bits of values below %i', (fractionBits, reach) => {
    const x = [...Array.from({ length: 321 }, (_, i) => (i - 160) / 16), ...[0.49999, 1.99999, -0.49999, -8.00001, 7.99999, 15.9, -16.1, 1000.5, -40_000].filter((each) => Math.abs(each) < reach)]
      .map((each) => Math.max(-reach, Math.min(reach, each)));
    const { got, clear } = run(x, fractionBits, reach);
    got.forEach((each, i) => expect(Math.abs(each - clear[i]!)).toBeLessThan(parties > 5 ? 0.0009 + 14 / 65536 : 0.0006 + 8 / 65536));
  });
});
