import { type Aggregate } from './definition.js';
import { PlanError } from './errors.js';
import { type NoiseRule } from './noise/rule.js';
import { type Condition, type LocalExpression, type PlanInput, type PlanOutput, type PlanStep } from './plan.js';
import { at, centreOf, fractionBitsFor, sensitivityOf } from './ranges.js';
import { rowBoundOf } from './programs/rows.js';
import { columnOfAll, type BoundRequest } from './request.js';

/** Coarser than this beside the range of one row, a statistic would lose digits that people read. */
export const LEAST_RELATIVE_PRECISION = 2 ** -20;

/** What is added up over owners, and what is known of it. */
export interface Total {
  readonly name: Aggregate;
  /** Of each owner, by name. */
  readonly terms: readonly string[];
  readonly length: number;
  readonly fractionBits: number;
  readonly errorBound?: string;
  /** How far one row moves an element, at most; it moves one. */
  readonly sensitivity: bigint;
  /** What its places are, where the inputs do not say. */
  readonly labels?: PlanOutput['labels'];
}

/** Totals of every owner, and what they are made of. */
export interface OwnersTotals {
  readonly inputs: readonly PlanInput[];
  readonly steps: readonly PlanStep[];
  readonly totals: readonly Total[];
}

/** What totals have to fit into. */
export interface Room {
  readonly noise: NoiseRule | undefined;
  /** The suite's. */
  readonly valueBits: number;
}

interface Prepared extends Omit<Total, 'name' | 'terms' | 'labels'> {
  readonly source: LocalExpression;
}

/** Totals that owners compute alone and share. */
export function ownTotals(bound: BoundRequest, aggregates: readonly Aggregate[], where: readonly Condition[], room: Room): OwnersTotals {
  const prepared = aggregates.map((name) => ({ name, ...prepare(name, bound, room) }));
  const inputs = prepared.flatMap(({ name, source, length, fractionBits }) =>
    bound.inputs.map(({ party, descriptor }, index): PlanInput => ({ name: `${name}.${index}`, party, dataset: descriptor.name, length, fractionBits, source: { ...source, ...(where.length > 0 && { where }) } })),
  );
  return { inputs, steps: [], totals: prepared.map(({ source: _, ...total }) => ({ ...total, terms: bound.inputs.map((__, index) => `${total.name}.${index}`) })) };
}

function prepare(aggregate: Aggregate, bound: BoundRequest, room: Room): Prepared {
  switch (aggregate) {
    case 'count':
      return { source: { of: 'count' }, length: 1, fractionBits: 0, sensitivity: 1n };
    case 'count_by': {
      const { by, values } = groupsOf(bound);
      return { source: { of: 'count_by', by, values }, length: values.length, fractionBits: 0, sensitivity: 1n };
    }
    case 'count_bins': {
      const { column, edges } = binsOf(bound);
      return { source: { of: 'count_bins', column, edges }, length: edges.length - 1, fractionBits: 0, sensitivity: 1n };
    }
    case 'sum':
    case 'sum_of_squares': {
      const { offset, scale } = prepareSum(bound, aggregate === 'sum' ? 1 : 2, room);
      return { source: { of: aggregate, column: bound.parameters.column, offset }, length: 1, ...scale };
    }
    case 'sum_by': {
      const { by, values } = groupsOf(bound);
      const { offset, scale } = prepareSum(bound, 1, room);
      return { source: { of: 'sum_by', column: bound.parameters.column, offset, by, values }, length: values.length, ...scale };
    }
  }
}

/** The category column that makes the groups, and its values in the order in which the first input's node declares them. */
export function groupsOf({ inputs, parameters }: BoundRequest): { readonly by: string; readonly values: readonly string[] } {
  // Histogram counts its `column`; where a program has a `by`, that makes the groups.
  const by = parameters.by ?? parameters.column!;
  return { by, values: columnOfAll(inputs, by, ['category'])[0]!.values };
}

/** The column of numbers that is counted, and two or more ascending edges. Throws CS0604. */
export function binsOf({ inputs, parameters: { column }, values }: BoundRequest): { readonly column: string; readonly edges: readonly string[] } {
  columnOfAll(inputs, column!, ['number', 'integer']);
  const edges = values.edges as readonly string[];
  if (edges.length < 2) throw new PlanError('CS0604', '`edges` needs two or more numbers');
  if (edges.some((edge, i) => i > 0 && Number(edge) <= Number(edges[i - 1]))) throw new PlanError('CS0604', '`edges` needs numbers that ascend');
  return { column: column!, edges };
}

/** Centre and scale for Σ(x − centre)^power, what rounding each owner's total to that scale can do to the opened sum, and what one row can. */
function prepareSum(bound: BoundRequest, power: 1 | 2, { noise, valueBits }: Room) {
  const { inputs, parameters: { column } } = bound;
  const declarations = columnOfAll(inputs, column, ['number', 'integer']);
  const { centre, radius, integer } = centreOf(declarations);
  const reach = radius ** power;
  const fractionBits = fractionBitsFor((rowBoundOf(inputs) + (noise?.reach ?? 0)) * reach, integer, valueBits);
  const exact = radius === 0 || (integer && fractionBits >= 0);
  const sensitivity = sensitivityOf(declarations, { centre, power, fractionBits, exact });
  if (exact) return { offset: String(centre), scale: { fractionBits, sensitivity } };
  // Half a unit per owner; the 1/1000 covers the double-double sum before it is rounded.
  const error = inputs.length * 0.501 * 2 ** -fractionBits;
  if (error > reach * LEAST_RELATIVE_PRECISION) throw tooCoarse(bound);
  return { offset: String(centre), scale: { fractionBits, sensitivity, errorBound: String(error) } };
}

/** For a column over more rows than leave it six digits. */
export function tooCoarse({ inputs, parameters: { column } }: BoundRequest, help: readonly string[] = []): PlanError {
  const { descriptor: { node, name, maxRows } } = inputs.reduce((a, b) => (b.descriptor.maxRows > a.descriptor.maxRows ? b : a));
  return new PlanError('CS0620', `${at({ node, dataset: name, column: column! })} over so many rows leaves fewer than 6 digits in 64 bits`, [
    `declare a smaller row bound than ${maxRows} for \`${name}\` of \`${node}\`, or fewer inputs`, ...help,
  ]);
}
