import { interpretInstructions } from '#testing';
import { type DatasetDescriptor, type Plan, type PlanRequest, type Table, decodeResult, evaluateLocal, suiteValueBits } from '../../index.js';

/** A job of a consortium whose nodes own these tables as rows. */
export const requestOver = (
  program: string, tables: readonly Table[], descriptors: readonly DatasetDescriptor[], parameters: PlanRequest['parameters'], change: Partial<PlanRequest> = {},
): PlanRequest => ({
  program, parameters, parties: descriptors.map(({ node }) => node), receivers: [descriptors[0]!.node], datasets: descriptors, minimumGroup: 0,
  inputs: descriptors.map(({ node, name }) => ({ node, dataset: name, role: 'rows' })), rows: descriptors.map(({ node, name }, i) => ({ node, dataset: name, rows: tables[i]!.rows })), ...change,
});

/** What a plan opens, run on shares that nobody holds: bit by bit as a suite does. */
export function runIdeally<Result>(plan: Plan, tables: readonly Table[]): Result {
  const inputs = new Map(plan.inputs.map((input) =>
    [input.name, 'dataset' in input ? Array.from(evaluateLocal(input, tables[input.party]!, suiteValueBits(plan.suite)), (word) => BigInt.asIntN(64, word)) : []] as const));
  const { outputs } = interpretInstructions(plan, inputs);
  return decodeResult(plan, new Map([...outputs].map(([name, words]) => [name, BigUint64Array.from(words, (word) => BigInt.asUintN(64, word))]))) as unknown as Result;
}
