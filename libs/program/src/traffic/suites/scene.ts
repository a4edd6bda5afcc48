import { type ByPhase, type Phase } from '../phases.js';
import { type RoundShape } from '../round-shape.js';

/** Sends `bodyBytes` in one message; `undefined` is no message. */
export type Send = (from: number, to: number, phase: Phase, bodyBytes: number | undefined) => void;

/** Everything that the rules of a suite need to know. */
export interface Scene {
  readonly parties: number;
  readonly everybody: readonly number[];
  /** Elements that each party puts in. */
  readonly inputs: readonly number[];
  readonly outputs: number;
  /** Receivers that are parties. */
  readonly to: readonly number[];
  readonly send: Send;
}

/** Who sends what to whom in a suite. */
export interface SuiteRules {
  /** `setUp` and `correlations`, but for what pairs deal. All return their rounds. */
  prepare(scene: Scene, daBits: number): Partial<ByPhase>;
  input(scene: Scene): number;
  round(scene: Scene, shapes: readonly RoundShape[], phase: 'masks' | 'online'): number;
  open(scene: Scene): number;
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

export function eachPair({ everybody }: Scene, each: (from: number, to: number) => void): void {
  for (const from of everybody) for (const to of everybody) if (from !== to) each(from, to);
}
