import { compare, dyadic } from '../../dyadic.js';
import { PlanError } from '../../errors.js';
import { type Operator, malformed } from '../operator.js';
import { type TensorStep } from '../steps.js';

/** A range that is narrower than what follows from the operands, on the planner's word. No instruction. */
export const within: Operator<Extract<TensorStep, { op: 'within' }>> = {
  infer: ({ out, value, min, max }, typeOf) => {
    const type = typeOf(value);
    const [least, most] = [BigInt(min), BigInt(max)];
    if (least > most) throw malformed(`\`${out}\` lies between ends that are the wrong way round`);
    const narrowed = type.range ? { min: least > type.range.min ? least : type.range.min, max: most < type.range.max ? most : type.range.max } : { min: least, max: most };
    if (narrowed.min > narrowed.max) throw malformed(`\`${out}\` cannot lie where it is said to`);
    return { ...type, range: narrowed };
  },
  lower: ({ value }, { register }) => register(value),
  clear: ({ out, value, min, max }, valueOf, typeOf) => {
    const { fractionBits } = typeOf(value);
    // Exact values may lie a truncated unit or two beyond what is computed.
    const [least, most] = [dyadic(BigInt(min) - 2n, -fractionBits), dyadic(BigInt(max) + 2n, -fractionBits)];
    const values = valueOf(value);
    if (values.some((x) => compare(x, least) < 0 || compare(x, most) > 0)) throw new PlanError('CS0620', `\`${out}\` leaves the range that its program states`);
    return values;
  },
};
