import fc from 'fast-check';
import { type Plan, type SuiteName, type Tensor, PlanError, TensorBuilder, checkPlan } from '#program';

/** A plan of random steps, and the elements of its inputs by name. */
export interface AnyExpression {
  readonly plan: Plan;
  readonly elements: ReadonlyMap<string, readonly bigint[]>;
}

const FRACTION_BITS = 4;
const REACH = 2 ** 9;

type Combine = (a: Tensor, b: Tensor) => Tensor;

/** On vectors of one length. All are exact or truncated, so that they give the same wherever they are computed. */
const COMBINE: readonly Combine[] = [
  (a, b) => a.plus(b), (a, b) => a.minus(b), (a, b) => a.times(b, { fractionBits: FRACTION_BITS }), (a) => a.squared({ fractionBits: FRACTION_BITS }), (a) => a.times(3),
  (a, b) => a.lessThan(b), (a, b) => a.equals(b), (a, b) => a.lessThan(0).select(b, a), (a, b) => a.maximum(b), (a) => a.relu(), (a) => a.abs(), (a) => a.sort(), (a) => a.at(2), (a) => a.floor(),
  (a, b) => b.sum().plus(a), (a) => a.reshape([1, a.length]).broadcast([3, a.length]).sum(0), (a) => a.times(0.5, { fractionBits: a.fractionBits + 1 }),
  (a, b) => a.reshape([a.length, 1]).matmul(b.reshape([1, b.length]), { fractionBits: FRACTION_BITS }).sum(1), (a) => (a.length < 2 ? a : a.builder.concat([a.slice(0, 1, a.length), a.slice(0, 0, 1)])),
  (a) => a.max(0).reshape([1]).plus(a), (a, b) => a.reshape([1, a.length]).matmul(b.reshape([b.length, 1]), { fractionBits: FRACTION_BITS }).reshape([1]).plus(a), (a) => a.argmax(0).reshape([1]).plus(a), (a) => a.builder.constant(0.25).maximum(a),
];

/**
 * Expressions over inputs of some parties, of one or of several, and over rows of two, opened at any place; as many steps as fit the words of the suite.
 */
export function anyExpression(suite: SuiteName, parties: number): fc.Arbitrary<AnyExpression> {
  return fc.record({
    length: fc.integer({ min: 1, max: 5 }),
    owners: fc.array(fc.record({ party: fc.nat(parties - 1), onShares: fc.nat(5).map((of) => of === 0), isSplit: fc.boolean() }), { minLength: 1, maxLength: 4 }),
    steps: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 8 }),
    opened: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  }).chain(({ length, owners, steps, opened }) => {
    const plan = written(suite, parties, { length, owners, steps, opened });
    const end = BigInt(REACH * 2 ** FRACTION_BITS);
    return fc.tuple(...owners.map(() => fc.array(fc.oneof(fc.bigInt({ min: -end, max: end }), fc.constantFrom(0n, 1n, -1n, end, -end)), { minLength: length, maxLength: length })))
      .map((values) => ({ plan, elements: new Map(plan.inputs.map(({ name, length: size }) => {
        const [i, part] = name.slice(1).split('.').map(Number) as [number, number | undefined];
        return [name, part === 0 ? values[i]!.slice(0, size) : values[i]!.slice(length - size)];
      })) }));
  });
}

interface Drawn {
  readonly length: number;
  readonly owners: readonly { readonly party: number; readonly onShares: boolean; readonly isSplit: boolean }[];
  readonly steps: readonly (readonly [op: number, left: number, right: number])[];
  readonly opened: readonly number[];
}

function written(suite: SuiteName, parties: number, { length, owners, steps, opened }: Drawn): Plan {
  const planFrom = (used: Drawn['steps']): Plan => {
    const builder = new TensorBuilder({ fractionBits: FRACTION_BITS });
    const values = owners.map(({ party, onShares, isSplit }, i) => {
      const of = (name: string, owner: number, size: number): Tensor => builder.input({
        name, party: owner % parties, shape: [size], fractionBits: FRACTION_BITS, least: -REACH, most: REACH, dataset: 'Rows', source: { of: 'column', column: name }, ...(onShares && { onShares }),
      });
      const first = Math.ceil(length / 2);
      return isSplit ? builder.concat([of(`x${i}.0`, party, first), of(`x${i}.1`, party + 1, length - first)]) : of(`x${i}`, party, length);
    });
    for (const [op, left, right] of used) values.push(COMBINE[op % COMBINE.length]!(values[left % values.length]!, values[right % values.length]!));
    opened.forEach((at, i) => builder.output(`y${i}`, values[(values.length - 1 - (at % values.length))]!));
    const plan: Plan = { v: 1, program: { name: 'Spec', digest: '' }, suite, parties: Array.from({ length: parties }, (_, i) => `Bank ${i}`), receivers: ['Bank 0'], ...builder.body() };
    checkPlan(plan);
    return plan;
  };
  for (let count = steps.length; ; count--) {
    try {
      return planFrom(steps.slice(0, count));
    } catch (error) {
      if (!(error instanceof PlanError) || error.code !== 'CS0633') throw error;
    }
  }
}
