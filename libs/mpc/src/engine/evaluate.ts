import { type KernelMemory, addInto } from '#kernels';
import { type Plan, type PlanStep, type ValueShape } from '#program';
import { allAtLeast } from '../boolean/index.js';
import { type Mesh, ProtocolAbort } from '../channel/index.js';
import { type Correlations } from '../correlations/index.js';
import { type MatrixProduct, type Product, multiplyAll } from '../sharing/index.js';

/** This party's shares of the plan's values by name. */
export type Shares = Map<string, BigUint64Array>;

export interface Evaluation {
  readonly plan: Plan;
  readonly shapes: ReadonlyMap<string, ValueShape>;
  readonly mesh: Mesh;
  readonly memory: KernelMemory;
  readonly correlations: Correlations;
  /** The shares of the inputs at first, of every value afterwards. */
  readonly values: Shares;
  readonly onRound: () => void;
}

type Requirement = Extract<PlanStep, { op: 'require_at_least' }>;
type Multiplication = Extract<PlanStep, { op: 'multiply' | 'combine' }>;

/**
 * Runs the plan's steps: products that do not wait for each other share a round, and comparisons run beside them as soon as
 * what they compare is there. Throws `CS0707` at every party alike when a group is too small.
 */
export async function evaluate(evaluation: Evaluation): Promise<void> {
  const { plan, shapes, mesh, correlations, values } = evaluation;
  const requirements = plan.steps.filter((step): step is Requirement => step.op === 'require_at_least');
  const depthOf = (name: string): number => shapes.get(name)!.depth;
  const last = Math.max(0, ...[...shapes.values()].map(({ depth }) => depth));
  const compareAfter = Math.max(0, ...requirements.map(({ value }) => depthOf(value)));

  await reach(evaluation, 0, compareAfter);
  const aside = mesh.aside();
  const comparisons = requirements.map(({ value, bound }) => ({ share: values.get(value)!, bound }));
  const beside = mesh.rounds;
  const [enough] = await Promise.all([
    allAtLeast({ mesh: aside, triples: correlations.boolean }, comparisons),
    reach(evaluation, compareAfter + 1, last),
  ]);
  mesh.rounds = Math.max(mesh.rounds, beside + aside.rounds);
  // INVARIANT: nothing is in flight on any link here, so that every party gets as far as this and none sees a closed link instead.
  if (!enough.every(Boolean)) {
    throw new ProtocolAbort('CS0707', 'a group is smaller than the minimum; nothing was opened', { step: 'require_at_least' });
  }
}

/** Computes all values of the depths `from` to `to`: one round each but for depth 0, which is local. */
async function reach({ plan, shapes, mesh, memory, correlations, values, onRound }: Evaluation, from: number, to: number): Promise<void> {
  for (let depth = from; depth <= to; depth++) {
    const here = plan.steps.filter((step) => step.op !== 'require_at_least' && shapes.get(step.out)!.depth === depth);
    const products = here.filter((step): step is Multiplication => step.op !== 'add');
    if (products.length > 0) {
      const shares = await multiplyAll(mesh, memory, products.map((step) => operands(step, shapes, values, correlations)));
      products.forEach(({ out }, i) => values.set(out, shares[i]!));
      onRound();
    }
    for (const step of here) if (step.op === 'add') values.set(step.out, add(step.terms, shapes.get(step.out)!.length, values));
  }
}

function add(terms: readonly string[], length: number, values: Shares): BigUint64Array {
  const total = new BigUint64Array(length);
  for (const term of terms) addInto(total, values.get(term)!);
  return total;
}

/** The factors' shares with the next unused triple. All parties take them in the same order. */
function operands(step: Multiplication, shapes: Evaluation['shapes'], values: Shares, { arithmetic, matrices }: Correlations): Product | MatrixProduct {
  if (step.op === 'multiply') {
    const triple = arithmetic.take(shapes.get(step.out)!.length);
    return { kind: 'elementwise', left: values.get(step.left)!, right: values.get(step.right)!, triple };
  }
  const wanted = (triple: Correlations['matrices'][number]): boolean =>
    triple.a.length === step.columns.length && triple.c.length === shapes.get(step.out)!.length;
  const at = matrices.findIndex(wanted);
  if (at < 0) throw new RangeError(`no matrix triple is left for \`${step.out}\``);
  const [triple] = matrices.splice(at, 1);
  return {
    kind: 'matrix',
    columns: step.columns.map((name) => values.get(name)!),
    weights: step.weights.map((name) => values.get(name)!),
    triple: triple!,
  };
}
