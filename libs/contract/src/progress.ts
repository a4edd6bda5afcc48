import { z } from 'zod';
import { MOST_STAGE_INDEX, MOST_STAGE_PARTS } from '#program';
import { Line } from './primitives.js';

/**
 * How far a node is in a session. A hint for people: unsigned, lost without harm, and nothing is decided by it. It follows from the plan, which is public, and from when
 * messages of the protocol arrive, which every party sees; no value has a part in it.
 */
export const PHASES = ['connecting', 'preprocessing', 'inputs', 'online'] as const;
const counted = z.int().min(1).max(MOST_STAGE_INDEX);
/** One level of where a program is, counted from 1: epoch 3 of 10. */
export const StagePart = z.strictObject({ kind: z.enum(['epoch', 'step', 'layer']), index: counted, of: counted, name: Line(64).min(1).optional() })
  .refine(({ index, of }) => index <= of, 'a part is one of so many');
export type StagePart = z.infer<typeof StagePart>;

export const progressFields = {
  phase: z.enum(PHASES),
  /** Of peers that are connected, batches of correlations, inputs, or rounds of messages. */
  done: z.int().min(0), of: z.int().min(0),
  /** Sent and received so far, on all links of the session. */
  bytes: z.int().min(0),
  /** The outermost first; while the program runs, where it says. */
  stage: z.array(StagePart).min(1).max(MOST_STAGE_PARTS).optional(),
};
export const withinBounds = ({ done, of }: { readonly done: number; readonly of: number }): boolean => done <= of;
