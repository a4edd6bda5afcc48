import { type InteractiveInstruction, type RegisterType, type Series } from '../machine/instructions.js';

/** What an operation of a round is, for how much it sends. */
export type RoundShape =
  | { readonly op: 'multiply' | 'openWords'; readonly length: number }
  | { readonly op: 'matmul'; readonly rows: number; readonly inner: number; readonly columns: number; readonly series?: Series }
  | { readonly op: 'and' | 'openBits'; readonly planes: number; readonly lanes: number };

/** Packed bits of one plane, in bytes. */
export const packedBytes = (lanes: number): number => Math.ceil(lanes / 8);

export function shapeOf(instruction: InteractiveInstruction, registers: readonly RegisterType[]): RoundShape {
  if (instruction.op === 'matmul') return instruction;
  const type = registers[instruction.out]!;
  if (instruction.op === 'multiply' || instruction.op === 'openWords') return { op: instruction.op, length: (type as Extract<RegisterType, { length: number }>).length };
  const { planes, lanes } = type as Extract<RegisterType, { planes: number }>;
  return { op: instruction.op, planes, lanes };
}
