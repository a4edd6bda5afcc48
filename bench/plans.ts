/** Plans that benchmarks run whole: inputs `x` of party 0 and `y` of party 1, and one kind of work on them. */
import { systemRandomness } from '#mpc';
import { type Plan, type PlanInput, type PlanStep, type SuiteName } from '#program/plans';

export interface Setting {
  readonly suite: SuiteName;
  readonly parties: number;
}

const lengthOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function input(name: string, party: number, shape: readonly number[]): PlanInput {
  return {
    name, party, length: lengthOf(shape), ...(shape.length > 1 && { shape }), fractionBits: 0, range: { min: String(-(2 ** 24)), max: String(2 ** 24) },
    dataset: 'Bench', source: { of: 'column', column: name },
  };
}

function plan({ suite, parties }: Setting, inputs: readonly PlanInput[], steps: readonly PlanStep[], output: readonly [name: string, length: number]): Plan {
  return {
    v: 1, program: { name: 'Bench', digest: '' }, suite, parties: Array.from({ length: parties }, (_, i) => `Bank ${i}`), receivers: ['Bank 0'], inputs, steps,
    outputs: [{ name: output[0], value: output[0], length: output[1], fractionBits: 0 }],
  };
}

/** Elementwise, of `count` elements. */
export const elementwise = (setting: Setting, op: 'less' | 'multiply', count: number): Plan =>
  plan(setting, [input('x', 0, [count]), input('y', 1, [count])], [{ op, out: 'z', left: 'x', right: 'y' }], ['z', count]);

export const matrixProduct = (setting: Setting, rows: number, inner: number, columns: number): Plan =>
  plan(setting, [input('x', 0, [rows, inner]), input('y', 1, [inner, columns])], [{ op: 'matmul', out: 'z', left: 'x', right: 'y', fractionBits: 0 }], ['z', rows * columns]);

/** As `Linear Score` is planned: rows of party 0, a model of party 1. */
export function linearScore(setting: Setting, rows: number, features: number): Plan {
  const [columns, weights] = ['x', 'w'].map((letter) => Array.from({ length: features }, (_, j) => `${letter}.${j}`)) as [string[], string[]];
  return plan(
    setting,
    [...columns.map((name) => input(name, 0, [rows])), ...weights.map((name) => input(name, 1, [1])), input('intercept', 1, [1])],
    [{ op: 'combine', out: 'weighted', columns, weights }, { op: 'add', out: 'scores', terms: ['weighted', 'intercept'] }],
    ['scores', rows],
  );
}

/** Random inputs of one party, within their range. */
export function inputsOf({ inputs }: Plan, party: number): Map<string, BigUint64Array> {
  return new Map(inputs.filter((each) => each.party === party).map(({ name, length }) =>
    [name, new BigUint64Array(systemRandomness.bytes(8 * length).buffer).map((word) => word >> 41n)]));
}
