import { type PlanStep } from '#program';
import { type OwnTensor } from './run-steps.js';

const ofReals = (shape: readonly number[], elements: readonly number[], min: bigint, max: bigint): OwnTensor =>
  ({ shape, fractionBits: 16, range: { min, max }, elements: elements.map((element) => BigInt(Math.round(element * 2 ** 16))) });

/** Small operands: reals `x`, positive ones `z`, exponents `e`, counts `n`, a weight `w`, indices `i`. */
export const smallTensors: Readonly<Record<string, OwnTensor>> = {
  x: ofReals([2, 3], [1.5, -2, 0, 100, -7.25, 3], -(1n << 28n), 1n << 28n),
  z: ofReals([2, 3], [1, 2.5, 3, 50, 7, 1.25], 1n << 16n, 1n << 28n),
  e: ofReals([2], [1.25, -3], -(1n << 20n), 1n << 20n),
  n: { shape: [5], range: { min: 0n, max: 100n }, elements: [7n, 12n, 30n, 9n, 8n] },
  w: { shape: [1], range: { min: -5n, max: 5n }, elements: [3n] },
  i: { shape: [2], range: { min: 0n, max: 1n }, elements: [1n, 0n] },
};

type Cases = { readonly [Op in PlanStep['op']]: readonly [...PlanStep[], PlanStep & { readonly op: Op }] };

/** Steps on `smallTensors` for every operator that there is; the last one is of it and, but for `require_at_least`, makes `y`. An operator without steps here does not compile. */
export const everyOperator: Cases = {
  add: [{ op: 'add', out: 'y', terms: ['x', 'z'] }],
  multiply: [{ op: 'multiply', out: 'y', left: 'x', right: 'z' }],
  combine: [{ op: 'combine', out: 'y', columns: ['n', 'n'], weights: ['w', 'w'] }],
  require_at_least: [{ op: 'add', out: 'y', terms: ['n'] }, { op: 'require_at_least', value: 'n', bound: 7 }],
  require_within: [{ op: 'add', out: 'y', terms: ['n'] }, { op: 'require_within', value: 'n', min: '7', max: '30', party: 1 }],
  constant: [{ op: 'constant', out: 'y', shape: [2], values: ['3', '-1'], fractionBits: 4 }],
  linear: [{ op: 'linear', out: 'y', terms: [{ value: 'x', factor: '2' }, { value: 'z', factor: '-1' }], constant: '5' }],
  product: [{ op: 'product', out: 'y', left: 'x', right: 'z', fractionBits: 16 }],
  matmul: [{ op: 'transpose', out: 't', value: 'z', axes: [1, 0] }, { op: 'matmul', out: 'y', left: 'x', right: 't', fractionBits: 16 }],
  rescale: [{ op: 'rescale', out: 'y', value: 'x', fractionBits: 8 }],
  normaliser: [{ op: 'normaliser', out: 'y', value: 'n', bits: 20, power: 2 }],
  floor: [{ op: 'floor', out: 'y', value: 'x' }],
  within: [{ op: 'within', out: 'y', value: 'x', min: '-10000000', max: '10000000' }],
  reshape: [{ op: 'reshape', out: 'y', value: 'x', shape: [3, 2] }],
  transpose: [{ op: 'transpose', out: 'y', value: 'x', axes: [1, 0] }],
  slice: [{ op: 'slice', out: 'y', value: 'x', axis: 1, from: 1, to: 3 }],
  concat: [{ op: 'concat', out: 'y', values: ['x', 'z'], axis: 0 }],
  broadcast: [{ op: 'broadcast', out: 'y', value: 'x', shape: [2, 2, 3] }],
  windows: [{ op: 'windows', out: 'y', value: 'x', axes: [{ taps: 2, stride: 1, dilation: 2, before: 1, windows: 3 }], fill: '5' }],
  sum: [{ op: 'sum', out: 'y', value: 'x', axis: 1 }],
  less: [{ op: 'less', out: 'y', left: 'x', right: 'z' }],
  equal: [{ op: 'equal', out: 'y', left: 'x', right: 'z' }],
  select: [{ op: 'less', out: 'c', left: 'x', right: 'z' }, { op: 'select', out: 'y', condition: 'c', yes: 'x', no: 'z' }],
  relu: [{ op: 'relu', out: 'y', value: 'x' }],
  abs: [{ op: 'abs', out: 'y', value: 'x' }],
  maximum: [{ op: 'maximum', out: 'y', left: 'x', right: 'z' }],
  minimum: [{ op: 'minimum', out: 'y', left: 'x', right: 'z' }],
  max: [{ op: 'max', out: 'y', value: 'x', axis: 1 }],
  min: [{ op: 'min', out: 'y', value: 'x', axis: 0 }],
  argmax: [{ op: 'argmax', out: 'y', value: 'x', axis: 1 }],
  divide: [{ op: 'divide', out: 'y', left: 'x', right: 'z', fractionBits: 16 }],
  reciprocal: [{ op: 'reciprocal', out: 'y', value: 'z', fractionBits: 16 }],
  sqrt: [{ op: 'sqrt', out: 'y', value: 'z', fractionBits: 16 }],
  exp: [{ op: 'exp', out: 'y', value: 'e', fractionBits: 16 }],
  log: [{ op: 'log', out: 'y', value: 'z', fractionBits: 16 }],
  sigmoid: [{ op: 'sigmoid', out: 'y', value: 'x', fractionBits: 16 }],
  softmax: [{ op: 'softmax', out: 'y', value: 'x', fractionBits: 16 }],
  sort: [{ op: 'sort', out: 'y', value: 'x' }],
  median: [{ op: 'median', out: 'y', value: 'x' }],
  lookup: [{ op: 'lookup', out: 'y', table: 'x', index: 'i' }],
};
