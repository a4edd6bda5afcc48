import { type Aggregate, type Computation } from './definition.js';
import { PlanError } from './errors.js';
import { quotientText } from './fraction.js';
import { type NoiseRule, noiseRule } from './noise/rule.js';
import { type LocalExpression, type Plan, type PlanInput, type PlanStep, type PrivacyRequest } from './plan.js';
import { at, centreOf, fractionBitsFor, sensitivityOf } from './ranges.js';
import { requireReachable, rowBoundOf, whereOf } from './programs/rows.js';
import { columnOfAll, type BoundRequest } from './request.js';

/** The parts of a plan that depend on the program. */
export type PlanBody = Pick<Plan, 'inputs' | 'join' | 'steps' | 'outputs' | 'privacy' | 'stages'>;

/** Coarser than this beside the range of one row, a statistic would lose digits that people read. */
const LEAST_RELATIVE_PRECISION = 2 ** -20;

interface Prepared {
  readonly source: LocalExpression;
  readonly length: number;
  readonly fractionBits: number;
  readonly errorBound?: string;
  /** How far one row moves an element, at most; it moves one. */
  readonly sensitivity: bigint;
}

interface Wishes {
  readonly minimumGroup: number;
  readonly privacy?: PrivacyRequest;
  /** How many parties compute, owners or not. */
  readonly parties: number;
  /** The suite's. */
  readonly valueBits: number;
}

/**
 * Owners compute alone what they can compute alone: counts, and sums around the public centre of the declared ranges. Only these
 * totals are shared; adding the shares is local, so the protocol multiplies nothing and opens the totals of all owners. Where privacy is
 * asked for, every party adds noise of its own to every total, so that no value without noise has a name in the plan.
 */
export function planAggregate(bound: BoundRequest, computation: Extract<Computation, { kind: 'aggregate' }>, { minimumGroup, privacy, parties, valueBits }: Wishes): PlanBody {
  const where = whereOf(bound, bound.inputs);
  const noise = privacy && noiseRule(privacy, { values: computation.aggregates.length, parties, rows: rowBoundOf(bound.inputs) });
  const prepared = computation.aggregates.map((name) => ({ name, ...prepare(name, bound, { noise, valueBits }) }));
  const data = prepared.flatMap(({ name, source, length, fractionBits }) =>
    bound.inputs.map(({ party, descriptor }, index): PlanInput => ({ name: `${name}.${index}`, party, dataset: descriptor.name, length, fractionBits, source: { ...source, ...(where.length > 0 && { where }) } })),
  );
  const noises = (noise ? prepared : []).flatMap(({ name, length, fractionBits }) =>
    Array.from({ length: parties }, (_, party): PlanInput => ({ name: `${name}.noise.${party}`, party, length, fractionBits, source: { of: 'noise', output: name } })),
  );
  const inputs = [...data, ...noises];
  const sums: PlanStep[] = prepared.map(({ name }) => ({ op: 'add', out: name, terms: inputs.filter((input) => input.name.startsWith(`${name}.`)).map((input) => input.name) }));
  const outputs = prepared.map(({ name, length, fractionBits, errorBound }) => ({
    name, value: name, length, fractionBits, ...(errorBound === undefined ? {} : { errorBound }),
  }));
  return {
    inputs, steps: [...sums, ...requireGroup(bound, minimumGroup)], outputs,
    ...(noise && { privacy: { ...privacy, noise: prepared.map(({ name, sensitivity }) => ({ output: name, sensitivity: String(sensitivity), scale: quotientText(noise.scaleOf(sensitivity)) })) } }),
  };
}

/** The step that ends the session before any output is opened when a group has fewer than `minimumGroup` rows. */
function requireGroup({ program, inputs }: BoundRequest, minimumGroup: number): PlanStep[] {
  if (minimumGroup <= 1) return [];
  requireReachable(minimumGroup, rowBoundOf(inputs));
  return [{ op: 'require_at_least', value: program.minimumGroup, bound: minimumGroup }];
}

interface Room {
  readonly noise: NoiseRule | undefined;
  readonly valueBits: number;
}

function prepare(aggregate: Aggregate, bound: BoundRequest, room: Room): Prepared {
  switch (aggregate) {
    case 'count':
      return { source: { of: 'count' }, length: 1, fractionBits: 0, sensitivity: 1n };
    case 'count_by': {
      // Histogram counts its `column`; where a program has a `by`, that makes the groups.
      const by = bound.parameters.by ?? bound.parameters.column;
      const values = valuesOf(bound, by);
      return { source: { of: 'count_by', by, values }, length: values.length, fractionBits: 0, sensitivity: 1n };
    }
    case 'count_bins': {
      columnOfAll(bound.inputs, bound.parameters.column, ['number', 'integer']);
      const edges = edgesOf(bound);
      return { source: { of: 'count_bins', column: bound.parameters.column, edges }, length: edges.length - 1, fractionBits: 0, sensitivity: 1n };
    }
    case 'sum':
    case 'sum_of_squares': {
      const { offset, scale } = prepareSum(bound, aggregate === 'sum' ? 1 : 2, room);
      return { source: { of: aggregate, column: bound.parameters.column, offset }, length: 1, ...scale };
    }
    case 'sum_by': {
      const values = valuesOf(bound, bound.parameters.by);
      const { offset, scale } = prepareSum(bound, 1, room);
      return { source: { of: 'sum_by', column: bound.parameters.column, offset, by: bound.parameters.by, values }, length: values.length, ...scale };
    }
  }
}

/** The values of a category column in the order in which the first input's node declares them. */
const valuesOf = (bound: BoundRequest, column: string): readonly string[] => columnOfAll(bound.inputs, column, ['category'])[0].values;

/** Two or more ascending edges. Throws CS0604. */
function edgesOf({ values }: BoundRequest): readonly string[] {
  const edges = values.edges as readonly string[];
  if (edges.length < 2) throw new PlanError('CS0604', '`edges` needs two or more numbers');
  if (edges.some((edge, i) => i > 0 && Number(edge) <= Number(edges[i - 1]))) throw new PlanError('CS0604', '`edges` needs numbers that ascend');
  return edges;
}

/** Centre and scale for Σ(x − centre)^power, what rounding each owner's total to that scale can do to the opened sum, and what one row can. */
function prepareSum({ inputs, parameters: { column } }: BoundRequest, power: 1 | 2, { noise, valueBits }: Room) {
  const declarations = columnOfAll(inputs, column, ['number', 'integer']);
  const { centre, radius, integer } = centreOf(declarations);
  const reach = radius ** power;
  const fractionBits = fractionBitsFor((rowBoundOf(inputs) + (noise?.reach ?? 0)) * reach, integer, valueBits);
  const exact = radius === 0 || (integer && fractionBits >= 0);
  const sensitivity = sensitivityOf(declarations, { centre, power, fractionBits, exact });
  if (exact) return { offset: String(centre), scale: { fractionBits, sensitivity } };
  // Half a unit per owner; the 1/1000 covers the double-double sum before it is rounded.
  const error = inputs.length * 0.501 * 2 ** -fractionBits;
  if (error > reach * LEAST_RELATIVE_PRECISION) {
    const { descriptor } = inputs.reduce((a, b) => (b.descriptor.maxRows > a.descriptor.maxRows ? b : a));
    throw new PlanError('CS0620', `${at({ node: descriptor.node, dataset: descriptor.name, column })} over so many rows leaves fewer than 6 digits in 64 bits`, [
      `declare a smaller row bound than ${descriptor.maxRows} for \`${descriptor.name}\` of \`${descriptor.node}\`, or fewer inputs`,
    ]);
  }
  return { offset: String(centre), scale: { fractionBits, sensitivity, errorBound: String(error) } };
}
