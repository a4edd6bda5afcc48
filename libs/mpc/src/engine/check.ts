import { type OwnJoinRows, type Plan, SUITES, checkPlan, joinSideOf } from '#program/plans';
import { digestBytes } from '../join/index.js';

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
  readonly join?: OwnJoinRows;
  readonly links: readonly unknown[];
}

/**
 * Throws `PlanError` for a plan that no planner makes and `SessionInputError` unless its suite can run it and the inputs are exactly the
 * party's own.
 */
export function checkSession({ plan, planDigest, sessionId, party, inputs, join, links }: SessionParameters): void {
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
  checkJoin(plan, party, join);
}

function checkJoin(plan: Plan, party: number, rows: OwnJoinRows | undefined): void {
  const { join } = plan;
  const side = joinSideOf(plan, party);
  if (!join || !side) return rows && fail(`party ${party} joins no table`);
  if (!rows) return fail(`party ${party} has no table to join`);
  const { digests, columns } = rows;
  const count = digests.length / digestBytes;
  if (!Number.isInteger(count) || count > join[side].maxRows) fail(`the table of party ${party} has more rows than declared`);
  if (columns.length !== join.columns.filter((column) => column.side === side).length) fail(`the table of party ${party} has other columns than the plan`);
  if (columns.some(({ length }) => length !== count)) fail(`a column of party ${party} has another number of rows than its table`);
  const keys = new Set(Array.from({ length: count }, (_, i) => Buffer.from(digests.buffer, digests.byteOffset + digestBytes * i, digestBytes).toString('latin1')));
  if (keys.size !== count) fail(`two rows of the table of party ${party} have the same key`);
}

function fail(message: string): void {
  throw new SessionInputError(message);
}
