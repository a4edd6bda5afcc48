import { PlanError } from '../../errors.js';
import { mapped } from '../tensor.js';
import { type Node, type Translation, type Value, type Writer } from './node.js';

/** Before operator set 7 the second operand could be laid along an axis of the first. */
function aligned(node: Node, writer: Writer): Value {
  const right = node.operand(1);
  if (node.opset >= 7) return right;
  const axis = node.integer('axis', -1);
  if (!node.flag('broadcast') || axis < 0) return right;
  const shape = writer.shapeOf(right);
  const after = writer.shapeOf(node.operand(0)).length - axis - shape.length;
  if (after < 0) throw node.refuse('its second operand does not fit along the axis');
  return writer.layer({ op: 'reshape', value: writer.name(right), shape: [...shape, ...Array.from({ length: after }, () => 1)], zero: 'none' });
}

const pair = (op: 'add' | 'subtract' | 'multiply'): Translation => (node, writer) => {
  const right = aligned(node, writer);
  return writer.layer({ op, left: writer.name(node.operand(0)), right: writer.name(right) });
};

/** By a weight: times its reciprocal, which the owner computes. */
const divide: Translation = (node, writer) => {
  const right = aligned(node, writer);
  const left = writer.name(node.operand(0));
  if (right.kind !== 'known') return writer.layer({ op: 'divide', left, right: writer.name(right) });
  if (right.tensor.elements.some((x) => x === 0)) throw new PlanError('CS0659', `${node.title} divides by a weight that is 0`);
  return writer.layer({ op: 'multiply', left, right: writer.name({ kind: 'known', tensor: { ...mapped(right.tensor, (x) => 1 / x), real: true } }) });
};

const matmul: Translation = (node, writer) => writer.layer({ op: 'matmul', left: writer.name(node.operand(0)), right: writer.name(node.operand(1)) });

/** α · A' · B' + β · C; the owner multiplies its weights by α and β. */
const gemm: Translation = (node, writer) => {
  const [alpha, beta] = [node.float('alpha', 1), node.float('beta', 1)];
  const side = (i: number, name: string): Value => (node.flag(name) ? writer.layer({ op: 'transpose', value: writer.name(node.operand(i)), axes: [1, 0] }) : node.operand(i));
  if (node.opset < 7) node.flag('broadcast');
  const times = (value: Value, factor: number): Value => (factor === 1 ? value : writer.layer({ op: 'scale', value: writer.name(value), factor: String(factor) }));
  const [left, right] = [side(0, 'transA'), side(1, 'transB')];
  const [a, b] = right.kind === 'known' ? [left, times(right, alpha)] : [times(left, alpha), right];
  const product = writer.layer({ op: 'matmul', left: writer.name(a), right: writer.name(b) });
  return node.has(2) && beta !== 0 ? writer.layer({ op: 'add', left: writer.name(product), right: writer.name(times(node.operand(2), beta)) }) : product;
};

export const arithmetic: Readonly<Record<string, Translation>> = { Add: pair('add'), Sub: pair('subtract'), Mul: pair('multiply'), Div: divide, MatMul: matmul, Gemm: gemm };
