import { ownTotals } from './aggregate-totals.js';
import { checkedTotals } from './checked-aggregate.js';
import { type Computation } from './definition.js';
import { quotientText } from './fraction.js';
import { noiseRule } from './noise/rule.js';
import { type Plan, type PlanInput, type PlanOutput, type PlanStep, type PrivacyRequest } from './plan.js';
import { requireReachable, rowBoundOf, whereOf } from './programs/rows.js';
import { type BoundRequest } from './request.js';

/** The parts of a plan that depend on the program. */
export type PlanBody = Pick<Plan, 'inputs' | 'join' | 'steps' | 'outputs' | 'privacy' | 'stages'>;

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
 * totals are shared; adding the shares is local, so the protocol multiplies nothing and opens the totals of all owners. Where rows are to be
 * checked on shares, owners share these, and the totals are made of what was checked. Where privacy is asked for, every party adds noise of its
 * own to every total, so that no total of all owners has a name in the plan without noise.
 */
export function planAggregate(bound: BoundRequest, { aggregates }: Extract<Computation, { kind: 'aggregate' }>, { minimumGroup, privacy, parties, valueBits }: Wishes): PlanBody {
  const where = whereOf(bound, bound.inputs);
  const noise = privacy && noiseRule(privacy, { values: aggregates.length, parties, rows: rowBoundOf(bound.inputs) });
  const totalsOf = bound.values.check === 'shares' ? checkedTotals : ownTotals;
  const { inputs, steps, totals } = totalsOf(bound, aggregates, where, { noise, valueBits });
  const noiseNames = (name: string): string[] => Array.from({ length: noise ? parties : 0 }, (_, party) => `${name}.noise.${party}`);
  const noises = totals.flatMap(({ name, length, fractionBits }) =>
    noiseNames(name).map((each, party): PlanInput => ({ name: each, party, length, fractionBits, source: { of: 'noise', output: name } })),
  );
  const sums: PlanStep[] = totals.map(({ name, terms }) => ({ op: 'add', out: name, terms: [...terms, ...noiseNames(name)] }));
  const outputs = totals.map(({ name, length, fractionBits, errorBound, labels }): PlanOutput => ({
    name, value: name, length, fractionBits, ...(errorBound === undefined ? {} : { errorBound }), ...(labels && { labels }),
  }));
  return {
    inputs: [...inputs, ...noises], steps: [...steps, ...sums, ...requireGroup(bound, minimumGroup)], outputs,
    ...(noise && { privacy: { ...privacy, noise: totals.map(({ name, sensitivity }) => ({ output: name, sensitivity: String(sensitivity), scale: quotientText(noise.scaleOf(sensitivity)) })) } }),
  };
}

/** The step that ends the session before any output is opened when a group has fewer than `minimumGroup` rows. */
function requireGroup({ program, inputs }: BoundRequest, minimumGroup: number): PlanStep[] {
  if (minimumGroup <= 1) return [];
  requireReachable(minimumGroup, rowBoundOf(inputs));
  return [{ op: 'require_at_least', value: program.minimumGroup, bound: minimumGroup }];
}
