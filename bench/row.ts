/**
 * One measured figure. `ratio` is this value against `peer`, measured in the same run; above 1 means ahead of the peer. `goal` is what we want of the value, in its own unit;
 * `ofGoal` is the value against it; from 1 on the goal is met.
 */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly peer?: string;
  readonly ratio?: number;
  readonly goal?: number;
  readonly ofGoal?: number;
}

/** The figure beside what it should stay under. */
export const atMost = (goal: number, row: BenchRow): BenchRow => ({ ...row, goal, ofGoal: goal / row.value });
/** The figure beside what it should reach. */
export const atLeast = (goal: number, row: BenchRow): BenchRow => ({ ...row, goal, ofGoal: row.value / goal });
/** The same where only some rows have a goal. */
export const within = (goal: number | undefined, row: BenchRow): BenchRow => (goal === undefined ? row : atMost(goal, row));
/** Of the process of one party, code and runtime included: a session stays below 1 GiB. */
export const mostMemory = (what: string, peakMiB: number): BenchRow => atMost(1024, { name: `${what}: most memory of a party`, value: peakMiB, unit: 'MiB' });

export const format = (value: number): string => (value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3));
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
