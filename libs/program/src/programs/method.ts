import { type PlanBody } from '../aggregate.js';
import { type Plan, type SuiteName } from '../plan.js';
import { type BoundInput, type BoundRequest } from '../request.js';
import { type TensorResult } from '../result.js';
import { type OpenedTensors } from './opened.js';

/** What a method may plan with beside the request. */
export interface PlanContext {
  /** The policy's; 1 or less asks for none. The method checks it before it opens anything. */
  readonly minimumGroup: number;
  readonly parties: readonly string[];
  readonly suite: SuiteName;
  /** |x| < 2^valueBits for every shared value. */
  readonly valueBits: number;
  /** The exact number of rows of an input where the program discloses it and it is known, else the declared bound. Throws CS0623. */
  rowsOf(input: BoundInput): number;
  /** Whether `rowsOf` says how many rows there are, or how many at most. */
  readonly rowsAreKnown: boolean;
}

/** How a program of tensors becomes a plan, and what it opens a result. Both are pure, so that every party does the same. */
export interface Method {
  /** Throws PlanError. */
  plan(bound: BoundRequest, context: PlanContext): PlanBody;
  result(opened: OpenedTensors, plan: Plan): TensorResult;
}
