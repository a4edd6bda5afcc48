import { type Plan } from '../plan.js';
import { type TensorType, lengthOf } from '../tensor/operator.js';
import { operatorOf } from '../tensor/operators/index.js';
import { checkPlan } from '../values.js';
import { isNegative, styleOf } from './conversions.js';
import { Emitter } from './emitter.js';
import { type Instruction, type InstructionList, type Register, readsOf, writesOf } from './instructions.js';
import { type Level, schedule } from './schedule.js';

/** A plan as instructions. */
export interface Lowered {
  readonly registers: InstructionList['registers'];
  /** The register of each of the plan's inputs, in their order. */
  readonly inputs: readonly Register[];
  /** The register of each of the plan's outputs, in their order; always of shares. */
  readonly outputs: readonly Register[];
  readonly offline: readonly Level[];
  readonly online: readonly Level[];
}

/** What every party executes for the plan: a pure function of it. Throws `PlanError`. */
export function lower(plan: Plan): Lowered {
  const types = checkPlan(plan);
  const emit = new Emitter(styleOf(plan.suite), plan.parties.length);
  const registers = new Map<string, Register>();
  const lowering = {
    emit,
    typeOf: (name: string): TensorType => types.get(name)!,
    register: (name: string): Register => registers.get(name)!,
  };
  const inputs = plan.inputs.map(({ name, length }) => {
    const register = emit.declare({ kind: 'words', length });
    registers.set(name, register);
    return register;
  });
  for (const step of plan.steps) {
    // Nothing is executed for what has no elements.
    const empty = lengthOf(types.get(step.op === 'require_at_least' ? step.value : step.out)!.shape) === 0;
    if (step.op !== 'require_at_least') registers.set(step.out, empty ? emit.constant([]) : operatorOf(step).lower(step, lowering));
    else if (!empty) requireAtLeast(emit, registers.get(step.value)!, step.bound);
  }
  const outputs = plan.outputs.map(({ value }) => emit.shared(registers.get(value)!));
  const list = withoutUnused(emit.finish(), outputs);
  const made = list.offline.flatMap(writesOf);
  return { registers: list.registers, inputs, outputs, offline: schedule(list.offline), online: schedule(list.online, [...inputs, ...made]) };
}

/** Opens one bit: whether every element is at least `bound`. The lanes are halved; of an odd number the last one counts twice. */
function requireAtLeast(emit: Emitter, value: Register, bound: number): void {
  let enough = emit.not(isNegative(emit, emit.plus(emit.shared(value), -BigInt(bound))));
  for (let lanes = emit.lanesOf(enough); lanes > 1; lanes = Math.ceil(lanes / 2)) {
    const half = Math.ceil(lanes / 2);
    enough = emit.and(emit.lanes(enough, numbersFrom(0, half)), emit.lanes(enough, numbersFrom(lanes - half, half)));
  }
  emit.require(emit.openBits(enough));
}

const numbersFrom = (first: number, count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => first + i);

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
