import { type Node, type Translation, type Value, type Writer } from './node.js';

const identity: Translation = (node) => node.operand(0);

/** A tensor of the file. Reals are weights as those of any other kind. */
const constant: Translation = (node) => {
  const value = node.tensor('value');
  if (value) return { kind: 'known', tensor: value };
  const [reals, whole] = [node.message.attributes.has('value_float'), node.message.attributes.has('value_int')];
  if (reals) return { kind: 'known', tensor: { shape: [], elements: Float64Array.of(node.float('value_float', 0)), real: true } };
  if (whole) return { kind: 'known', tensor: { shape: [], elements: Float64Array.of(node.integer('value_int', 0)), real: false } };
  const integers = node.integers('value_ints');
  if (integers) return { kind: 'known', tensor: { shape: [integers.length], elements: Float64Array.from(integers), real: false } };
  throw node.refuse('it holds no tensor of numbers');
};

const reshape: Translation = (node, writer) => {
  const shape = node.opset < 5 ? node.integers('shape') : node.integersOf(1);
  if (!shape) throw node.refuse('it has no shape');
  return writer.layer({ op: 'reshape', value: writer.name(node.operand(0)), shape, zero: node.flag('allowzero') ? 'none' : 'kept' });
};

const flatten: Translation = (node, writer) => writer.layer({ op: 'flatten', value: writer.name(node.operand(0)), axis: node.integer('axis', 1) });

const transpose: Translation = (node, writer) => {
  const axes = node.integers('perm');
  return writer.layer({ op: 'transpose', value: writer.name(node.operand(0)), ...(axes && { axes }) });
};

const concat: Translation = (node, writer) => {
  if (node.opset >= 4 && !node.message.attributes.has('axis')) throw node.refuse('it has no axis');
  return writer.layer({ op: 'concat', values: node.operands.map((_, i) => writer.name(node.operand(i))), axis: node.integer('axis', 1) });
};

/** With a constant, which is part of the architecture. */
const pad: Translation = (node, writer) => {
  if (node.text('mode', 'constant') !== 'constant') throw node.refuse('it pads with other than a constant');
  const listed = node.opset < 11;
  const pads = listed ? node.integers('pads') : node.integersOf(1);
  const fill = listed ? String(node.float('value', 0)) : node.has(2) ? node.numberOf(2) : '0';
  const rank = writer.shapeOf(node.operand(0)).length;
  const axes = node.has(3) ? node.integersOf(3).map((axis) => (axis < 0 ? axis + rank : axis)) : Array.from({ length: rank }, (_, axis) => axis);
  if (pads?.length !== 2 * axes.length || axes.some((axis) => !(axis >= 0 && axis < rank))) throw node.refuse('its pads do not fit its operand');
  if (pads.some((each) => each < 0)) throw node.refuse('it takes elements away');
  const along = (from: number): number[] => Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? pads[from + axes.indexOf(axis)]! : 0));
  return writer.layer({ op: 'pad', value: writer.name(node.operand(0)), before: along(0), after: along(axes.length), fill });
};

/** Axes stand in an attribute, or in an operand from the operator set `since` on. */
const reduced = (op: 'sum' | 'mean', since: number): Translation => (node: Node, writer: Writer): Value => {
  const axes = node.opset < since ? node.integers('axes') : node.has(1) ? node.integersOf(1) : undefined;
  const keep = node.flag('keepdims', 1);
  if (node.flag('noop_with_empty_axes') && (axes ?? []).length === 0) return node.operand(0);
  return writer.layer({ op, value: writer.name(node.operand(0)), axes: axes === undefined || axes.length === 0 ? 'all' : axes, keep });
};

export const shape: Readonly<Record<string, Translation>> = {
  Identity: identity, Constant: constant, Reshape: reshape, Flatten: flatten, Transpose: transpose, Concat: concat, Pad: pad, ReduceMean: reduced('mean', 18), ReduceSum: reduced('sum', 13),
};
