import { type Translation } from './node.js';

const plain = (op: 'relu' | 'sigmoid' | 'tanh'): Translation => (node, writer) => writer.layer({ op, value: writer.name(node.operand(0)) });

const leakyRelu: Translation = (node, writer) => writer.layer({ op: 'leakyRelu', value: writer.name(node.operand(0)), slope: String(node.float('alpha', 0.01)) });

/** Bounds are part of the architecture, wherever they are written. The greatest float is how some write that there is none. */
const clip: Translation = (node, writer) => {
  const [min, max] = node.opset < 11
    ? (['min', 'max'] as const).map((name) => (node.message.attributes.has(name) ? String(node.float(name, 0)) : undefined))
    : [1, 2].map((i) => (node.has(i) ? node.numberOf(i) : undefined));
  if (min !== undefined && max !== undefined && Number(min) > Number(max)) throw node.refuse('`min` is above `max`');
  const isBound = (text: string | undefined): boolean => text !== undefined && Math.abs(Number(text)) < NO_BOUND;
  return writer.layer({ op: 'clip', value: writer.name(node.operand(0)), ...(isBound(min) && { min }), ...(isBound(max) && { max }) });
};
const NO_BOUND = 3e38;

/** Before operator set 13 all axes from `axis` on count as one. */
const softmax: Translation = (node, writer) => {
  const through = node.opset < 13;
  return writer.layer({ op: 'softmax', value: writer.name(node.operand(0)), axis: node.integer('axis', through ? 1 : -1), through });
};

const argmax: Translation = (node, writer) => {
  if (node.flag('select_last_index')) throw node.refuse('the last of equal elements is not looked for');
  return writer.layer({ op: 'argmax', value: writer.name(node.operand(0)), axis: node.integer('axis', 0), keep: node.flag('keepdims', 1) });
};

/** Does nothing where nothing is trained. */
const dropout: Translation = (node) => {
  const training = node.opset < 7 ? !node.flag('is_test') : node.opset >= 12 && node.has(2) && node.known(2).elements.some((each) => each !== 0);
  if (training) throw node.refuse('it is meant for training', ['export the model for inference']);
  node.float('ratio', 0.5);
  node.integer('seed', 0);
  return node.operand(0);
};

export const activation: Readonly<Record<string, Translation>> = {
  Relu: plain('relu'), Sigmoid: plain('sigmoid'), Tanh: plain('tanh'), LeakyRelu: leakyRelu, Clip: clip, Softmax: softmax, ArgMax: argmax, Dropout: dropout,
};
