import { PlanError } from './errors.js';
import { joinTypes } from './join/types.js';
import { checkChecked } from './owned/owners.js';
import { type Plan, type RequireStep, isRequirement } from './plan.js';
import { suiteValueBits } from './suites.js';
import { type Range, type TensorType, lengthOf, malformed } from './tensor/operator.js';
import { operatorOf } from './tensor/operators/index.js';

/**
 * The type of every input and of every step's result, by name. Throws CS0629 when the plan's parts do not fit together, CS0633, naming
 * the value, where one could leave the suite's words, and CS0673 where what is checked on shares may differ from what is computed with.
 */
export function checkPlan(plan: Plan): ReadonlyMap<string, TensorType> {
  const types = new Map<string, TensorType>();
  const limit = 1n << BigInt(suiteValueBits(plan.suite));
  const within = ({ min, max }: Range): boolean => min > -limit && max < limit;
  const define = (name: string, type: TensorType): void => {
    if (types.has(name)) throw malformed(`\`${name}\` is defined twice`);
    if (type.shape.some((size) => !Number.isSafeInteger(size) || size < 0) || !Number.isSafeInteger(lengthOf(type.shape))) throw malformed(`\`${name}\` has no length`);
    if (!Number.isSafeInteger(type.fractionBits)) throw malformed(`\`${name}\` has no scale`);
    for (const range of [type.range, type.peak]) {
      if (range && !within(range)) {
        throw new PlanError('CS0633', `\`${name}\` could overflow the ${suiteValueBits(plan.suite)} bits of \`${plan.suite}\``, [
          'declare narrower ranges, or fewer fraction bits',
        ]);
      }
    }
    types.set(name, type);
  };
  const typeOf = (name: string): TensorType => {
    const type = types.get(name);
    if (!type) throw malformed(`\`${name}\` is used before it is defined`);
    return type;
  };
  for (const { name, party, length, fractionBits, shape = [length], range } of plan.inputs) {
    if (!(party in plan.parties)) throw malformed(`\`${name}\` belongs to no party`);
    if (lengthOf(shape) !== length) throw malformed(`\`${name}\` has ${length} elements for its shape`);
    define(name, { shape, fractionBits, ...(range && { range: { min: BigInt(range.min), max: BigInt(range.max) } }) });
  }
  for (const { name, ...type } of joinTypes(plan)) define(name, type);
  for (const step of plan.steps) {
    if (isRequirement(step)) checkRequirement(step, typeOf(step.value), plan);
    else define(step.out, operatorOf(step).infer(step, typeOf));
  }
  checkChecked(plan);
  for (const { name, value, length, fractionBits } of plan.outputs) {
    const type = typeOf(value);
    if (lengthOf(type.shape) !== length || type.fractionBits !== fractionBits) throw malformed(`the output \`${name}\` is not what its steps compute`);
  }
  return types;
}

function checkRequirement(step: RequireStep, type: TensorType, { parties, suite }: Plan): void {
  const { value } = step;
  if (step.op === 'require_at_least') {
    if (type.fractionBits !== 0) throw malformed(`\`${value}\` is compared but is not a vector of integers`);
    if (!Number.isSafeInteger(step.bound) || step.bound < 0) throw malformed(`\`${value}\` is compared with what is not a natural number`);
    return;
  }
  const limit = 1n << BigInt(suiteValueBits(suite) - 1);
  const [min, max] = [BigInt(step.min), BigInt(step.max)];
  if (min > max || min <= -limit || max >= limit) throw malformed(`\`${value}\` is held against a range that no value lies in, or that the suite has no words for`);
  if (!(step.party in parties)) throw malformed(`\`${value}\` is said to be of no party`);
}
