import { type Plan } from '#program';

/** The caller gave `runSession` something that does not fit the plan; no byte was sent. */
export class SessionInputError extends Error {
  override readonly name = 'SessionInputError';
  readonly code = 'CS0710';
}

const fail = (message: string): never => {
  throw new SessionInputError(message);
};

/** Lengths of all values of a plan by name, in order of definition. Throws `SessionInputError` for a plan that no planner makes. */
export function lengthsOf(plan: Plan): Map<string, number> {
  const lengths = new Map<string, number>();
  const define = (name: string, length: number): void => {
    if (lengths.has(name)) fail(`value \`${name}\` is defined twice`);
    lengths.set(name, length);
  };
  const lengthOf = (name: string): number => lengths.get(name) ?? fail(`value \`${name}\` is used before it is defined`);
  const common = (names: readonly string[]): number => {
    const all = names.map(lengthOf);
    const length = all.find((l) => l !== 1) ?? 1;
    return all.every((l) => l === 1 || l === length) ? length : fail(`lengths of \`${names.join('`, `')}\` differ`);
  };
  for (const input of plan.inputs) {
    if (!Number.isSafeInteger(input.length) || input.length < 0) fail(`length of input \`${input.name}\` is not a count`);
    if (!(input.party >= 0 && input.party < plan.parties.length)) fail(`input \`${input.name}\` belongs to no party`);
    define(input.name, input.length);
  }
  for (const step of plan.steps) {
    if (step.op === 'add') define(step.out, common(step.terms));
    else if (step.op === 'multiply') define(step.out, common([step.left, step.right]));
    else if (step.op === 'combine') {
      if (step.columns.length === 0 || step.columns.length !== step.weights.length) fail(`\`${step.out}\` has not one weight per column`);
      const length = lengthOf(step.columns[0]!);
      if (step.columns.some((column) => lengthOf(column) !== length)) fail(`columns of \`${step.out}\` differ in length`);
      if (step.weights.some((weight) => lengthOf(weight) !== 1)) fail(`a weight of \`${step.out}\` is no single element`);
      define(step.out, length);
    } else lengthOf(step.value);
  }
  for (const output of plan.outputs) {
    if (lengthOf(output.value) !== output.length) fail(`output \`${output.name}\` has not the length of \`${output.value}\``);
  }
  return lengths;
}

export const maxParties = 5;

/** Throws `SessionInputError` unless the plan is well formed for this suite and the inputs are exactly the party's own. */
export function checkSession(plan: Plan, options: {
  readonly planDigest: string;
  readonly sessionId: Uint8Array;
  readonly party: number;
  readonly inputs: ReadonlyMap<string, BigUint64Array>;
  readonly links: readonly unknown[];
}): void {
  const { party, inputs } = options;
  const parties = plan.parties.length;
  if (plan.suite !== 'additive-z64') fail(`suite \`${String(plan.suite)}\` is unknown`);
  if (parties < 2 || parties > maxParties) fail(`${parties} parties; this suite runs with 2 to ${maxParties}`);
  if (!Number.isInteger(party) || party < 0 || party >= parties) fail(`party ${party} is not in the plan`);
  if (options.sessionId.length !== 32) fail('`sessionId` is not 32 bytes');
  if (!/^[0-9a-f]{64}$/.test(options.planDigest)) fail('`planDigest` is not a hex SHA-256');
  for (let peer = 0; peer < parties; peer++) {
    if (peer !== party && !options.links[peer]) fail(`no link to party ${peer}`);
  }
  lengthsOf(plan);
  const own = plan.inputs.filter((input) => input.party === party);
  for (const { name, length } of own) {
    const values = inputs.get(name);
    if (!values) fail(`input \`${name}\` is missing`);
    else if (values.length !== length) fail(`input \`${name}\` has ${values.length} elements instead of ${length}`);
  }
  for (const name of inputs.keys()) {
    if (!own.some((input) => input.name === name)) fail(`input \`${name}\` is not one of party ${party}`);
  }
}
