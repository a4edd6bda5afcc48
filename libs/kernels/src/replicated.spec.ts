import { type Kernels } from './index.js';
import { outcomes, someBytes, someWords } from './testing/outcomes.js';

const both = <T>(expected: T): { wasm: T; plain: T } => ({ wasm: expected, plain: expected });
const names = ['target', 'x0', 'x1', 'y0', 'y1', 'plus', 'minus'] as const;
type Name = (typeof names)[number];
const each = <T>(region: () => T): Record<Name, T> => Object.fromEntries(names.map((name) => [name, region()])) as Record<Name, T>;
const multiply = (count: number, target: Name) => (k: Kernels, at: Readonly<Record<Name, number>>): void =>
  k.replicatedMultiply(at[target], at.x0, at.x1, at.y0, at.y1, at.plus, at.minus, count);
const and = (bytes: number, target: Name) => (k: Kernels, at: Readonly<Record<Name, number>>): void =>
  k.replicatedAnd(at[target], at.x0, at.x1, at.y0, at.y1, bytes);

describe.each(names)('into %s', (target) => {
  test.each([0, 1, 2, 9])('replicatedMultiply of %i words', (count) => {
    for (const region of [() => someWords(count), () => new BigUint64Array(count).fill(2n ** 64n - 1n), () => new BigUint64Array(count).fill(2n ** 63n)]) {
      const regions = each(region);
      const { x0, x1, y0, y1, plus, minus } = regions;
      const result = x0.map((x, i) => BigInt.asUintN(64, (x + x1[i]!) * (y0[i]! + y1[i]!) - x1[i]! * y1[i]! + plus[i]! - minus[i]!));
      expect(outcomes(regions, multiply(count, target))).toEqual(both({ ...regions, [target]: result }));
    }
  });

  test.each([0, 16, 144])('replicatedAnd of %i bytes', (bytes) => {
    const regions = each(() => someBytes(bytes));
    const { x0, x1, y0, y1 } = regions;
    const result = x0.map((x, i) => ((x ^ x1[i]!) & (y0[i]! ^ y1[i]!)) ^ (x1[i]! & y1[i]!));
    expect(outcomes(regions, and(bytes, target))).toEqual(both({ ...regions, [target]: result }));
  });
});

test('three parties multiply: their results add up to the product', () => {
  const count = 33;
  const [x, y] = [0, 1].map(() => [0, 1, 2].map(() => someWords(count))) as [BigUint64Array[], BigUint64Array[]];
  const streams = [0, 1, 2].map(() => someWords(count));
  const sum = new BigUint64Array(count);
  for (const party of [0, 1, 2]) {
    const next = (party + 1) % 3;
    const regions = { target: new BigUint64Array(count), x0: x[party]!, x1: x[next]!, y0: y[party]!, y1: y[next]!, plus: streams[party]!, minus: streams[next]! };
    const { wasm } = outcomes(regions, multiply(count, 'target'));
    for (let i = 0; i < count; i++) sum[i]! += wasm.target[i]!;
  }
  const opened = (sharing: BigUint64Array[], i: number): bigint => sharing.reduce((total, words) => total + words[i]!, 0n);
  expect(sum).toEqual(sum.map((_, i) => BigInt.asUintN(64, opened(x, i) * opened(y, i))));
});
