import { joinBins, joinTagBits } from '../join/shape.js';
import { byOwner } from '../owned/by-owner.js';
import { MOST_OWN_MS, ownMilliseconds } from '../owned/duration.js';
import { type OwnWork, type SharedVector, type Sharing, sharingOf } from '../owned/sharing.js';
import { type Plan, type PlanJoin, isRequirement } from '../plan.js';
import { type LevelStage, stagesOfSteps } from '../stages.js';
import { type TensorType, lengthOf } from '../tensor/operator.js';
import { operatorOf } from '../tensor/operators/index.js';
import { checkPlan } from '../values.js';
import { allSet } from './circuits.js';
import { styleOf, toWords } from './conversions.js';
import { Emitter } from './emitter.js';
import { type Instruction, type InstructionList, type InteractiveInstruction, type Register, type Style, readsOf, writesOf } from './instructions.js';
import { Requirements } from './requirements.js';
import { type Level, schedule } from './schedule.js';
import { type StageStart, stagesOfLevels } from './stages.js';

/** A plan as instructions. */
export interface Lowered {
  readonly registers: InstructionList['registers'];
  /** What is shared, by whom, and where to, in order. */
  readonly inputs: readonly (SharedVector & { readonly register: Register })[];
  /** What owners compute of their inputs before they share. */
  readonly own: OwnWork;
  readonly join?: LoweredJoin;
  /** The register of each of the plan's outputs, in their order; always of shares. */
  readonly outputs: readonly Register[];
  readonly offline: readonly Level[];
  readonly online: readonly Level[];
  /** Of the online levels, where the plan has any. */
  readonly stages: readonly LevelStage[];
}

/** Where the halves of a join are put, before anything is made of them. */
export interface LoweredJoin {
  /** Bits: the exclusive or of what the two parties compare, 0 where a left row has a right one. */
  readonly difference: Register;
  /** The words of every column, in the plan's order. What they share where nothing matches is not a value. */
  readonly columns: readonly Register[];
}

/** What every party executes for the plan: a pure function of it. Throws `PlanError`. */
export function lower(plan: Plan): Lowered {
  const { shared, steps, own, types } = sharingWithinTime(plan, checkPlan(plan));
  const emit = new Emitter(styleOf(plan.suite), plan.parties.length);
  const registers = new Map<string, Register>();
  const lowering = {
    emit,
    typeOf: (name: string): TensorType => types.get(name)!,
    register: (name: string): Register => registers.get(name)!,
  };
  const inputs = shared.map((vector) => {
    const register = emit.declare({ kind: 'words', length: vector.length });
    registers.set(vector.name, register);
    return { ...vector, register };
  });
  const join = plan.join && lowerJoin(emit, plan.join);
  if (plan.join && join) {
    registers.set(plan.join.match, join.match);
    plan.join.columns.forEach(({ name }, i) => registers.set(name, join.matched[i]!));
  }
  const requirements = new Requirements(emit, steps);
  const stages = stagesOfSteps(plan);
  const starts: StageStart[] = [];
  for (const step of steps) {
    const parts = isRequirement(step) ? undefined : stages.get(step.out);
    if (parts && parts !== starts.at(-1)?.parts) starts.push({ register: emit.count, parts });
    // Nothing is executed for what has no elements.
    const empty = lengthOf(types.get(isRequirement(step) ? step.value : step.out)!.shape) === 0;
    if (!isRequirement(step)) registers.set(step.out, empty ? emit.constant([]) : operatorOf(step).lower(step, lowering));
    else if (!empty) requirements.add(registers.get(step.value)!, step);
  }
  requirements.finish();
  const outputs = plan.outputs.map(({ value }) => emit.shared(registers.get(value)!));
  const list = withoutUnused(emit.finish(), outputs);
  const made = list.offline.flatMap(writesOf);
  const given = [...inputs.map(({ register }) => register), ...(join ? [join.difference, ...join.columns] : [])];
  const online = inSeries(emit.style, schedule(list.online, [...given, ...made]));
  return {
    registers: list.registers, inputs, own, outputs, ...(join && { join: { difference: join.difference, columns: join.columns } }),
    offline: schedule(list.offline), online, stages: stagesOfLevels(online, starts),
  };
}

/** What owners compute alone, unless one of them would be busy with it for longer than the others are to wait: then all of it is computed on shares. */
function sharingWithinTime(plan: Plan, types: ReadonlyMap<string, TensorType>): Sharing {
  const sharing = sharingOf(plan, byOwner(plan, types));
  const busiestMs = Math.max(...plan.parties.map((_, party) => ownMilliseconds({ inputs: sharing.shared, own: sharing.own }, party)));
  if (busiestMs <= MOST_OWN_MS) return sharing;
  const onShares: Plan = { ...plan, inputs: plan.inputs.map((input) => ('dataset' in input ? { ...input, onShares: true } : input)) };
  return sharingOf(onShares, byOwner(onShares, types));
}

/** A bin matches where no bit differs; a column is multiplied by that, as what a right one shares elsewhere is anything. */
function lowerJoin(emit: Emitter, { left, columns }: PlanJoin): LoweredJoin & { readonly match: Register; readonly matched: readonly Register[] } {
  const bins = joinBins(left.maxRows);
  const difference = emit.declare({ kind: 'bits', planes: joinTagBits(bins), lanes: bins });
  const words = columns.map(() => emit.declare({ kind: 'words', length: bins }));
  const match = toWords(emit, allSet(emit, emit.not(difference)));
  const summed = words.filter((_, i) => columns[i]!.as === 'total');
  const totals = summed.length > 0 ? emit.matmul(emit.concat(summed), match, summed.length, bins, 1) : match;
  const matched = words.map((column, i) => {
    switch (columns[i]!.as) {
      case 'own': return column;
      case 'rows': return emit.multiply(match, column);
      case 'total': return emit.slice(totals, summed.indexOf(column), summed.indexOf(column) + 1);
    }
  });
  return { difference, columns: words, match, matched };
}

/** Without the instructions that nothing follows from. */
function withoutUnused({ registers, offline, online }: InstructionList, outputs: readonly Register[]): InstructionList {
  const used = new Set(outputs);
  const keep = (instructions: readonly Instruction[]): Instruction[] => instructions
    .toReversed()
    .filter((instruction) => {
      if (instruction.op !== 'require' && !writesOf(instruction).some((register) => used.has(register))) return false;
      for (const register of readsOf(instruction)) used.add(register);
      return true;
    })
    .toReversed();
  const kept = keep(online);
  return { registers, offline: keep(offline), online: kept };
}

type Matmul = Extract<InteractiveInstruction, { op: 'matmul' }>;

/** Products of matrices by one left factor as series, where factors are masked. */
function inSeries(style: Style, levels: readonly Level[]): Level[] {
  if (style !== 'masked-ring') return [...levels];
  const keyOf = ({ left, rows, inner }: Matmul): string => `${left} ${rows} ${inner}`;
  const products = Map.groupBy(levels.flatMap(({ interactive }) => interactive.filter((each): each is Matmul => each.op === 'matmul')), keyOf);
  const numbers = new Map([...products.keys()].map((key, number) => [key, number]));
  const before = new Map<string, number>();
  return levels.map(({ local, interactive }) => ({
    local,
    interactive: interactive.map((each) => {
      if (each.op !== 'matmul') return each;
      const key = keyOf(each);
      const all = products.get(key)!;
      if (all.length === 1) return each;
      const from = before.get(key) ?? 0;
      before.set(key, from + each.columns);
      return { ...each, series: { number: numbers.get(key)!, from, columns: all.reduce((sum, { columns }) => sum + columns, 0) } };
    }),
  }));
}
