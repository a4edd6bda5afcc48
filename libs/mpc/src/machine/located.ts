import { type KernelMemory } from '#kernels';
import { type Register, type RegisterType } from '#program/plans';
import { type Suite } from '../sharing/suite.js';

/** Where a register lies and what it is. */
export interface Located {
  readonly at: number;
  readonly type: RegisterType;
}

/** What local instructions run on. */
export interface Place {
  readonly memory: KernelMemory;
  readonly suite: Suite;
  readonly of: (register: Register) => Located;
}

/** Elements of a register of words. */
export const lengthOf = (type: RegisterType): number => (type as Extract<RegisterType, { length: number }>).length;
export const matrixOf = (type: RegisterType): { planes: number; lanes: number } => {
  const { planes, lanes } = type as Extract<RegisterType, { lanes: number }>;
  return { planes, lanes };
};
