import { type KernelMemory, multiplyAddInto } from '#kernels';

/** a_p², with which a party begins. Secret. */
export function ownSquares(memory: KernelMemory, a: BigUint64Array): BigUint64Array {
  const squares = new BigUint64Array(a.length);
  multiplyAddInto(memory, squares, a, a);
  return squares;
}
