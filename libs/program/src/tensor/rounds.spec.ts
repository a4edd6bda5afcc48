import { type OwnTensor, planOfSteps } from '#testing';
import { type PlanStep, type SuiteName, lower, roundsOf } from '../index.js';

/** Numbers of 16 fraction bits below 2^12 in magnitude, those of `z` at least 1. */
const tensors = (rows: number): Record<string, OwnTensor> => ({
  x: { shape: [rows, 8], fractionBits: 16, range: { min: -(1n << 28n), max: 1n << 28n }, elements: Array.from({ length: 8 * rows }, () => 0n) },
  z: { shape: [rows, 8], fractionBits: 16, range: { min: 1n << 16n, max: 1n << 28n }, elements: Array.from({ length: 8 * rows }, () => 1n << 16n) },
  v: { shape: [8, 1], fractionBits: 16, range: { min: -(1n << 24n), max: 1n << 24n }, elements: Array.from({ length: 8 }, () => 0n) },
  i: { shape: [rows], range: { min: 0n, max: BigInt(rows - 1) }, elements: Array.from({ length: rows }, () => 0n) },
});

const STEPS: Readonly<Record<string, PlanStep>> = {
  linear: { op: 'linear', out: 'y', terms: [{ value: 'x', factor: '2' }, { value: 'z', factor: '-1' }] },
  sum: { op: 'sum', out: 'y', value: 'x', axis: 1 },
  multiply: { op: 'multiply', out: 'y', left: 'x', right: 'z' },
  product: { op: 'product', out: 'y', left: 'x', right: 'z', fractionBits: 16 },
  rescale: { op: 'rescale', out: 'y', value: 'x', fractionBits: 8 },
  floor: { op: 'floor', out: 'y', value: 'x' },
  less: { op: 'less', out: 'y', left: 'x', right: 'z' },
  equal: { op: 'equal', out: 'y', left: 'x', right: 'z' },
  relu: { op: 'relu', out: 'y', value: 'x' },
  abs: { op: 'abs', out: 'y', value: 'x' },
  maximum: { op: 'maximum', out: 'y', left: 'x', right: 'z' },
  max: { op: 'max', out: 'y', value: 'x', axis: 1 },
  argmax: { op: 'argmax', out: 'y', value: 'x', axis: 1 },
  sort: { op: 'sort', out: 'y', value: 'x' },
  median: { op: 'median', out: 'y', value: 'x' },
  divide: { op: 'divide', out: 'y', left: 'x', right: 'z', fractionBits: 16 },
  reciprocal: { op: 'reciprocal', out: 'y', value: 'z', fractionBits: 16 },
  sqrt: { op: 'sqrt', out: 'y', value: 'z', fractionBits: 16 },
  normaliser: { op: 'normaliser', out: 'y', value: 'z', bits: 40, power: 2 },
  log: { op: 'log', out: 'y', value: 'z', fractionBits: 16 },
  sigmoid: { op: 'sigmoid', out: 'y', value: 'x', fractionBits: 16 },
  matmul: { op: 'matmul', out: 'y', left: 'x', right: 'v', fractionBits: 16 },
  'matmul, near': { op: 'matmul', out: 'y', left: 'x', right: 'v', fractionBits: 16, near: true },
  'sigmoid, near': { op: 'sigmoid', out: 'y', value: 'x', fractionBits: 16, near: true },
  softmax: { op: 'softmax', out: 'y', value: 'x', fractionBits: 16 },
};

const roundsFor = (suite: SuiteName, step: PlanStep, rows: number): number => roundsOf(lower(planOfSteps(suite, tensors(rows), [step], ['y'])).online);
const inAll = (step: PlanStep): string => (['additive-z64', 'replicated-z64', 'shamir-p61'] as const).map((suite) => roundsFor(suite, step, 3)).join(' ');

describe('online rounds of a step', () => {
  it('are known for every suite: additive with two parties, replicated, Shamir', () => {
    expect(Object.fromEntries(Object.entries(STEPS).map(([name, step]) => [name, inAll(step)]))).toMatchInlineSnapshot(`
{
  "abs": "8 10 11",
  "argmax": "24 30 33",
  "divide": "59 73 79",
  "equal": "7 9 8",
  "floor": "6 8 10",
  "less": "7 9 10",
  "linear": "0 0 0",
  "log": "45 55 58",
  "matmul": "7 9 11",
  "matmul, near": "2 5 2",
  "max": "24 30 33",
  "maximum": "8 10 11",
  "median": "48 60 66",
  "multiply": "1 1 1",
  "normaliser": "11 13 13",
  "product": "7 9 11",
  "reciprocal": "52 64 69",
  "relu": "8 10 11",
  "rescale": "5 7 10",
  "sigmoid": "22 26 26",
  "sigmoid, near": "15 20 15",
  "softmax": "130 162 174",
  "sort": "48 60 66",
  "sqrt": "53 65 69",
  "sum": "0 0 0",
}
`);
    const exponent: OwnTensor = { shape: [1], fractionBits: 16, range: { min: -(1n << 20n), max: 1n << 20n }, elements: [0n] };
    const exp = (suite: SuiteName): number => roundsOf(lower(planOfSteps(suite, { x: exponent }, [{ op: 'exp', out: 'y', value: 'x', fractionBits: 16 }], ['y'])).online);
    expect([exp('additive-z64'), exp('replicated-z64'), exp('shamir-p61')].join(' ')).toMatchInlineSnapshot(`"48 60 63"`);
    const table: OwnTensor = { shape: [256, 4], elements: Array.from({ length: 1024 }, () => 0n) };
    const index: OwnTensor = { shape: [5], range: { min: 0n, max: 255n }, elements: Array.from({ length: 5 }, () => 0n) };
    const lookup = (suite: SuiteName): number => roundsOf(lower(planOfSteps(suite, { table, index }, [{ op: 'lookup', out: 'y', table: 'table', index: 'index' }], ['y'])).online);
    expect([lookup('additive-z64'), lookup('replicated-z64'), lookup('shamir-p61')].join(' ')).toMatchInlineSnapshot(`"9 11 13"`);
  });

  it('of a comparison grow with the logarithm of the word’s bits, and by Shamir sharing are those of the whole field', () => {
    const ofBits = (suite: SuiteName, bits: number): number => {
      const end = (1n << BigInt(bits)) - 1n;
      const own: OwnTensor = { shape: [3], range: { min: 0n, max: end }, elements: [0n, 1n, end] };
      return roundsOf(lower(planOfSteps(suite, { x: own, z: own }, [{ op: 'less', out: 'y', left: 'x', right: 'z' }], ['y'])).online);
    };
    const bits = [1, 2, 4, 8, 16, 32, 60];
    // An opening and the last carry; a carry-save adder before them.
    for (const [suite, others] of [['additive-z64', 2], ['replicated-z64', 4]] as const) {
      for (const width of bits) expect([suite, width, ofBits(suite, width) <= others + Math.ceil(Math.log2(width + 1))]).toEqual([suite, width, true]);
    }
    expect(bits.slice(0, -1).map((width) => ofBits('shamir-p61', width))).toEqual([10, 10, 10, 10, 10, 10]);
  });

  it('of independent steps are those of the one that takes most', () => {
    for (const suite of ['additive-z64', 'replicated-z64', 'shamir-p61'] as const) {
      const together = (steps: readonly PlanStep[]): number => {
        const named = steps.map((step, i) => ({ ...step, out: `y${i}` }) as PlanStep);
        return roundsOf(lower(planOfSteps(suite, tensors(3), named, named.map((_, i) => `y${i}`))).online);
      };
      const ofOther: PlanStep = { op: 'less', out: 'y', left: 'z', right: 'x' };
      const alike: PlanStep[] = [STEPS.less!, ofOther, { op: 'less', out: 'y', left: 'x', right: 'x' }];
      expect(together(alike)).toBe(together([STEPS.less!]));
      const unlike = [STEPS.multiply!, STEPS.less!, STEPS.sort!];
      expect(together(unlike)).toBe(together([STEPS.sort!]));
    }
  });

  it('do not grow with the number of elements', () => {
    for (const suite of ['additive-z64', 'replicated-z64', 'shamir-p61'] as const) {
      for (const step of Object.values(STEPS)) expect(roundsFor(suite, step, 1)).toBe(roundsFor(suite, step, 40));
    }
  });
});
