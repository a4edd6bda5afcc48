import { type Dyadic, compare, dyadic } from '../../dyadic.js';
import { PlanError } from '../../errors.js';
import { type Operator, type TensorType, malformed } from '../operator.js';
import { type TensorStep } from '../steps.js';

interface Ends {
  readonly min: string;
  readonly max: string;
}

/** The type in a range that is narrower than what follows from the operands, on the planner's word. */
export function narrowed(type: TensorType, { min, max }: Ends, out: string): TensorType {
  const [least, most] = [BigInt(min), BigInt(max)];
  if (least > most) throw malformed(`\`${out}\` lies between ends that are the wrong way round`);
  const range = type.range ? { min: least > type.range.min ? least : type.range.min, max: most < type.range.max ? most : type.range.max } : { min: least, max: most };
  if (range.min > range.max) throw malformed(`\`${out}\` cannot lie where it is said to`);
  return { ...type, range };
}

/** Throws CS0620 when the planner's word does not hold. Exact values may lie a truncated unit or two beyond what is computed. */
export function expectWithin(values: readonly Dyadic[], { min, max }: Ends, fractionBits: number, out: string): void {
  const [least, most] = [dyadic(BigInt(min) - 2n, -fractionBits), dyadic(BigInt(max) + 2n, -fractionBits)];
  if (values.some((x) => compare(x, least) < 0 || compare(x, most) > 0)) throw new PlanError('CS0620', `\`${out}\` leaves the range that its program states`);
}

/** No instruction. */
export const within: Operator<Extract<TensorStep, { op: 'within' }>> = {
  infer: (step, typeOf) => narrowed(typeOf(step.value), step, step.out),
  lower: ({ value }, { register }) => register(value),
  clear: (step, valueOf, typeOf) => {
    const values = valueOf(step.value);
    expectWithin(values, step, typeOf(step.value).fractionBits, step.out);
    return values;
  },
};
