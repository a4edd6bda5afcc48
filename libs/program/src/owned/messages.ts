import { type TensorType } from '../tensor/operator.js';
import { type ValueStep } from '../tensor/operators/index.js';
import { MOST_WRITTEN_OUT, matrixShape } from '../tensor/operators/product.js';

/** Whether a step on shares sends no message. */
export function sendsNothing(step: ValueStep, typeOf: (name: string) => TensorType): boolean {
  switch (step.op) {
    case 'add': case 'linear': case 'reshape': case 'transpose': case 'slice': case 'concat': case 'broadcast': case 'windows': case 'sum': case 'within': return true;
    case 'rescale': return step.fractionBits >= typeOf(step.value).fractionBits;
    case 'multiply': case 'product': case 'matmul': {
      const [left, right] = [typeOf(step.left), typeOf(step.right)];
      if (!left.open && !right.open) return false;
      if (step.op === 'multiply') return true;
      if (step.fractionBits < left.fractionBits + right.fractionBits) return false;
      if (step.op === 'product') return true;
      const { rows, inner, columns } = matrixShape(step.out, left, right);
      return rows * inner * columns <= MOST_WRITTEN_OUT;
    }
    default: return false;
  }
}
