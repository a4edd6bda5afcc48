import fc from 'fast-check';
import { type OwnTensor, planOfSteps, runSteps } from '#testing';
import { type Dyadic, type PlanStep, type SuiteName, dyadic, toNumber } from '../index.js';
import { nearlyError } from '../machine/nearly.js';

type Settings = readonly [SuiteName, number];
const SETTINGS: readonly Settings[] = [['additive-z64', 2], ['additive-z64', 3], ['additive-z64', 5], ['replicated-z64', 3], ['shamir-p61', 3]];

/** ⌊value · 2^bits⌋ */
const floorAt = ({ m, e }: Dyadic, bits: number): bigint => (e + bits >= 0 ? m << BigInt(e + bits) : m >> BigInt(-e - bits));

/** Of less magnitude than 2^bits, with the ends and small ones more often. */
const integersBelow = (bits: number): fc.Arbitrary<bigint> => {
  const end = (1n << BigInt(bits)) - 1n;
  return fc.oneof(fc.bigInt({ min: -end, max: end }), fc.bigInt({ min: -3n, max: 3n }), fc.constantFrom(-end, end, -end + 1n, end - 1n, 1n << BigInt(bits - 1), -(1n << BigInt(bits - 1))));
};

/** Sizes of axes, of which some have no elements. */
const anySize = (most: number): fc.Arbitrary<number> => fc.oneof({ arbitrary: fc.integer({ min: 1, max: most }), weight: 9 }, { arbitrary: fc.constant(0), weight: 1 });
const anyShape = fc.array(anySize(3), { minLength: 1, maxLength: 3 });
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const tensorOf = (shape: readonly number[], element: fc.Arbitrary<bigint>, fractionBits = 0): fc.Arbitrary<OwnTensor> =>
  fc.array(element, { minLength: sizeOf(shape), maxLength: sizeOf(shape) }).map((elements) => ({ shape, elements, fractionBits }));

/** What the steps open is the exact result, truncated towards −∞ to its scale. */
function expectExact([suite, parties]: Settings, tensors: Readonly<Record<string, OwnTensor>>, steps: readonly PlanStep[], out = 'y'): void {
  const { outputs, clear, types } = runSteps(planOfSteps(suite, tensors, steps, [out], parties), tensors);
  expect(outputs.get(out)).toEqual(clear.get(out)!.map((value) => floorAt(value, types.get(out)!.fractionBits)));
}

describe.each(SETTINGS)('%s with %i parties', (...settings) => {
  const valueBits = settings[0] === 'shamir-p61' ? 59 : 62;
  const check = (tensors: fc.Arbitrary<Record<string, OwnTensor>>, steps: readonly PlanStep[], numRuns = 30): void =>
    fc.assert(fc.property(tensors, (each) => expectExact(settings, each, steps)), { numRuns });
  const pair = (bits: number, fractionBits = 0): fc.Arbitrary<Record<string, OwnTensor>> => anyShape.chain((shape) =>
    fc.record({ x: tensorOf(shape, integersBelow(bits), fractionBits), z: fc.oneof(tensorOf(shape, integersBelow(bits), fractionBits), tensorOf([1], integersBelow(bits), fractionBits)) }));

  it('compares any two values whose difference fits', () => {
    check(pair(valueBits - 1), [{ op: 'less', out: 'y', left: 'x', right: 'z' }]);
    check(pair(valueBits - 1), [{ op: 'equal', out: 'y', left: 'z', right: 'x' }]);
    check(pair(2), [{ op: 'less', out: 'y', left: 'x', right: 'z' }]);
    check(pair(2), [{ op: 'equal', out: 'y', left: 'x', right: 'z' }]);
  });
  it('takes the greater, the less, what is above zero, the magnitude', () => {
    for (const op of ['maximum', 'minimum'] as const) check(pair(valueBits - 1), [{ op, out: 'y', left: 'x', right: 'z' }]);
    for (const op of ['relu', 'abs'] as const) check(pair(valueBits), [{ op, out: 'y', value: 'x' }]);
  });
  it('selects', () => {
    check(pair(valueBits - 2), [{ op: 'less', out: 'c', left: 'x', right: 'z' }, { op: 'select', out: 'y', condition: 'c', yes: 'x', no: 'z' }]);
  });

  it('multiplies and truncates', () => {
    const factors = (fractionBits: number): fc.Arbitrary<Record<string, OwnTensor>> => anyShape.chain((shape) => fc.record({
      x: fc.oneof(tensorOf(shape, integersBelow(valueBits - 32), fractionBits), tensorOf([1], integersBelow(valueBits - 32), fractionBits)), z: tensorOf(shape, integersBelow(32), 3),
    }));
    check(factors(5), [{ op: 'product', out: 'y', left: 'x', right: 'z', fractionBits: 4 }]);
    check(factors(5), [{ op: 'product', out: 'y', left: 'z', right: 'x', fractionBits: 8 }]);
    check(factors(-3), [{ op: 'product', out: 'y', left: 'z', right: 'x', fractionBits: -4 }]);
    check(factors(5).map(({ x, z }) => ({ x, z: { ...z, range: { min: -1n << 32n, max: 1n << 32n } } })), [{ op: 'multiply', out: 'y', left: 'z', right: 'x' }]);
  });
  it('multiplies what the program knows to be small enough', () => {
    // One factor is large just where the other is small.
    const factors = fc.tuple(fc.nat(28), integersBelow(28)).map(([bits, x]): Record<string, OwnTensor> => ({
      x: { shape: [1], elements: [x >> BigInt(bits)], range: { min: -1n << 28n, max: 1n << 28n } }, z: { shape: [1], elements: [1n << BigInt(bits)], range: { min: 0n, max: 1n << 40n } },
    }));
    const bound = { min: String(-1n << 29n), max: String(1n << 29n) };
    check(factors, [{ op: 'product', out: 'y', left: 'x', right: 'z', fractionBits: -4, bound }]);
    const x: OwnTensor = { shape: [1], elements: [3n], range: { min: 0n, max: 1n << 40n } };
    const run = (extra: object): void => expectExact(settings, { x, z: x }, [{ op: 'product', out: 'y', left: 'x', right: 'z', fractionBits: 0, ...extra }]);
    expect(() => run({})).toThrow(expect.objectContaining({ code: 'CS0633', message: expect.stringMatching(/^`y` could overflow the (59|62) bits of/) }));
    // The first value that could, by its own name, whatever is made of it.
    const steps: PlanStep[] = [{ op: 'linear', out: 'half', terms: [{ value: 'x', factor: '1' }] }, { op: 'multiply', out: 'the area', left: 'half', right: 'x' }, { op: 'sum', out: 'y', value: 'the area', axis: 0 }];
    expect(() => expectExact(settings, { x }, steps)).toThrow(expect.objectContaining({ code: 'CS0633', message: expect.stringContaining('`the area` could overflow') }));
    expect(() => run({ bound: { min: '0', max: '3' } })).toThrow(expect.objectContaining({ code: 'CS0620' }));
    run({ bound: { min: '0', max: '9' } });
  });
  it('rounds down to integers', () => {
    for (const fractionBits of [0, 5, 20]) check(anyShape.chain((shape) => fc.record({ x: tensorOf(shape, integersBelow(valueBits - 1), fractionBits) })), [{ op: 'floor', out: 'y', value: 'x' }]);
  });
  it('brings numbers of any magnitude to as many bits', () => {
    const any = anyShape.chain((shape) => fc.record({ x: tensorOf(shape, integersBelow(58).map((x) => (x < 0n ? -x : x)), 7) }));
    for (const power of [1, 2] as const) {
      check(any, [{ op: 'normaliser', out: 'y', value: 'x', bits: 58, power }]);
      check(any.map(({ x }) => ({ x: { ...x, range: { min: 1n, max: 1n << 40n }, elements: x.elements.map((each) => (each >> 18n) + 1n) } })), [{ op: 'normaliser', out: 'y', value: 'x', bits: 41, power }]);
    }
  });
  it('multiplies matrices', () => {
    const matrices = fc.tuple(anySize(4), anySize(4), anySize(4)).chain(([m, k, n]) =>
      fc.record({ x: tensorOf([m, k], integersBelow(28), 3), z: tensorOf([k, n], integersBelow(28), 2) }));
    for (const fractionBits of [5, 1, 6]) check(matrices, [{ op: 'matmul', out: 'y', left: 'x', right: 'z', fractionBits }]);
  });
  it('multiplies matrices nearly, within the range that is stated', () => {
    const matrices = fc.tuple(anySize(4), anySize(4), anySize(4), fc.integer({ min: 1, max: 27 })).chain(([m, k, n, bits]) =>
      fc.record({ x: tensorOf([m, k], integersBelow(bits), 13), z: tensorOf([k, n], integersBelow(27), 12) }));
    for (const fractionBits of [0, 5, 16, 24, 25, 27]) {
      fc.assert(fc.property(matrices, (tensors) => {
        const step = { op: 'matmul', out: 'y', left: 'x', right: 'z', fractionBits, near: true } as const;
        const { outputs, clear, types } = runSteps(planOfSteps(settings[0], tensors, [step], ['y'], settings[1]), tensors);
        const { range } = types.get('y')!;
        expect(outputs.get('y')).toHaveLength(tensors.x!.shape[0]! * tensors.z!.shape[1]!);
        outputs.get('y')!.forEach((element, i) => {
          const { m, e } = clear.get('y')![i]!;
          // Truncated towards −∞ where there is no room for a mask.
          expect(Math.abs(toNumber(dyadic(element)) - toNumber({ m, e: e + fractionBits }))).toBeLessThan(nearlyError(settings[1]));
          expect(range === undefined || (element >= range.min && element <= range.max)).toBe(true);
        });
      }), { numRuns: 20 });
    }
  });
  it('finds the greatest, the least and the first greatest along every axis', () => {
    const cubes = (axis: number) => fc.tuple(anySize(5), anySize(5), anySize(2)).map((shape) => shape.with(axis, Math.max(1, shape[axis]!))).chain((shape) =>
      fc.record({ x: fc.oneof(tensorOf(shape, integersBelow(valueBits - 1), 4), tensorOf(shape, integersBelow(1), 4)) }));
    for (const op of ['max', 'min', 'argmax'] as const) for (const axis of [0, 1, 2]) check(cubes(axis), [{ op, out: 'y', value: 'x', axis }], 8);
  });
  it('sorts, and finds the middle', () => {
    const rows = (columns: fc.Arbitrary<number>) => fc.tuple(anySize(3), columns).chain((shape) =>
      fc.record({ x: fc.oneof(tensorOf(shape, integersBelow(valueBits - 1), 4), tensorOf(shape, integersBelow(1), 4)) }));
    check(rows(anySize(9)), [{ op: 'sort', out: 'y', value: 'x' }], 15);
    check(rows(fc.integer({ min: 1, max: 9 })), [{ op: 'median', out: 'y', value: 'x' }], 15);
  });
  it('looks rows up', () => {
    const tables = fc.tuple(fc.integer({ min: 1, max: 20 }), anySize(3), anySize(5)).chain(([rows, width, length]) => fc.record({
      // Nothing can be looked up in a table without rows, and that is all right.
      x: tensorOf([length === 0 ? 0 : rows, width], integersBelow(valueBits), 4),
      i: tensorOf([length], fc.bigInt({ min: 0n, max: BigInt(rows - 1) })).map((each) => ({ ...each, range: { min: 0n, max: BigInt(rows - 1) } })),
    }));
    check(tables, [{ op: 'lookup', out: 'y', table: 'x', index: 'i' }]);
  });
  it('adds up, and meets columns with weights', () => {
    const vectors = anyShape.chain((shape) => fc.record({ x: tensorOf(shape, integersBelow(valueBits - 4), 2), z: fc.oneof(tensorOf(shape, integersBelow(valueBits - 4), 2), tensorOf([1], integersBelow(valueBits - 4), 2)) }));
    check(vectors, [{ op: 'linear', out: 'y', terms: [{ value: 'x', factor: '3' }, { value: 'z', factor: '-5' }], constant: '-7' }]);
    check(vectors, [{ op: 'add', out: 'y', terms: ['z', 'x', 'x'] }]);
    const unknown: PlanStep[] = [{ op: 'combine', out: 'y', columns: ['x', 'x'], weights: ['w', 'v'] }];
    check(anySize(9).chain((length) => fc.record({ x: tensorOf([length], integersBelow(28), 3), w: tensorOf([1], integersBelow(28), 2), v: tensorOf([1], integersBelow(28), 2) })), unknown);
    check(vectors, [{ op: 'within', out: 'y', value: 'x', min: String(-(1n << 61n)), max: String(1n << 61n) }]);
  });
  it('moves elements, and sums along an axis', () => {
    const cubes = fc.tuple(anySize(3), anySize(3), anySize(3)).chain(([a, b, c]) => fc.record({ x: tensorOf([a, b, c], integersBelow(valueBits - 3), 2), z: tensorOf([a, 1, c], integersBelow(valueBits - 3), 2) }));
    const each = (step: (x: OwnTensor) => PlanStep): void => fc.assert(fc.property(cubes, (tensors) => expectExact(settings, tensors, [step(tensors.x)])), { numRuns: 15 });
    each(({ shape: [a, b, c] }) => ({ op: 'reshape', out: 'y', value: 'x', shape: [b! * c!, 1, a!] }));
    each(() => ({ op: 'transpose', out: 'y', value: 'x', axes: [2, 0, 1] }));
    each(({ shape }) => ({ op: 'slice', out: 'y', value: 'x', axis: 1, from: Math.min(1, shape[1]!), to: shape[1]! }));
    each(() => ({ op: 'concat', out: 'y', values: ['x', 'z', 'x'], axis: 1 }));
    each(({ shape: [a, b, c] }) => ({ op: 'broadcast', out: 'y', value: 'z', shape: [2, a!, b!, c!] }));
    for (const axis of [0, 1, 2]) each(() => ({ op: 'sum', out: 'y', value: 'x', axis }));
  });
  it('truncates towards −∞, at every number of bits', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: valueBits }), tensorOf([5], integersBelow(valueBits)), (bits, x) =>
      expectExact(settings, { x: { ...x, fractionBits: bits } }, [{ op: 'rescale', out: 'y', value: 'x', fractionBits: 0 }])), { numRuns: 80 });
  });
});

describe.each([['additive-z64', 2], ['shamir-p61', 4]] as const)('what only moves elements, %s with %i parties', (...settings) => {
  const x: OwnTensor = { shape: [2, 3, 4], elements: Array.from({ length: 24 }, (_, i) => BigInt(i * i - 50)), fractionBits: 2 };
  const z: OwnTensor = { shape: [2, 1, 4], elements: Array.from({ length: 8 }, (_, i) => BigInt(i - 3)), fractionBits: 2 };
  const check = (steps: readonly PlanStep[]): void => expectExact(settings, { x, z }, steps);

  it('follows from the clear, which follows from indices', () => {
    check([{ op: 'reshape', out: 'y', value: 'x', shape: [6, 4] }]);
    for (const axes of [[0, 1, 2], [2, 0, 1], [1, 0, 2], [2, 1, 0]]) check([{ op: 'transpose', out: 'y', value: 'x', axes }]);
    for (const [axis, from, to] of [[0, 1, 2], [1, 0, 2], [2, 1, 4]] as const) check([{ op: 'slice', out: 'y', value: 'x', axis, from, to }]);
    check([{ op: 'concat', out: 'y', values: ['x', 'z', 'x'], axis: 1 }]);
    check([{ op: 'constant', out: 'k', shape: [2, 3, 1], values: ['1', '2', '-3', '4', '5', '6'], fractionBits: 2 }, { op: 'concat', out: 'y', values: ['k', 'x', 'k'], axis: 2 }]);
    check([{ op: 'broadcast', out: 'y', value: 'z', shape: [2, 2, 3, 4] }]);
    for (const axis of [0, 1, 2]) check([{ op: 'sum', out: 'y', value: 'x', axis }]);
    check([{ op: 'linear', out: 'y', terms: [{ value: 'x', factor: '3' }, { value: 'x', factor: '-5' }], constant: '7' }]);
    check([{ op: 'constant', out: 'k', shape: [], values: ['9'], fractionBits: 2 }, { op: 'linear', out: 'y', terms: [{ value: 'k', factor: '3' }, { value: 'x', factor: '1' }] }]);
  });

  it('moves as numpy does', () => {
    const { clear } = runSteps(planOfSteps(settings[0], { x, z }, [
      { op: 'transpose', out: 't', value: 'x', axes: [2, 0, 1] }, { op: 'slice', out: 's', value: 'x', axis: 1, from: 1, to: 3 }, { op: 'concat', out: 'c', values: ['z', 'x'], axis: 1 },
      { op: 'broadcast', out: 'b', value: 'z', shape: [2, 2, 4] },
    ], ['t', 's', 'c', 'b'], settings[1]), { x, z });
    const of = (name: string): bigint[] => clear.get(name)!.map(({ m }) => m);
    const at = ({ elements }: OwnTensor, i: number, j: number, k: number, width: number): bigint => elements[(i * width + j) * 4 + k]!;
    const all = (...sizes: readonly number[]): number[][] => sizes.reduce<number[][]>((places, size) => places.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])), [[]]);
    expect(of('t')).toEqual(all(4, 2, 3).map(([a, b, c]) => at(x, b!, c!, a!, 3)));
    expect(of('s')).toEqual(all(2, 2, 4).map(([a, b, c]) => at(x, a!, b! + 1, c!, 3)));
    expect(of('c')).toEqual(all(2, 4, 4).map(([a, b, c]) => (b === 0 ? at(z, a!, 0, c!, 1) : at(x, a!, b! - 1, c!, 3))));
    expect(of('b')).toEqual(all(2, 2, 4).map(([a, _, c]) => at(z, a!, 0, c!, 1)));
  });
});

describe.each([['additive-z64', 2], ['replicated-z64', 3], ['shamir-p61', 3]] as const)('operands of every kind, %s with %i parties', (...settings) => {
  const x: OwnTensor = { shape: [2, 3], elements: [-5n, 0n, 7n, 3n, -2n, 7n], fractionBits: 1 };
  const constant = (out: string, shape: readonly number[], values: readonly number[]): PlanStep => ({ op: 'constant', out, shape, values: values.map(String), fractionBits: 1 });
  const known = [constant('k', [2, 3], [1, 0, -7, 3, 2, 7]), constant('l', [2, 3], [0, 4, -7, 1, 1, 1]), constant('n', [3, 2], [1, 2, 3, -4, -5, -6])];

  it('takes what everybody knows in the place of what is shared', () => {
    const binary = (left: string, right: string): PlanStep[] => [
      { op: 'less', out: `less${left}${right}`, left, right }, { op: 'equal', out: `equal${left}${right}`, left, right }, { op: 'maximum', out: `maximum${left}${right}`, left, right },
      { op: 'minimum', out: `minimum${left}${right}`, left, right }, { op: 'product', out: `product${left}${right}`, left, right, fractionBits: 1 },
      { op: 'multiply', out: `multiply${left}${right}`, left, right }, { op: 'add', out: `add${left}${right}`, terms: [left, right] },
      { op: 'select', out: `select${left}${right}`, condition: `less${left}${right}`, yes: left, no: right },
    ];
    const unary = (value: string): PlanStep[] => [
      ...(['relu', 'abs', 'sort', 'median'] as const).map((op): PlanStep => ({ op, out: `${op}${value}`, value })),
      ...(['max', 'min', 'argmax', 'sum'] as const).map((op): PlanStep => ({ op, out: `${op}${value}`, value, axis: 1 })),
      { op: 'rescale', out: `rescale${value}`, value, fractionBits: 0 }, { op: 'matmul', out: `matmul${value}`, left: value, right: 'n', fractionBits: 1 },
      { op: 'lookup', out: `lookup${value}`, table: value, index: 'i' },
    ];
    const all = [...known, { op: 'constant', out: 'i', shape: [3], values: ['1', '0', '1'], fractionBits: 0 } as const,
      ...[['x', 'k'], ['k', 'x'], ['k', 'l'], ['x', 'x']].flatMap(([left, right]) => binary(left!, right!)), ...['x', 'k'].flatMap(unary)];
    for (const step of all) if ('out' in step) expectExact(settings, { x }, all, step.out);
  });

  it('knows what tensors without elements come to', () => {
    const nothing: PlanStep[] = [
      { op: 'slice', out: 'e', value: 'x', axis: 0, from: 1, to: 1 }, { op: 'slice', out: 'f', value: 'x', axis: 1, from: 0, to: 0 }, { op: 'transpose', out: 't', value: 'f', axes: [1, 0] },
      { op: 'relu', out: 'r', value: 'e' }, { op: 'less', out: 'c', left: 'e', right: 'r' }, { op: 'select', out: 's', condition: 'c', yes: 'e', no: 'r' }, { op: 'sort', out: 'o', value: 's' },
      { op: 'max', out: 'm', value: 'e', axis: 1 }, { op: 'median', out: 'n', value: 'e' }, { op: 'product', out: 'p', left: 'o', right: 'e', fractionBits: 3 }, { op: 'abs', out: 'a', value: 'f' },
    ];
    const check = (step: PlanStep): void => expectExact(settings, { x }, [...nothing, step]);
    check({ op: 'sum', out: 'y', value: 'e', axis: 0 });
    check({ op: 'sum', out: 'y', value: 'f', axis: 1 });
    check({ op: 'matmul', out: 'y', left: 'f', right: 't', fractionBits: 1 });
    check({ op: 'concat', out: 'y', values: ['e', 'x', 's'], axis: 0 });
    check({ op: 'concat', out: 'y', values: ['x', 'a'], axis: 1 });
    const e: OwnTensor = { shape: [0, 3], elements: [], fractionBits: 1 };
    const steps: PlanStep[] = [
      { op: 'product', out: 'y', left: 'e', right: 'e', fractionBits: 1 }, { op: 'less', out: 'n', left: 'y', right: 'e' }, { op: 'require_at_least', value: 'n', bound: 1 }, { op: 'reshape', out: 'm', value: 'n', shape: [5, 0] },
    ];
    const { outputs } = runSteps(planOfSteps(settings[0], { x, e }, steps, ['e', 'y', 'n', 'm'], settings[1]), { x, e });
    expect([...outputs.values()]).toEqual([[], [], [], []]);
    for (const op of ['max', 'argmax'] as const) expect(() => check({ op, out: 'y', value: 'e', axis: 0 })).toThrow('along an axis that has none');
    expect(() => check({ op: 'median', out: 'y', value: 'f' })).toThrow('along an axis that has none');
  });
});
