import { joinTurns } from './join/traffic.js';
import { type Instruction, type RegisterType } from './machine/instructions.js';
import { type Lowered, lower } from './machine/lower.js';
import { type Level, roundsOf } from './machine/schedule.js';
import { type Plan } from './plan.js';

/** A product of matrices: rows × inner by inner × columns. */
export interface MatrixShape {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** What a plan costs, derived from it alone. */
export interface PlanCost {
  /** Elementwise products of shared words. */
  readonly triples: number;
  /** Products of shared matrices, in the order in which they are used; those of a series as one. */
  readonly matrixTriples: readonly MatrixShape[];
  /** ANDs of shared bits, in words of 64; an instruction's last word may be partly used. */
  readonly andWords: number;
  /** Random bits that are shared both as words and as bits. */
  readonly daBits: number;
  /** Rounds that no input waits for: masks. */
  readonly offlineRounds: number;
  /** Online rounds: one to share the inputs, those of a join, those of the instructions, one to open the outputs. */
  readonly rounds: number;
}

/** What the plan costs, exactly: what `lower` makes of it is counted. */
export const planCost = (plan: Plan): PlanCost => costOf(lower(plan));

export function costOf({ registers, join, offline, online }: Pick<Lowered, 'registers' | 'join' | 'offline' | 'online'>): PlanCost {
  const all = [...instructionsOf(offline), ...instructionsOf(online)];
  const count = (of: (instruction: Instruction) => number): number => all.reduce((sum, instruction) => sum + of(instruction), 0);
  return {
    triples: count((each) => (each.op === 'multiply' ? elementsOf(registers[each.out]!) : 0)),
    matrixTriples: all.flatMap((each) => (each.op === 'matmul' && !each.series?.from ? [{ rows: each.rows, inner: each.inner, columns: each.series?.columns ?? each.columns }] : [])),
    andWords: count((each) => (each.op === 'and' ? andWordsOf(registers[each.out]!) : 0)),
    daBits: count((each) => (each.op === 'daBits' ? elementsOf(registers[each.word]!) : 0)),
    offlineRounds: roundsOf(offline),
    rounds: 1 + (join ? joinTurns : 0) + roundsOf(online) + 1,
  };
}

/** In the order in which a session runs them. */
const instructionsOf = (levels: readonly Level[]): Instruction[] => levels.flatMap(({ local, interactive }) => [...local, ...interactive]);

export const elementsOf = (type: RegisterType): number => ('length' in type ? type.length : type.planes * type.lanes);

/** Words of AND triples of one instruction: planes lie byte by byte. */
const andWordsOf = (type: RegisterType): number => ('lanes' in type ? Math.ceil((type.planes * Math.ceil(type.lanes / 8)) / 8) : 0);
