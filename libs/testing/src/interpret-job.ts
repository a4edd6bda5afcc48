import { type Plan, type ProgramResult, type Table, decodeResult, evaluateLocal, joinBinsInClear, suiteValueBits } from '#program';
import { interpretInstructions } from './interpret-instructions.js';

/** The result of a plan of tensors that its owners' tables and its instructions give, run as the ideal functionality. */
export function interpretJob(plan: Plan, tableOf: (node: string, dataset: string) => Table): ProgramResult {
  const own = new Map(plan.inputs.map((input): [string, bigint[]] => {
    if (!('dataset' in input)) return [input.name, Array.from({ length: input.length }, () => 0n)];
    return [input.name, Array.from(evaluateLocal(input, tableOf(plan.parties[input.party]!, input.dataset), suiteValueBits(plan.suite)), (word) => BigInt.asIntN(64, word))];
  }));
  const inputs = new Map([...own, ...joined(plan, tableOf)]);
  const { outputs } = interpretInstructions(plan, inputs);
  return decodeResult(plan, new Map([...outputs].map(([name, values]) => [name, BigUint64Array.from(values, (value) => BigInt.asUintN(64, value))])));
}

/** The elements of what a join defines, in another order than in clear. */
const joined = (plan: Plan, tableOf: (node: string, dataset: string) => Table): [string, bigint[]][] =>
  [...joinBinsInClear(plan, tableOf)].map(([name, values]) => {
    const { fractionBits } = plan.join!.columns.find((column) => column.name === name) ?? { fractionBits: 0 };
    return [name, Array.from(values, (value) => BigInt(Math.round(value * 2 ** fractionBits))).reverse()];
  });
