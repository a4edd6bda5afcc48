import { type PlanBody } from './aggregate.js';
import { LEAST_RELATIVE_PRECISION } from './aggregate-totals.js';
import { didYouMean, PlanError } from './errors.js';
import { type PlanInput, type PlanStep } from './plan.js';
import { at, type NumericDeclaration } from './ranges.js';
import { columnOf, rowCountOf, type BoundInput, type BoundRequest, type PlanRequest } from './request.js';
import { chooseScales, type Factor, type Limb } from './scales.js';
import { suiteValueBits } from './suites.js';

const INTERCEPT = 'intercept';
const NUMERIC = ['number', 'integer'] as const;
/** Products of one session: two to the 24th are about a minute of preprocessing and 1 GB of shares and triples. */
const MOST_PRODUCTS = 2 ** 24;

/**
 * scores[i] = Σ_j x_ij · w_j + b with x at the owner of the rows and w, b at the owner of the model: one `combine` step over the
 * columns (in limbs, see `chooseScales`), and the intercept added at the scale of the products. Where a request asks for it, rows and model are first held against
 * what their owners declare of them, limb by limb.
 */
export function planLinearScore({ inputs, values }: BoundRequest, request: PlanRequest): PlanBody {
  const model = inputs.find((input) => input.role === 'model')!;
  const rows = inputs.find((input) => input.role === 'rows')!;
  if (request.minimumGroup > 1) {
    throw new PlanError('CS0622', `each score of \`Linear Score\` covers one record, and the policy asks for at least ${request.minimumGroup}`);
  }
  if (request.privacy) {
    throw new PlanError('CS0630', 'each score of `Linear Score` is about one record, so noise that hides a record hides its score', ['ask without `privacy`, or for a statistic over many records']);
  }
  const features = modelFeatures(model);
  const weights = features.map((feature) => columnOf(model, feature, NUMERIC));
  const columns = features.map((feature) => columnOf(rows, feature, NUMERIC));
  const checked = values.check === 'shares';
  const scales = chooseScales(
    features.map((_, j) => ({ left: factor(columns[j]), right: factor(weights[j]) })),
    factor(columnOf(model, INTERCEPT, NUMERIC)),
    // What is held against a range has a bit less.
    suiteValueBits(request.suite ?? 'additive-z64') - (checked ? 1 : 0),
  );
  if (scales.error > scales.bound * LEAST_RELATIVE_PRECISION) throw tooCoarse(features, scales.products.map((p) => p.error), model);
  const length = rowCountOf(rows, request.rows);
  const products = length * scales.products.reduce((sum, { limbs }) => sum + limbs.length, 0);
  if (products > MOST_PRODUCTS) {
    throw new PlanError('CS0628', `${products} products are more than the ${MOST_PRODUCTS} of one session`, ['score fewer rows at a time, or with fewer features']);
  }

  const limbs = scales.products.flatMap((product, j) => product.limbs.map((limb, l) => ({ ...limb, id: `${j}.${l}`, feature: features[j], limb: product.limbs.length === 1 ? undefined : { index: l, scales: product.limbs.map((each) => each.leftBits) } })));
  const planInputs: PlanInput[] = [
    ...limbs.map(({ id, feature, leftBits, limb }): PlanInput => ({
      name: `x.${id}`, party: rows.party, dataset: rows.descriptor.name, length, fractionBits: leftBits,
      source: { of: 'column', column: feature, ...(limb && { limb }) },
    })),
    ...limbs.map(({ id, feature, rightBits }): PlanInput => ({
      name: `w.${id}`, party: model.party, dataset: model.descriptor.name, length: 1, fractionBits: rightBits, source: { of: 'cell', column: feature },
    })),
    { name: INTERCEPT, party: model.party, dataset: model.descriptor.name, length: 1, fractionBits: scales.fractionBits, source: { of: 'cell', column: INTERCEPT } },
  ];
  const sides = { rows: rows.party, model: model.party };
  const byColumn = scales.products.map(({ limbs: all }, j) => ({ limbs: all.map((limb, l) => ({ ...limb, id: `${j}.${l}` })), column: columns[j]!, weight: weights[j]! }));
  return {
    inputs: checked ? planInputs.map((input) => ({ ...input, onShares: true })) : planInputs,
    steps: [
      ...(checked ? [...byColumn.flatMap((each) => [...columnChecks(each, sides.rows), ...weightChecks(each, sides.model)]), within(INTERCEPT, columnOf(model, INTERCEPT, NUMERIC), scales.fractionBits, sides.model)] : []),
      { op: 'combine', out: 'weighted', columns: limbs.map(({ id }) => `x.${id}`), weights: limbs.map(({ id }) => `w.${id}`) },
      { op: 'add', out: 'scores', terms: ['weighted', INTERCEPT] },
    ],
    outputs: [{ name: 'scores', value: 'scores', length, fractionBits: scales.fractionBits, ...(scales.error === 0 ? {} : { errorBound: String(scales.error) }) }],
  };
}

type CheckedLimb = Limb & { readonly id: string };
interface CheckedProduct {
  /** One, or two. */
  readonly limbs: readonly CheckedLimb[];
  readonly column: NumericDeclaration;
  readonly weight: NumericDeclaration;
}

/** The ends of what is declared, outwards to the scale of a value. */
function within(value: string, { min, max }: NumericDeclaration, fractionBits: number, party: number): PlanStep {
  return { op: 'require_within', value, min: String(BigInt(Math.floor(min * 2 ** fractionBits))), max: String(BigInt(Math.ceil(max * 2 ** fractionBits))), party };
}

/**
 * What the limbs of a column are together lies in its range; what one holds of the rest is half a unit of the one before, or less. Each is held against its own ends as it
 * was shared, before `rescale` multiplies it: that wraps, and would take what is added at the top of a word away.
 */
function columnChecks({ limbs, column }: CheckedProduct, party: number): PlanStep[] {
  const [first, second] = limbs as [CheckedLimb, CheckedLimb?];
  const own = within(`x.${first.id}`, column, first.leftBits, party);
  if (!second) return [own];
  const half = 1n << BigInt(second.leftBits - first.leftBits - 1);
  return [
    own,
    { op: 'require_within', value: `x.${second.id}`, min: String(-half), max: String(half), party },
    { op: 'rescale', out: `x.${first.id}.fine`, value: `x.${first.id}`, fractionBits: second.leftBits },
    { op: 'add', out: `x.${first.id}.whole`, terms: [`x.${first.id}.fine`, `x.${second.id}`] },
    within(`x.${first.id}.whole`, column, second.leftBits, party),
  ];
}

/** A weight lies in its range; what meets the second limb is the same number, rounded. Both as they were shared first. */
function weightChecks({ limbs, weight }: CheckedProduct, party: number): PlanStep[] {
  const [first, second] = limbs as [CheckedLimb, CheckedLimb?];
  const own = within(`w.${first.id}`, weight, first.rightBits, party);
  if (!second) return [own];
  const half = 1n << BigInt(first.rightBits - second.rightBits - 1);
  return [
    own, within(`w.${second.id}`, weight, second.rightBits, party),
    { op: 'rescale', out: `w.${second.id}.fine`, value: `w.${second.id}`, fractionBits: first.rightBits },
    { op: 'linear', out: `w.${second.id}.apart`, terms: [{ value: `w.${second.id}.fine`, factor: '1' }, { value: `w.${first.id}`, factor: '-1' }] },
    { op: 'require_within', value: `w.${second.id}.apart`, min: String(-half), max: String(half), party },
  ];
}

/** The features of a model, sorted: the columns of its one row beside the intercept. Throws CS0612, CS0624. */
export function modelFeatures(model: BoundInput): string[] {
  if (model.descriptor.maxRows !== 1) {
    throw new PlanError('CS0624', `the model \`${model.descriptor.name}\` of \`${model.descriptor.node}\` has more than one row`, ['a model is one row whose columns are the features, and `intercept`']);
  }
  const columns = Object.keys(model.descriptor.columns);
  if (!columns.includes(INTERCEPT)) {
    throw new PlanError('CS0612', `the model \`${model.descriptor.name}\` of \`${model.descriptor.node}\` has no column \`${INTERCEPT}\``, [...didYouMean(INTERCEPT, columns).slice(0, 1), 'a model without one has an intercept of 0']);
  }
  const features = columns.filter((column) => column !== INTERCEPT).sort();
  if (features.length === 0) throw new PlanError('CS0612', `the model \`${model.descriptor.name}\` of \`${model.descriptor.node}\` has no feature beside \`${INTERCEPT}\``);
  return features;
}

const factor = ({ type, min, max }: NumericDeclaration): Factor => ({ bound: Math.max(Math.abs(min), Math.abs(max)), integer: type === 'integer' });

function tooCoarse(features: readonly string[], errors: readonly number[], model: BoundInput): PlanError {
  const worst = features[errors.indexOf(Math.max(...errors))];
  const place = { node: model.descriptor.node, dataset: model.descriptor.name, column: worst };
  return new PlanError('CS0620', `${at(place)} leaves fewer than 6 digits of the scores in 64 bits`, [
    `declare a narrower range for the weight \`${worst}\` and for the column \`${worst}\` of the rows, or make either an \`integer\` column`,
  ]);
}
