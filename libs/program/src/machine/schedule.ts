import { type Instruction, type InteractiveInstruction, type LocalInstruction, type Register, isInteractive, readsOf, writesOf } from './instructions.js';

/** Local instructions, then interactive ones that share one round. */
export interface Level {
  readonly local: readonly LocalInstruction[];
  readonly interactive: readonly InteractiveInstruction[];
}

/**
 * The instructions by the number of rounds that they have to wait for: everything runs as early as it can, and what runs at the same time
 * shares its messages. `ready` registers are there at the start. The last level has no interactive instruction.
 */
export function schedule(instructions: readonly Instruction[], ready: Iterable<Register> = []): Level[] {
  const availableAt = new Map<Register, number>();
  for (const register of ready) availableAt.set(register, 0);
  const levels: { local: LocalInstruction[]; interactive: InteractiveInstruction[] }[] = [];
  const levelAt = (at: number): (typeof levels)[number] => {
    while (levels.length <= at) levels.push({ local: [], interactive: [] });
    return levels[at]!;
  };
  for (const instruction of instructions) {
    const at = readsOf(instruction).reduce((latest, register) => {
      const available = availableAt.get(register);
      if (available === undefined) throw new RangeError(`register ${register} is read before it is written`);
      return Math.max(latest, available);
    }, 0);
    if (isInteractive(instruction)) levelAt(at).interactive.push(instruction);
    else levelAt(at).local.push(instruction);
    for (const register of writesOf(instruction)) availableAt.set(register, isInteractive(instruction) ? at + 1 : at);
  }
  // What a round brings may be read by nobody, but the round takes place.
  const last = levels.at(-1);
  if (last && last.interactive.length > 0) levels.push({ local: [], interactive: [] });
  return levels;
}

/** How many rounds a schedule takes. */
export const roundsOf = (levels: readonly Level[]): number => levels.reduce((rounds, { interactive }) => rounds + (interactive.length > 0 ? 1 : 0), 0);
