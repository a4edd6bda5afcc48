import { type Plan, SUITES, checkPlan } from '#program/plans';

/** The caller gave `runSession` something that does not fit the plan; no byte was sent. */
export class SessionInputError extends Error {
  override readonly name = 'SessionInputError';
  readonly code = 'CS0710';
}

export interface SessionParameters {
  readonly plan: Plan;
  readonly planDigest: string;
  readonly sessionId: Uint8Array;
  readonly party: number;
  readonly inputs: ReadonlyMap<string, BigUint64Array>;
  readonly links: readonly unknown[];
}

/**
 * Throws `PlanError` for a plan that no planner makes and `SessionInputError` unless its suite can run it and the inputs are exactly the
 * party's own.
 */
export function checkSession({ plan, planDigest, sessionId, party, inputs, links }: SessionParameters): void {
  const parties = plan.parties.length;
  const facts = (SUITES as Partial<typeof SUITES>)[plan.suite];
  if (!facts) throw new SessionInputError(`suite \`${String(plan.suite)}\` is unknown`);
  const [least, most] = facts.parties;
  if (parties < least || parties > most) fail(`${parties} parties; \`${plan.suite}\` runs with ${least === most ? least : `${least} to ${most}`}`);
  if (!Number.isInteger(party) || party < 0 || party >= parties) fail(`party ${party} is not in the plan`);
  if (sessionId.length !== 32) fail('`sessionId` is not 32 bytes');
  if (!/^[0-9a-f]{64}$/.test(planDigest)) fail('`planDigest` is not a hex SHA-256');
  for (let peer = 0; peer < parties; peer++) {
    if (peer !== party && !links[peer]) fail(`no link to party ${peer}`);
  }
  const own = plan.inputs.filter((input) => input.party === party);
  for (const { name, length } of own) {
    const values = inputs.get(name);
    if (!values) fail(`input \`${name}\` is missing`);
    else if (values.length !== length) fail(`input \`${name}\` has ${values.length} elements instead of ${length}`);
  }
  for (const name of inputs.keys()) {
    if (!own.some((input) => input.name === name)) fail(`input \`${name}\` is not one of party ${party}`);
  }
  checkPlan(plan);
}

function fail(message: string): void {
  throw new SessionInputError(message);
}
