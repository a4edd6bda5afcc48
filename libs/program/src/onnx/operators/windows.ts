import { PlanError } from '../../errors.js';
import { type Windows } from '../network.js';
import { type Elements } from '../read/elements.js';
import { tensorOf } from '../tensor.js';
import { type Node, type Translation } from './node.js';

const AUTO_PADS = ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'];

function windowsOf(node: Node, kernel: readonly number[] | undefined, ceil: boolean): Windows {
  if (!kernel) throw node.refuse('it has no `kernel_shape`');
  const ones = kernel.map(() => 1);
  const zeros = kernel.map(() => 0);
  const pads = node.integers('pads') ?? [...zeros, ...zeros];
  const auto = node.text('auto_pad', 'NOTSET');
  if (!AUTO_PADS.includes(auto)) throw node.refuse('`auto_pad` is none of those that are known');
  if (pads.length !== 2 * kernel.length || pads.some((each) => each < 0)) throw node.refuse('`pads` does not fit its kernel');
  return {
    kernel, strides: node.integers('strides') ?? ones, dilations: node.integers('dilations') ?? ones, ceil,
    padding: auto === 'SAME_UPPER' ? { same: 'upper' } : auto === 'SAME_LOWER' ? { same: 'lower' }
      : auto === 'VALID' ? { before: zeros, after: zeros } : { before: pads.slice(0, kernel.length), after: pads.slice(kernel.length) },
  };
}

const conv: Translation = (node, writer) => {
  const filters = node.operand(1);
  const kernel = node.integers('kernel_shape') ?? writer.shapeOf(filters).slice(2);
  return writer.layer({
    op: 'conv', value: writer.name(node.operand(0)), filters: writer.name(filters), ...(node.has(2) && { bias: writer.name(node.operand(2)) }),
    windows: windowsOf(node, kernel, false), groups: node.integer('group', 1),
  });
};

const maxPool: Translation = (node, writer) => {
  node.integer('storage_order', 0);
  return writer.layer({ op: 'maxPool', value: writer.name(node.operand(0)), windows: windowsOf(node, node.integers('kernel_shape'), node.flag('ceil_mode')) });
};

const averagePool: Translation = (node, writer) => writer.layer({
  op: 'averagePool', value: writer.name(node.operand(0)), windows: windowsOf(node, node.integers('kernel_shape'), node.flag('ceil_mode')), countPadding: node.flag('count_include_pad'),
});

const globalAveragePool: Translation = (node, writer) => writer.layer({ op: 'mean', value: writer.name(node.operand(0)), axes: 'spatial', keep: true });

/** scale · (x − mean) / √(variance + ε) + bias = factor · x + offset, both of which the owner makes of its weights. */
const batchNormalization: Translation = (node, writer) => {
  if (node.flag('training_mode') || (node.opset < 7 && !node.flag('is_test'))) throw node.refuse('it is meant for training', ['export the model for inference']);
  if (!node.flag('spatial', 1)) throw node.refuse('statistics of single places are not known');
  node.float('momentum', 0.9);
  const epsilon = node.float('epsilon', 1e-5);
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((i) => node.known(i).elements) as [Float64Array, Float64Array, Float64Array, Float64Array];
  if (new Set([scale, bias, mean, variance].map((each) => each.length)).size !== 1) throw new PlanError('CS0657', `${node.title}: its statistics do not fit each other`);
  if (variance.some((each) => each + epsilon <= 0)) throw new PlanError('CS0659', `${node.title} has a variance that is not positive`);
  const factor = scale.map((each, i) => each / Math.sqrt(variance[i]! + epsilon));
  const vector = (elements: Float64Array): Elements => ({ ...tensorOf([elements.length], elements), real: true });
  return writer.perChannel(node.operand(0), vector(factor), vector(bias.map((each, i) => each - mean[i]! * factor[i]!)));
};

export const windows: Readonly<Record<string, Translation>> = {
  Conv: conv, MaxPool: maxPool, AveragePool: averagePool, GlobalAveragePool: globalAveragePool, BatchNormalization: batchNormalization,
};
