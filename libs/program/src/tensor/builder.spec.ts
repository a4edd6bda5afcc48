import { type PlanInput, TensorBuilder } from '../index.js';

const builderWith = (shape: readonly number[]): { builder: TensorBuilder; x: ReturnType<TensorBuilder['input']> } => {
  const builder = new TensorBuilder();
  const x = builder.input({ name: 'x', party: 0, dataset: 'Rows', source: { of: 'matrix', rows: shape[0]!, columns: [] }, fractionBits: 20, shape, least: -1, most: 1 });
  return { builder, x };
};

it('broadcasts, aligns scales and names what it makes', () => {
  const { builder, x } = builderWith([3, 2]);
  const y = x.plus(1).times(0.5).minus(builder.constant([1, 2])).atLeast(0);
  expect(y.shape).toEqual([3, 2]);
  expect(y.fractionBits).toBe(0);
  builder.output('y', y.sum(0), { labels: [['a', 'b']] });
  const body = builder.body();
  expect(body.inputs[0]).toMatchObject<Partial<PlanInput>>({ length: 6, range: { min: String(-(2 ** 20)), max: String(2 ** 20) } });
  expect(body.outputs).toEqual([{ name: 'y', value: expect.any(String), length: 2, fractionBits: 0, shape: [2], labels: [['a', 'b']] }]);
  expect(new Set(body.steps.map((step) => 'out' in step && step.out)).size).toBe(body.steps.length);
});

it('reads a vector beside a matrix as a row on the left and a column on the right', () => {
  const { builder, x } = builderWith([3, 2]);
  expect(x.matmul(builder.constant([1, 1])).shape).toEqual([3]);
  expect(builder.constant([1, 1, 1]).matmul(x).shape).toEqual([2]);
  expect(x.transpose().matmul(x).shape).toEqual([2, 2]);
  expect(x.mean(-1).shape).toEqual([3]);
  expect(x.pick(1, 0).shape).toEqual([3]);
});

it('refuses what does not fit where it is written', () => {
  const { builder, x } = builderWith([3, 2]);
  expect(() => x.plus(builder.constant([1, 2, 3]))).toThrow(/do not fit/);
  expect(() => builder.body()).toThrow(/nothing is opened/);
  expect(() => new TensorBuilder().constant(Number.NaN)).toThrow(/not finite/);
  expect(() => x.within(2, 3)).toThrow(/cannot lie/);
});

it('rounds public numbers to the nearest, halves up, however large their scale', () => {
  const builder = new TensorBuilder();
  expect(builder.constant(1.5, { fractionBits: 0 }).range).toEqual({ min: 2n, max: 2n });
  expect(builder.constant(-1.5, { fractionBits: 0 }).range).toEqual({ min: -1n, max: -1n });
  expect(builder.constant(0.1, { fractionBits: 60 }).range!.min).toBe(BigInt(Math.round(0.1 * 2 ** 55)) * 32n);
});
