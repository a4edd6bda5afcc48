import { type PlanBody } from '../aggregate.js';
import { defineProgram } from '../definition.js';
import { PlanError } from '../errors.js';
import { lengthOf } from '../tensor/operator.js';
import { type Layer, type Network } from '../onnx/network.js';
import { writeNetwork } from '../onnx/private.js';
import { shapesOf } from '../onnx/shapes.js';
import { type BoundInput, type BoundRequest, columnOf } from '../request.js';
import { type NumericDeclaration } from '../ranges.js';
import { TensorBuilder } from '../tensor/builder.js';
import { type Tensor } from '../tensor/tensor.js';
import { checkPlan } from '../values.js';
import { NUMERIC } from './common.js';
import { type Method, type PlanContext } from './method.js';
import { CHECK, requireDeclared } from './quality.js';

export const PRIVATE_INFERENCE = defineProgram({
  v: 1,
  name: 'Private Inference',
  opens: 'The receivers learn, for each row of the data owner in its row order, what the model owner\'s neural network makes of it: the label, the probabilities or the scores, as the request says; all parties learn how many rows there are, the architecture of the network and, of each of its weights, powers of two above the greatest magnitude and sum; and nothing else.',
  roles: [
    { name: 'model', inputs: 'one', rows: 'one', columns: [] },
    { name: 'rows', inputs: 'one', rows: 'any', columns: [{ each: 'feature', types: NUMERIC }] },
  ],
  parameters: [
    { name: 'output', kind: 'choice', of: ['label', 'probabilities', 'scores'], meaning: 'what is opened of each row: the label alone, the probability of each label, or the scores as the network gives them', default: 'label' },
    { name: 'features', kind: 'columns', meaning: 'the columns of the rows in the order of the network\'s input; all columns of numbers, in the order of their names and of the numbers in them, where left out', default: [] },
    CHECK,
  ],
  rowCounts: 'disclosed',
  minimumGroup: 'unsupported',
  computation: { kind: 'tensor', method: 'private-inference/1' },
});

/** Fraction bits that are tried, the finest first, until no value can overflow: of what passes between layers, and of a weight below its magnitude. */
const PRECISIONS = [16, 13, 11] as const;
/** All values of a network together: a session of more would take more memory than a node has. */
const MOST_ELEMENTS = 2 ** 26;
const MOST_PRODUCTS = 2 ** 33;

type Output = 'label' | 'probabilities' | 'scores';

export const privateInference: Method = {
  plan(bound, context) {
    const [model, rows] = ['model', 'rows'].map((role) => bound.inputs.find((input) => input.role === role)!) as [BoundInput, BoundInput];
    const { network } = model.descriptor;
    if (!network) throw new PlanError('CS0658', `\`${model.descriptor.name}\` of \`${model.descriptor.node}\` is not a neural network`, ['give a dataset whose file is a model: `from: model.onnx`']);
    const request: Inference = { bound, network, model, rows, count: context.rowsOf(rows), output: bound.values.output as Output };
    checkSize(network, request.count);
    for (const [i, precision] of PRECISIONS.entries()) {
      try {
        return fitting(bodyOf(request, precision), context);
      } catch (error) {
        if (i === PRECISIONS.length - 1 || !(error instanceof PlanError) || error.code !== 'CS0633') throw error;
      }
    }
    throw new TypeError('no precision is tried');
  },
  result: (opened) => Object.fromEntries(opened.names.map((name) => [name, listed(opened.value(name))])),
};

/** One for each row, also where there is one row alone. */
const listed = (value: ReturnType<Parameters<Method['result']>[0]['value']>): typeof value => (Array.isArray(value) ? value : [value]);

interface Inference {
  readonly bound: BoundRequest;
  readonly network: Network;
  readonly model: BoundInput;
  readonly rows: BoundInput;
  readonly count: number;
  readonly output: Output;
}

/** Throws CS0633 where a value could overflow, as writing the body does where it could in every suite. */
function fitting(body: PlanBody, { parties, suite }: PlanContext): PlanBody {
  checkPlan({ v: 1, program: { name: PRIVATE_INFERENCE.name, digest: PRIVATE_INFERENCE.digest }, suite, parties, receivers: [], ...body });
  return body;
}

/** Throws CS0628 for a network that no session runs, before anything is made of its shapes. */
function checkSize(network: Network, rows: number): void {
  const shapes = shapesOf(network, rows);
  const elements = [...shapes.values()].reduce((sum, shape) => sum + lengthOf(shape), 0);
  const products = network.layers.reduce((sum, layer) => sum + productsOf(layer, shapes), 0);
  if (!(elements <= MOST_ELEMENTS && products <= MOST_PRODUCTS)) throw new PlanError('CS0628', `the network on ${rows} rows is larger than a session runs`, ['ask about fewer rows at a time']);
}

/** Products of elements that a layer takes, or elements that it gathers, whichever is more. */
function productsOf(layer: Layer, shapes: ReadonlyMap<string, readonly number[]>): number {
  const made = lengthOf(shapes.get(layer.out)!);
  if (layer.op === 'matmul') return made * shapes.get(layer.left)!.at(-1)!;
  if (layer.op === 'conv') return made * lengthOf(shapes.get(layer.filters)!.slice(1));
  return layer.op === 'maxPool' || layer.op === 'averagePool' ? made * lengthOf(layer.windows.kernel) : made;
}

function bodyOf({ network, model, rows, count, output, bound }: Inference, precision: number): PlanBody {
  const builder = new TensorBuilder({ fractionBits: precision });
  const [input] = network.inputs;
  const [result] = network.outputs;
  if (network.inputs.length !== 1 || network.outputs.length !== 1) throw new PlanError('CS0658', 'the network has several inputs or outputs', ['export a model with one input and one output']);
  const shape = input!.shape.map((size) => (size === 'rows' ? count : size));
  if (lengthOf(shape) % count !== 0 || shape[0] !== count) throw new PlanError('CS0658', `the network takes ${String(shape[0])} rows at a time, and \`${rows.descriptor.name}\` of \`${rows.descriptor.node}\` has ${count}`, ['export the model with an open first axis']);
  const features = featuresOf(rows, bound.values.features as readonly string[], lengthOf(shape) / count);
  const declared = features.map((feature): NumericDeclaration => columnOf(rows, feature, NUMERIC));
  const least = Math.min(...declared.map(({ min }) => min));
  const most = Math.max(...declared.map(({ max }) => max));
  const checked = bound.values.check === 'shares';
  // The last activation does not change which is the greatest, or which side of the middle a score lies.
  const { activation, ends } = ending(network, result!.value, output);
  const outputs = writeNetwork(builder, ends, {
    rows: count, fractionBits: precision, weightBits: precision,
    input: () => {
      const input = builder.input({
        name: 'rows', party: rows.party, dataset: rows.descriptor.name, shape: [count, features.length], least, most,
        // Integers are exact without fraction bits.
        fractionBits: declared.every(({ type }) => type === 'integer') ? 0 : precision,
        source: { of: 'matrix', rows: count, columns: features.map((column) => ({ column, offset: '0', exponent: 0 })) },
        ...(checked && { onShares: true as const }),
      });
      if (checked) requireDeclared(builder, input, declared, rows.party);
      return input.reshape(shape);
    },
    weight: (weight, fractionBits) => builder.input({
      name: `${weight.name}.${fractionBits}`, party: model.party, dataset: model.descriptor.name, shape: weight.shape.length === 0 ? [1] : weight.shape, fractionBits,
      least: -(2 ** weight.exponent), most: 2 ** weight.exponent, source: { of: 'weight', column: weight.name },
    }),
  });
  const raw = [...outputs.values()][0]!;
  if (raw.shape[0] !== count) throw new PlanError('CS0658', 'the network does not give one result for each row');
  const scores = raw.reshape([count, raw.length / count]);
  if (output === 'scores') builder.output('scores', raw.shape.length === 2 && raw.shape[1] === 1 ? scores.reshape([count]) : raw);
  else if (output === 'label') builder.output('labels', labelsOf(scores, activation));
  else builder.output('probabilities', scores.shape[1] === 1 ? probabilitiesOf(scores, activation, precision).reshape([count]) : probabilitiesOf(scores, activation, precision));
  return builder.body();
}

/** The network without its last layer where that only makes probabilities of scores, and which it was. */
function ending(network: Network, value: string, output: Output): { activation: 'softmax' | 'sigmoid' | undefined; ends: Network } {
  const last = network.layers.find(({ out }) => out === value);
  const activation = last?.op === 'softmax' || last?.op === 'sigmoid' ? last.op : undefined;
  if (output !== 'label' || !last || !activation || !('value' in last)) return { activation, ends: network };
  return { activation, ends: { ...network, layers: network.layers.filter((layer) => layer !== last), outputs: network.outputs.map((each) => ({ ...each, value: last.value })) } };
}

/** The index of the greatest; of a single score, whether it is at least 0. */
function labelsOf(scores: Tensor, activation: 'softmax' | 'sigmoid' | undefined): Tensor {
  if (activation === 'sigmoid' && scores.shape[1] !== 1) throw new PlanError('CS0658', 'a network that ends in several sigmoids gives no single label', ['ask for `probabilities`']);
  return scores.shape[1] === 1 ? scores.atLeast(0).reshape([scores.shape[0]!]) : scores.argmax(1);
}

function probabilitiesOf(scores: Tensor, activation: 'softmax' | 'sigmoid' | undefined, fractionBits: number): Tensor {
  if (activation) return scores;
  const settled = scores.fractionBits > fractionBits ? scores.at(fractionBits) : scores;
  return scores.shape[1] === 1 ? settled.sigmoid({ fractionBits }) : settled.softmax({ fractionBits });
}

/** The columns in the order of the network's input. Throws CS0658 where there are not as many. */
function featuresOf(rows: BoundInput, named: readonly string[], wanted: number): readonly string[] {
  const { columns, name, node } = rows.descriptor;
  const numeric = Object.keys(columns).filter((column) => (NUMERIC as readonly string[]).includes(columns[column]!.type)).sort(naturally);
  const features = named.length > 0 ? named : numeric;
  if (new Set(features).size !== features.length) throw new PlanError('CS0604', 'the parameter `features` of `Private Inference` names a column twice');
  if (features.length !== wanted) {
    throw new PlanError('CS0658', `the network takes ${wanted} numbers for each row, and \`${name}\` of \`${node}\` has ${features.length} ${named.length > 0 ? 'features' : 'columns of numbers'}`, ['name the columns in the parameter `features`, or choose the dataset that the model was made for']);
  }
  return features;
}

/** p2 before p10: texts by their letters, and numbers in them by their size. */
function naturally(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.match(/\d+|\D+/g) ?? []) as unknown as [string[], string[]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i]!, right[i]!];
    const bySize = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : 0;
    if (bySize !== 0) return bySize;
    if (x !== y) return x < y ? -1 : 1;
  }
  return left.length - right.length;
}
