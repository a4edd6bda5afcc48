import { type LevelStage, type Stage } from '../stages.js';
import { type Register } from './instructions.js';
import { type Level } from './schedule.js';

/** A stage, and the first register that its steps define; registers are numbered in the order in which steps are lowered. */
export interface StageStart {
  readonly register: Register;
  readonly parts: Stage;
}

/**
 * The stage in force at each level: the first one that is not finished. What runs at once is of several stages where a later one can begin early, so that this is what never goes
 * back. A stage that takes no round of its own is not shown.
 */
export function stagesOfLevels(levels: readonly Level[], starts: readonly StageStart[]): LevelStage[] {
  if (starts.length === 0) return [];
  const stageOf = (register: Register): number => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle]!.register <= register) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  const unfinished = levels.map(({ interactive }) => interactive.reduce((least, { out }) => Math.min(least, stageOf(out)), Infinity));
  for (let level = levels.length - 2; level >= 0; level--) unfinished[level] = Math.min(unfinished[level]!, unfinished[level + 1]!);
  return unfinished.flatMap((stage, level) => (stage === Infinity || stage === (unfinished[level - 1] ?? -1) ? [] : [{ level, parts: starts[stage]!.parts }]));
}
