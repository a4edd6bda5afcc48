import { PlanError } from '../errors.js';
import { type ParameterDefinition, conditionOf } from '../parameters.js';
import { type Condition, type RowPart } from '../plan.js';
import { type BoundInput, type BoundRequest } from '../request.js';
import { type TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { type PlanContext } from './method.js';
import { allCounts, checkedConditions } from './rows.js';

export const HOLDOUT: ParameterDefinition = {
  name: 'holdout', kind: 'integer', least: 0, most: 1000, default: 5,
  meaning: 'every how many rows one is held out of the training to test the model on, in each owner’s order; 0 for none',
};
export const TEST: ParameterDefinition = {
  name: 'test', kind: 'conditions', default: [], meaning: 'conditions on the rows to test the model on, such as `part = test`, in place of `holdout`; which meet them stays with their owners',
};

/** One of the two parts of all rows. */
export interface Part {
  readonly part?: RowPart;
  /** How many rows an owner has of it at most. */
  rowsOf(input: BoundInput): number;
  /** How many rows there are exactly, where everybody knows. */
  readonly count?: number;
  /** At most so many. */
  readonly most: number;
}

export interface Parts {
  readonly train: Part;
  /** Absent where nothing is held out, or nobody has as many rows. */
  readonly test?: Part;
}

/** [1]: how many rows a part has. */
export const partCount = (builder: TensorBuilder, inputs: readonly BoundInput[], name: string, { part, rowsOf, count }: Part, where: readonly Condition[]): Tensor =>
  (count === undefined ? allCounts(builder, inputs, { name, where, part, rowsOf }) : builder.constant([count]));

/** `make`, called once for each part, with the first name that is asked for. */
export function oncePerPart<Made>(make: (name: string, part: Part) => Made): (name: string, part: Part) => Made {
  const made = new Map<Part, Made>();
  return (name, part) => {
    if (!made.has(part)) made.set(part, make(name, part));
    return made.get(part)!;
  };
}

/** What `holdout`, `test` and `where` leave. Throws CS0604. */
export function partsOf({ values, program }: BoundRequest, inputs: readonly BoundInput[], context: PlanContext, where: readonly Condition[]): Parts {
  const meeting = checkedConditions((values.test as readonly string[] | undefined ?? []).map(conditionOf), inputs);
  const every = values.holdout as number | undefined ?? 0;
  if (every === 1) throw new PlanError('CS0604', '`holdout` of 1 holds all rows out', ['0 holds none out, 5 every fifth']);
  const rowsOf = (input: BoundInput): number => context.rowsOf(input);
  const exact = program.rowCounts === 'disclosed' && where.length === 0 && meeting.length === 0;
  const part = (of: Pick<Part, 'part' | 'rowsOf'>): Part => {
    const most = inputs.reduce((sum, input) => sum + of.rowsOf(input), 0);
    return { ...of, most, ...(exact && { count: most }) };
  };
  if (meeting.length > 0) return { train: part({ part: { meeting, held: false }, rowsOf }), test: part({ part: { meeting, held: true }, rowsOf }) };
  if (every === 0) return { train: part({ rowsOf }) };
  const held = (input: BoundInput): number => Math.floor(rowsOf(input) / every);
  const test = part({ part: { every, held: true }, rowsOf: held });
  const train = part({ part: { every, held: false }, rowsOf: (input) => rowsOf(input) - held(input) });
  return test.most === 0 ? { train } : { train, test };
}
