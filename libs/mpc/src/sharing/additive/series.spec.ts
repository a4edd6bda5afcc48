import { KernelMemory } from '#kernels';
import { type Plan, type PlanStep, lower, planCost, trafficOf } from '#program/plans';
import { allHeld, idealCorrelations, memoryLinks, planOf, runParties, seededRandomness } from '#testing';
import { Mesh } from '../../channel/index.js';
import { type RoundOperation } from '../suite.js';
import { AdditiveSuite } from './index.js';

/** x by three matrices, one of which waits for the product of another, and once again by x transposed. */
const steps: readonly PlanStep[] = [
  { op: 'matmul', out: 'first', left: 'x', right: 'y', fractionBits: 0 },
  { op: 'matmul', out: 'second', left: 'x', right: 'z', fractionBits: 0 },
  { op: 'matmul', out: 'third', left: 'x', right: 'first', fractionBits: 0 },
];
const matrix = (rows: number, columns: number, seed: bigint): bigint[] => Array.from({ length: rows * columns }, (_, i) => ((BigInt(i) * 7n + seed) % 23n) - 11n);
const multiply = (a: readonly bigint[], b: readonly bigint[], rows: number, inner: number, columns: number): bigint[] =>
  Array.from({ length: rows * columns }, (_, at) => {
    let sum = 0n;
    for (let k = 0; k < inner; k++) sum += a[Math.floor(at / columns) * inner + k]! * b[k * columns + (at % columns)]!;
    return sum;
  });

const size = 6;
const [x, y, z] = [matrix(size, size, 3n), matrix(size, 2, 5n), matrix(size, 1, 8n)];
const vectors = { x: { party: 0, values: x }, y: { party: 1, values: y }, z: { party: 0, values: z } };

function planFor(parties: number, suite: Plan['suite'] = 'additive-z64'): Plan {
  const plan = planOf(parties, vectors, steps, { first: 2 * size, second: size, third: 2 * size }, suite);
  const shapes: Record<string, number[]> = { x: [size, size], y: [size, 2], z: [size, 1] };
  return { ...plan, inputs: plan.inputs.map((input) => ({ ...input, shape: shapes[input.name]!, range: { min: '-11', max: '11' } })) };
}

test('products by one left factor take one triple as wide as all of them, in the order in which they run', () => {
  expect(planCost(planFor(2)).matrixTriples).toEqual([{ rows: size, inner: size, columns: 5 }]);
  const series = lower(planFor(2)).online.flatMap(({ interactive }) => interactive.flatMap((each) => (each.op === 'matmul' ? [each.series] : [])));
  expect(series).toEqual([{ number: 0, from: 0, columns: 5 }, { number: 0, from: 2, columns: 5 }, { number: 0, from: 3, columns: 5 }]);
  expect(planCost(planFor(3, 'replicated-z64')).matrixTriples).toHaveLength(3);
});

test.each([[2, 'real'], [3, 'real'], [3, 'ideal'], [5, 'ideal']] as const)('%i parties multiply by one masked factor, %s correlations', async (parties, offline) => {
  const plan = planFor(parties);
  const held = allHeld(await runParties(plan, vectors, { offline }));
  const sent = held.map(({ stats }) => stats.bytesSent);
  const [opened] = await Promise.all(held.map((each) => each.open([0])));
  const first = multiply(x, y, size, size, 2);
  const signed = (name: string): bigint[] => Array.from(opened!.get(name)!, (word) => BigInt.asIntN(64, word));
  expect(signed('first')).toEqual(first);
  expect(signed('second')).toEqual(multiply(x, z, size, size, 1));
  expect(signed('third')).toEqual(multiply(x, first, size, size, 2));
  if (offline === 'real') {
    const { bytes } = trafficOf(plan);
    const predicted = bytes.map((row) => row.reduce((sum, phases) => sum + Object.entries(phases).reduce((total, [phase, each]) => total + (phase === 'opening' ? 0 : each), 0), 0));
    expect(sent).toEqual(predicted);
  }
});

test('one left factor in two shapes is masked for each of them, by columns of its own', async () => {
  const wide = matrix(9, 1, 2n);
  const mixed: readonly PlanStep[] = [
    { op: 'matmul', out: 'square', left: 'x', right: 'z', fractionBits: 0 },
    { op: 'reshape', out: 'flat', value: 'x', shape: [4, 9] },
    { op: 'matmul', out: 'other', left: 'flat', right: 'w', fractionBits: 0 },
    { op: 'matmul', out: 'again', left: 'x', right: 'square', fractionBits: 0 },
    { op: 'matmul', out: 'last', left: 'flat', right: 'w', fractionBits: 0 },
  ];
  const all = { x: vectors.x, z: vectors.z, w: { party: 1, values: wide } };
  const shapes: Record<string, number[]> = { x: [size, size], z: [size, 1], w: [9, 1] };
  const base = planOf(2, all, mixed, { square: size, other: 4, again: size, last: 4 });
  const plan = { ...base, inputs: base.inputs.map((input) => ({ ...input, shape: shapes[input.name]!, range: { min: '-11', max: '11' } })) };
  expect(lower(plan).online.flatMap(({ interactive }) => interactive.flatMap((each) => (each.op === 'matmul' ? [each.series] : []))))
    .toEqual([{ number: 0, from: 0, columns: 2 }, { number: 1, from: 0, columns: 2 }, { number: 1, from: 1, columns: 2 }, { number: 0, from: 1, columns: 2 }]);
  const held = allHeld(await runParties(plan, all, { offline: 'ideal' }));
  const [opened] = await Promise.all(held.map((each) => each.open([0])));
  const signed = (name: string): bigint[] => Array.from(opened!.get(name)!, (word) => BigInt.asIntN(64, word));
  const square = multiply(x, z, size, size, 1);
  const other = multiply(x, wide, 4, 9, 1);
  expect([signed('square'), signed('other'), signed('again'), signed('last')]).toEqual([square, other, multiply(x, square, size, size, 1), other]);
});

test.each([[{ rows: 2 }], [{ inner: 3 }], [{ number: 8 }], [{ of: 3 }], [{}]])('a series that did not begin, or in another shape, takes no triple: %p', async (other: { rows?: number; inner?: number; number?: number; of?: number }) => {
  const correlations = await idealCorrelations(new Uint8Array(32), 0, 2, { triples: 0, andWords: 0, daBits: 0, matrixTriples: [{ rows: 1, inner: 2, columns: 2 }] });
  const mesh = Mesh.over(0, 2, memoryLinks(2)[0]!);
  const suite = new AdditiveSuite({ mesh, randomness: seededRandomness('series'), correlations });
  const memory = new KernelMemory(4096);
  const operation = (from: number, { rows = 1, inner = 2, number = 7, of = 2 }): RoundOperation => ({ op: 'matmul', out: memory.take(64), left: memory.take(64), right: memory.take(64), rows, inner, columns: 1, series: { number, from, columns: of } });
  // Its first column, of which the peer hears nothing here.
  if (Object.keys(other).length > 0) suite.round(memory, [operation(0, {})]).catch(() => undefined);
  await expect(suite.round(memory, [operation(1, other)])).rejects.toThrow('a series of products goes on that did not begin');
  mesh.close();
});
