import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { type PlanStep, MAX_PARTIES, planCost } from '#program';
import { type PrivateVector, type Setting, allHeld, planOf, runParties } from '#testing';
import { nativeKem } from '../ot/index.js';

const low = (value: bigint): bigint => BigInt.asUintN(64, value);
const edges = [0n, 1n, 2n ** 32n - 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];
const random = (length: number): bigint[] => [...new BigUint64Array(new Uint8Array(randomBytes(8 * length)).buffer)];

const comparisons: [bigint[], number, boolean][] = [
  [[10n, 11n, 2n ** 62n - 1n], 10, true],
  [[5n, 5n, 5n, 5n, 5n, 5n, 4n], 5, false],
  [[5n, 5n, 5n, 5n, 5n, 5n, 5n], 5, true],
  [[10n, 9n, 12n], 10, false],
  [[2n ** 53n - 1n], 2 ** 53 - 1, true],
  [[0n], 1, false],
  [[0n], 0, true],
];

// The same suite on the real offline phase and on the functionality that it realises.
describe.each<[string, number, Setting]>([
  ...[2, 3, 4, 5, 6, 8, MAX_PARTIES].map((n): [string, number, Setting] => ['the ideal dealer', n, { offline: 'ideal' }]),
  ...[2, 3, 5, 6].map((n): [string, number, Setting] => ['real triples', n, { offline: 'real' }]),
  ['triples of Ferret', 2, { offline: 'real', of: () => ({ correlations: 'ferret-b10' }) }],
  ['triples of Ferret', 3, { offline: 'real', of: () => ({ correlations: 'ferret-b11' }) }],
  ['real triples on ML-KEM', 2, { offline: 'real', kem: nativeKem }],
])('on %s, %i parties', (_, parties, setting) => {
  test('add, multiply and combine as in Z_2^64, and only receivers learn', async () => {
    const vectors: Record<string, PrivateVector> = {
      x: { party: 0, values: [...edges, ...random(5)] },
      y: { party: 1, values: [...random(5), ...edges] },
      z: { party: parties - 1, values: random(11) },
      w: { party: 0, values: [2n ** 64n - 3n] },
      v: { party: 1, values: [2n ** 63n] },
    };
    const plan = planOf(parties, vectors, [
      { op: 'add', out: 'sum', terms: ['x', 'y', 'z', 'w'].slice(0, 3) },
      { op: 'add', out: 'shifted', terms: ['x', 'w'] },
      { op: 'multiply', out: 'xy', left: 'x', right: 'y' },
      { op: 'multiply', out: 'wz', left: 'w', right: 'z' },
      { op: 'multiply', out: 'wv', left: 'w', right: 'v' },
      { op: 'combine', out: 'mix', columns: ['x', 'y', 'z'], weights: ['w', 'v', 'w'] },
    ], { sum: 11, shifted: 11, xy: 11, wz: 11, wv: 1, mix: 11 });
    const held = allHeld(await runParties(plan, vectors, setting));
    const [x, y, z] = ['x', 'y', 'z'].map((name) => vectors[name]!.values);
    const [w, v] = ['w', 'v'].map((name) => vectors[name]!.values[0]!);
    const expected: Record<string, bigint[]> = {
      sum: x!.map((each, i) => each + y![i]! + z![i]!),
      shifted: x!.map((each) => each + w!),
      xy: x!.map((each, i) => each * y![i]!),
      wz: z!.map((each) => w! * each),
      wv: [w! * v!],
      mix: x!.map((each, i) => each * w! + y![i]! * v! + z![i]! * w!),
    };
    expect(new Set(held.map((each) => Buffer.from(each.transcript).toString('hex'))).size).toBe(1);
    const opened = await Promise.all(held.map((each) => each.open([0, parties - 1])));
    for (const [party, values] of opened.entries()) {
      if (party !== 0 && party !== parties - 1) expect(values).toBeUndefined();
      else for (const [name, want] of Object.entries(expected)) expect([...values!.get(name)!]).toEqual(want.map(low));
    }
    expect(held.every((each) => [...each.shares.values()].every((share) => share.every((word) => word === 0n)))).toBe(true);
  });

  // Every party sets up transfers with every other, so the real offline phase sees fewer cases the more there are.
  test.each(setting.offline === 'ideal' ? comparisons : comparisons.slice(0, Math.max(1, 6 - parties)))('%p at least %i: %p', async (values, bound, enough) => {
    const vectors: Record<string, PrivateVector> = { a: { party: 0, values: values.map((each) => each - 3n) }, b: { party: 1, values: values.map(() => 3n) } };
    const plan = planOf(parties, vectors, [
      { op: 'add', out: 'count', terms: ['a', 'b'] },
      { op: 'require_at_least', value: 'count', bound },
      { op: 'require_at_least', value: 'b', bound: 3 },
    ], { count: values.length });
    const results = await runParties(plan, vectors, setting);
    if (enough) expect([...(await Promise.all(allHeld(results).map((each) => each.open([0]))))[0]!.get('count')!]).toEqual(values);
    else for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0707', step: 'require_at_least' } });
  });
});

test('any plan computes what its steps say, whoever holds the inputs', async () => {
  const word = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
  const plans = fc.record({ parties: fc.integer({ min: 2, max: 8 }), length: fc.integer({ min: 1, max: 70 }) }).chain(({ parties, length }) =>
    fc.record({
      parties: fc.constant(parties),
      vectors: fc.array(fc.record({ party: fc.integer({ min: 0, max: parties - 1 }), scalar: fc.boolean(), seed: fc.array(word, { minLength: length, maxLength: length }) }), { minLength: 2, maxLength: 5 }),
      steps: fc.array(fc.tuple(fc.constantFrom('add', 'multiply', 'combine'), fc.array(fc.nat(), { minLength: 2, maxLength: 4 })), { maxLength: 6 }),
    }));
  await fc.assert(fc.asyncProperty(plans, async ({ parties, vectors, steps }) => {
    const inputs = Object.fromEntries(vectors.map(({ party, scalar, seed }, i) => [`x${i}`, { party, values: scalar ? seed.slice(0, 1) : seed }]));
    const clear = new Map(Object.entries(inputs).map(([name, { values }]) => [name, values]));
    const planned: PlanStep[] = steps.flatMap(([op, picks], i): PlanStep[] => {
      const names = [...clear.keys()];
      const operands = picks.map((pick) => names[pick % names.length]!);
      const at = (name: string, j: number): bigint => clear.get(name)![clear.get(name)!.length === 1 ? 0 : j]!;
      const out = `y${i}`;
      const [left, right] = operands as [string, string];
      const over = (among: readonly string[], value: (j: number) => bigint): void => {
        clear.set(out, Array.from({ length: Math.max(...among.map((name) => clear.get(name)!.length)) }, (__, j) => low(value(j))));
      };
      if (op === 'add') {
        over(operands, (j) => operands.reduce((sum, name) => sum + at(name, j), 0n));
        return [{ op, out, terms: operands }];
      }
      if (op === 'multiply') {
        over([left, right], (j) => at(left, j) * at(right, j));
        return [{ op, out, left, right }];
      }
      const weights = names.filter((name) => clear.get(name)!.length === 1).slice(0, 3);
      if (weights.length === 0) return [];
      const columns = weights.map(() => left);
      over(columns, (j) => weights.reduce((sum, name) => sum + at(name, 0) * at(left, j), 0n));
      return [{ op: 'combine', out, columns, weights }];
    });
    const plan = planOf(parties, inputs, planned, Object.fromEntries([...clear].map(([name, values]) => [name, values.length])));
    const held = allHeld(await runParties(plan, inputs, { offline: 'ideal' }));
    const [opened] = await Promise.all(held.map((each) => each.open([0])));
    for (const [name, values] of clear) expect([...opened!.get(name)!]).toEqual(values.map(low));
  }), { numRuns: 60 });
});

test('a session needs the rounds that the plan states, and two for the hello and the transcript', async () => {
  const vectors = { a: { party: 0, values: [7n, 8n, 9n] }, b: { party: 1, values: [3n, 3n, 3n] } };
  const plan = planOf(3, vectors, [
    { op: 'multiply', out: 'c', left: 'a', right: 'b' },
    { op: 'multiply', out: 'd', left: 'c', right: 'b' },
    { op: 'require_at_least', value: 'c', bound: 20 },
  ], { d: 3 });
  const held = allHeld(await runParties(plan, vectors, { offline: 'ideal' }));
  await Promise.all(held.map((each) => each.open([0, 1, 2])));
  const { offlineRounds, rounds } = planCost(plan);
  for (const each of held) expect(each.stats.rounds).toBe(offlineRounds + rounds + 2);
});

test('the statistics say where transfers came from, why, and what making the triples was to cost', async () => {
  const vectors = { a: { party: 0, values: [7n] }, b: { party: 1, values: [3n] } };
  const plan = planOf(2, vectors, [{ op: 'multiply', out: 'c', left: 'a', right: 'b' }], { c: 1 });
  for (const [correlations, expected] of [
    [undefined, { name: 'softspoken', restsOn: ['module-lwe'], reason: 'too few multiplications to pay for the set-up of Ferret' }],
    ['ferret-b10', { name: 'ferret-b10', restsOn: ['module-lwe', 'lpn'], reason: 'asked for' }],
  ] as const) {
    const held = allHeld(await runParties(plan, vectors, { offline: 'real', of: () => ({ correlations }) }));
    for (const { stats } of held) {
      expect(stats.correlations).toEqual({ ...expected, bytesPerPair: expect.any(Number) });
      // All but the hello, the inputs, the product and the transcripts.
      expect(stats.bytesSent + stats.bytesReceived - stats.correlations.bytesPerPair).toBe(2 * (52 + 36 + 36 + 52));
    }
    for (const each of held) each.discard();
  }
});

test('outputs print no share, open once, and are wiped when given up', async () => {
  const vectors = { a: { party: 0, values: [7n] }, b: { party: 1, values: [3n] } };
  const plan = planOf(2, vectors, [{ op: 'add', out: 'c', terms: ['a', 'b'] }], { c: 1 });
  const [first, second] = allHeld(await runParties(plan, vectors, { offline: 'real' }));
  expect(`${JSON.stringify(first)} ${String(first!.stats.suite)}`).toBe('"[secret]" additive-z64');
  expect((await import('node:util')).inspect(first)).toBe('HeldOutputs [secret]');
  expect(BigInt.asUintN(64, first!.shares.get('c')![0]! + second!.shares.get('c')![0]!)).toBe(10n);
  first!.discard();
  expect([...first!.shares.get('c')!]).toEqual([0n]);
  await expect(first!.open([0])).rejects.toThrow('already opened or discarded');
  await expect(second!.open([1])).rejects.toMatchObject({ code: 'CS0702', blame: 0 });
});
