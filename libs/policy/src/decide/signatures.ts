import { type Condition, type Quorum, type Signers } from '../rules.js';
import { type PolicyFacts, type PolicyJob } from '../types.js';

/**
 * One who can sign: all names and keys that belong together. Two names of one key are one signer, and so are two keys of one name, so that nobody
 * fills two seats.
 */
export interface Signer {
  readonly names: Set<string>;
  readonly keyIds: Set<string>;
  /** Role, and role with the node where it is held. */
  readonly roles: Set<string>;
  signed: boolean;
  /** May not sign this job. */
  excluded: boolean;
}

const roleKey = (role: string, at: string | undefined): string => (at === undefined ? role : `${role}\0${at}`);

interface SigningRules {
  readonly requesterMaySign: boolean;
  /** Older signatures do not count. */
  readonly lastSeconds: number;
}

/**
 * The signers of this job, each once. A signature counts when its signer and key are registered together and it has not lapsed. Where the
 * requester may not sign, it is excluded by its name and by any of its keys.
 */
export function signersOf(job: PolicyJob, facts: PolicyFacts, { requesterMaySign, lastSeconds }: SigningRules): Signer[] {
  const byName = new Map<string, Signer>();
  const byKey = new Map<string, Signer>();
  for (const { name, keyId, roles, node } of facts.signers) {
    let signer = byName.get(name);
    const other = byKey.get(keyId);
    if (signer !== undefined && other !== undefined && signer !== other) {
      for (const otherName of other.names) {
        signer.names.add(otherName);
        byName.set(otherName, signer);
      }
      for (const otherKey of other.keyIds) {
        signer.keyIds.add(otherKey);
        byKey.set(otherKey, signer);
      }
      for (const role of other.roles) signer.roles.add(role);
    }
    signer ??= other ?? { names: new Set(), keyIds: new Set(), roles: new Set(), signed: false, excluded: false };
    signer.names.add(name);
    signer.keyIds.add(keyId);
    for (const role of roles) {
      signer.roles.add(role);
      if (node !== undefined) signer.roles.add(roleKey(role, node));
    }
    byName.set(name, signer);
    byKey.set(keyId, signer);
  }
  const entries = new Set(facts.signers.map(({ name, keyId }) => `${name}\0${keyId}`));
  for (const { signer: name, keyId, signedAt } of facts.signatures) {
    const signer = byKey.get(keyId);
    if (signer !== undefined && entries.has(`${name}\0${keyId}`) && stillCounts(signedAt, facts.now, lastSeconds)) signer.signed = true;
  }
  if (!requesterMaySign) {
    for (const signer of [byName.get(job.requester.node), byKey.get(job.requester.keyId)]) if (signer !== undefined) signer.excluded = true;
  }
  return [...new Set(byName.values())];
}

/** A signature without an instant, or from the future, counts only where signatures do not lapse. */
function stillCounts(signedAt: string | undefined, now: string, lastSeconds: number): boolean {
  if (lastSeconds === Infinity) return true;
  const age = signedAt === undefined ? NaN : Date.parse(now) - Date.parse(signedAt);
  return age >= 0 && age <= lastSeconds * 1_000;
}

/** The names of those, among the makers of some statements, who belong to a pool. */
export function membersAmong(pool: readonly Signers[], job: PolicyJob, signers: readonly Signer[], statements: readonly { readonly signer: string; readonly keyId: string }[]): readonly string[] {
  const owners = new Set(job.inputs.map(({ node }) => node));
  const made = statements.flatMap(({ signer: name, keyId }) => signers.filter((signer) => signer.names.has(name) && signer.keyIds.has(keyId)));
  return [...new Set(made)].flatMap((signer) => pool.map((part) => nameIn(part, signer, owners, job.requester.node)).find((name) => name !== undefined) ?? []);
}

/** Seats of one kind: `need` of them, each for a different signer of `pool`, which gives the name that puts each of them there. */
export interface Seats {
  readonly need: number;
  readonly pool: ReadonlyMap<Signer, string>;
}

function nameIn(pool: Signers, signer: Signer, owners: ReadonlySet<string>, requester: string): string | undefined {
  if ('node' in pool) return signer.names.has(pool.node) ? pool.node : undefined;
  const [first] = signer.names;
  if ('role' in pool) return signer.roles.has(roleKey(pool.role, pool.at)) ? first : undefined;
  for (const name of signer.names) if (owners.has(name) && (pool.owners === 'all' || name !== requester)) return name;
  return undefined;
}

function seatsOf({ need, of }: Quorum, job: PolicyJob, signers: readonly Signer[]): Seats {
  const requester = job.requester.node;
  const owners = new Set(job.inputs.map(({ node }) => node));
  const pool = new Map<Signer, string>();
  let size = 0;
  for (const signer of signers) {
    for (const part of of) {
      const name = nameIn(part, signer, owners, requester);
      if (name === undefined) continue;
      size++;
      if (!signer.excluded) pool.set(signer, name);
      break;
    }
  }
  // Owners count whether or not they can sign: the quorum is of the owners of the job, not of those that are reachable.
  for (const part of of) if ('owners' in part) size = Math.max(size, owners.size - (part.owners === 'other' && owners.has(requester) ? 1 : 0));
  const wanted = need === 'every' ? size : need === 'majority' ? Math.floor(size / 2) + 1 : need;
  // An empty pool satisfies nothing, not even "every".
  return { need: Math.max(1, wanted), pool };
}

/** Each way to satisfy a condition: the seats that must all be filled, by different signers. At most `MAX_ALTERNATIVES`, see the compiler. */
function waysTo(condition: Condition, job: PolicyJob, signers: readonly Signer[]): readonly (readonly Seats[])[] {
  if ('quorum' in condition) return [[seatsOf(condition.quorum, job, signers)]];
  if ('any' in condition) return condition.any.flatMap((item) => waysTo(item, job, signers));
  return condition.all
    .map((item) => waysTo(item, job, signers))
    .reduce<readonly (readonly Seats[])[]>((ways, more) => ways.flatMap((way) => more.map((seats) => [...way, ...seats])), [[]]);
}

export interface Open {
  readonly need: number;
  /** Who has not signed and could, by name. */
  readonly of: readonly string[];
}
export type Signed =
  | { readonly is: 'met' }
  /** The fewest signatures that are still to come, and everybody whose signature could count. */
  | { readonly is: 'open'; readonly missing: readonly Open[]; readonly canSign: readonly string[] }
  /** Nobody who could sign would be enough. */
  | { readonly is: 'closed' };

/** How far a condition is met by those who signed. Monotone: a signature more never makes it less met. */
export function signed(condition: Condition, job: PolicyJob, signers: readonly Signer[]): Signed {
  let best: readonly Open[] | undefined;
  let fewest = Infinity;
  const canSign = new Set<string>();
  for (const way of waysTo(condition, job, signers)) {
    const missing = missingOf(way);
    if (missing === undefined) continue;
    if (missing.length === 0) return { is: 'met' };
    for (const { of } of missing) for (const name of of) canSign.add(name);
    const count = missing.reduce((sum, { need }) => sum + need, 0);
    if (count < fewest) [best, fewest] = [missing, count];
  }
  return best === undefined ? { is: 'closed' } : { is: 'open', missing: best, canSign: [...canSign].sort() };
}

/** What is missing to fill all seats of one way, or undefined when they cannot all be filled. Signers are matched to seats, one signer in one seat. */
function missingOf(way: readonly Seats[]): readonly Open[] | undefined {
  const seatOf = new Map<Signer, number>();
  const filled = way.map(() => 0);
  // Augmenting paths (Kuhn): those who signed first, so that they keep a seat when the others join.
  const place = (kind: number, everybody: boolean, tried: Set<Signer>): boolean => {
    for (const signer of way[kind].pool.keys()) {
      const held = seatOf.get(signer);
      if (tried.has(signer) || held === kind || !(everybody || signer.signed)) continue;
      tried.add(signer);
      if (held === undefined || place(held, everybody, tried)) {
        seatOf.set(signer, kind);
        return true;
      }
    }
    return false;
  };
  for (const everybody of [false, true]) {
    for (let kind = 0; kind < way.length; kind++) while (filled[kind] < way[kind].need && place(kind, everybody, new Set())) filled[kind]++;
  }
  if (filled.some((count, kind) => count < way[kind].need)) return undefined;
  const missing: Open[] = [];
  way.forEach(({ pool }, kind) => {
    let need = 0;
    for (const [signer, seat] of seatOf) if (seat === kind && !signer.signed) need++;
    if (need > 0) missing.push({ need, of: [...pool].flatMap(([signer, name]) => (signer.signed ? [] : [name])).sort() });
  });
  return missing;
}
