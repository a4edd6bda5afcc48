import { type PlanBody } from './aggregate.js';
import { didYouMean, PlanError } from './errors.js';
import { type PlanInput } from './plan.js';
import { at, type NumericDeclaration } from './ranges.js';
import { columnOf, rowCountOf, type BoundInput, type BoundRequest, type PlanRequest } from './request.js';
import { chooseScales, type Factor } from './scales.js';
import { suiteValueBits } from './suites.js';

const INTERCEPT = 'intercept';
const NUMERIC = ['number', 'integer'] as const;
/** Products of one session: two to the 24th are about a minute of preprocessing and 1 GB of shares and triples. */
const MOST_PRODUCTS = 2 ** 24;
/** A score whose guaranteed error exceeds this part of its range would not show six digits. */
const LEAST_RELATIVE_PRECISION = 2 ** -20;

/**
 * scores[i] = Σ_j x_ij · w_j + b with x at the owner of the rows and w, b at the owner of the model: one `combine` step over the
 * columns (in limbs, see `chooseScales`), and the intercept added at the scale of the products.
 */
export function planLinearScore({ inputs }: BoundRequest, request: PlanRequest): PlanBody {
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
  const scales = chooseScales(
    features.map((_, j) => ({ left: factor(columns[j]), right: factor(weights[j]) })),
    factor(columnOf(model, INTERCEPT, NUMERIC)),
    suiteValueBits(request.suite ?? 'additive-z64'),
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
  return {
    inputs: planInputs,
    steps: [
      { op: 'combine', out: 'weighted', columns: limbs.map(({ id }) => `x.${id}`), weights: limbs.map(({ id }) => `w.${id}`) },
      { op: 'add', out: 'scores', terms: ['weighted', INTERCEPT] },
    ],
    outputs: [{ name: 'scores', value: 'scores', length, fractionBits: scales.fractionBits, ...(scales.error === 0 ? {} : { errorBound: String(scales.error) }) }],
  };
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
