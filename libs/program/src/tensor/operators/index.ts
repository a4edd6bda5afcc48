import { type PlanStep, type RequireStep } from '../../plan.js';
import { type Operator } from '../operator.js';
import { abs, argmax, equal, less, max, maximum, min, minimum, relu, select } from './compare.js';
import { divide, reciprocal } from './divide.js';
import { exp } from './exp.js';
import { addition, constant, linear } from './linear.js';
import { log } from './log.js';
import { lookup } from './lookup.js';
import { normaliser } from './normaliser.js';
import { combine, floor, matmul, multiply, product, rescale } from './product.js';
import { broadcast, concat, reshape, slice, sum, transpose } from './shape.js';
import { sigmoid } from './sigmoid.js';
import { softmax } from './softmax.js';
import { median, sort } from './sort.js';
import { sqrt } from './sqrt.js';
import { windows } from './windows.js';
import { within } from './within.js';

/** Steps that make a value. */
export type ValueStep = Exclude<PlanStep, RequireStep>;

const operators = {
  add: addition, multiply, combine, constant, linear, product, matmul, rescale, floor, reshape, transpose, slice, concat, broadcast, windows, sum,
  less, equal, select, relu, abs, maximum, minimum, max, min, argmax,
  divide, reciprocal, sqrt, exp, log, sigmoid, softmax, sort, median, lookup, within, normaliser,
};

/** The operator of a step. Throws a `TypeError` for one that this version does not know. */
export function operatorOf(step: ValueStep): Operator<ValueStep> {
  const operator = (operators as Partial<Record<string, unknown>>)[step.op];
  if (!operator) throw new TypeError(`no operator \`${step.op}\``);
  return operator as Operator<ValueStep>;
}
