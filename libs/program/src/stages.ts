import { PlanError } from './errors.js';

export type StageKind = 'epoch' | 'step' | 'layer';

/** One level of where a computation is: `index` of `of`, counted from 1. */
export interface StagePart {
  readonly kind: StageKind;
  readonly index: number;
  readonly of: number;
  /** What people call it, such as the node of a network. */
  readonly name?: string;
}

/** Where a computation is, the outermost part first: epoch 3 of 10, step 23 of 50. Of no part where the program does not say. */
export type Stage = readonly StagePart[];

/** From the step that makes the value `from` on, up to the next stage. */
export interface PlanStage {
  readonly from: string;
  readonly parts: Stage;
}

/** From an online level on, counted from 0, up to the next stage. */
export interface LevelStage {
  readonly level: number;
  readonly parts: Stage;
}

export const MOST_STAGE_PARTS = 3;
export const MOST_STAGE_INDEX = 1_000_000;

/** Throws PlanError CS0629. */
export function checkStage(parts: Stage): void {
  const fits = ({ index, of }: StagePart): boolean => Number.isSafeInteger(index) && Number.isSafeInteger(of) && index >= 1 && index <= of && of <= MOST_STAGE_INDEX;
  if (parts.length > MOST_STAGE_PARTS || !parts.every(fits)) throw new PlanError('CS0629', `a stage is at most ${MOST_STAGE_PARTS} parts, each one of so many, counted from 1`);
}

/** The stage that each value is made in, by its name: some first steps of a stage may be its owner's alone. */
export function stagesOfSteps({ steps, stages = [] }: { readonly steps: readonly object[]; readonly stages?: readonly PlanStage[] }): ReadonlyMap<string, Stage> {
  const starts = new Map(stages.map(({ from, parts }) => [from, parts]));
  const known = new Map<string, Stage>();
  let current: Stage | undefined;
  for (const step of starts.size === 0 ? [] : steps) {
    if (!('out' in step) || typeof step.out !== 'string') continue;
    current = starts.get(step.out) ?? current;
    if (current) known.set(step.out, current);
  }
  return known;
}

/** Tells the stage of level after level, in order. */
export function stageReader(stages: readonly LevelStage[]): (level: number) => Stage {
  let next = 0;
  return (level) => {
    while (next < stages.length && stages[next]!.level <= level) next += 1;
    return stages[next - 1]?.parts ?? [];
  };
}
