import { type Condition, type Quorum, type Signers as Part } from '../rules.js';
import { type PolicyFacts, type PolicyJob } from '../types.js';
import { type Register, type Signer } from './register.js';

/** Who asks, and whose data is asked for. */
type Asked = Pick<PolicyJob, 'inputs'> & { readonly requester: Pick<PolicyJob['requester'], 'node' | 'keyId'> };

interface SigningRules {
  readonly requesterMaySign: boolean;
  /** Older signatures do not count. */
  readonly lastSeconds: number;
}

/** The signers of one job. */
export interface Signers {
  readonly register: Register;
  readonly signed: ReadonlySet<Signer>;
  /** May not sign this job. */
  readonly excluded: readonly Signer[];
}

/**
 * The signers of this job. A signature counts when its signer and key are registered together and it has not lapsed. Where the requester may not
 * sign, it is excluded by its name and by any of its keys.
 */
export function signersOf({ requester }: Asked, { now, signatures }: Pick<PolicyFacts, 'now' | 'signatures'>, { requesterMaySign, lastSeconds }: SigningRules, register: Register): Signers {
  const signed = new Set<Signer>();
  for (const { signer: name, keyId, signedAt } of signatures) {
    const signer = register.find(name, keyId);
    if (signer !== undefined && stillCounts(signedAt, now, lastSeconds)) signed.add(signer);
  }
  return { register, signed, excluded: requesterMaySign ? [] : register.either(requester.node, requester.keyId) };
}

/** A signature without an instant, or from the future, counts only where signatures do not lapse. */
function stillCounts(signedAt: string | undefined, now: string, lastSeconds: number): boolean {
  if (lastSeconds === Infinity) return true;
  const age = signedAt === undefined ? NaN : Date.parse(now) - Date.parse(signedAt);
  return age >= 0 && age <= lastSeconds * 1_000;
}

/** The names of those, among the makers of some statements, who belong to a pool. */
export function membersAmong(pool: readonly Part[], job: Asked, { register }: Pick<Signers, 'register'>, statements: readonly { readonly signer: string; readonly keyId: string }[]): readonly string[] {
  const made = new Set(statements.flatMap(({ signer, keyId }) => register.find(signer, keyId) ?? []));
  return [...made].flatMap((signer) => nameAmong(pool, signer, job) ?? []);
}

interface Candidate {
  readonly signer: Signer;
  /** The name that puts the signer in the pool. */
  readonly name: string;
  readonly signed: boolean;
}

/** Seats of one kind: `need` of them, each for a different signer of `pool`. */
export interface Seats {
  readonly need: number;
  readonly pool: readonly Candidate[];
}

function nameAmong(pool: readonly Part[], signer: Signer, job: Asked): string | undefined {
  for (const part of pool) {
    const name = nameIn(part, signer, job);
    if (name !== undefined) return name;
  }
  return undefined;
}

function nameIn(part: Part, signer: Signer, { inputs, requester }: Asked): string | undefined {
  for (const { name, roles, node } of signer.entries) {
    if ('node' in part) {
      if (name === part.node) return name;
    } else if ('role' in part) {
      if (roles.includes(part.role) && (part.at === undefined || part.at === node)) return signer.entries[0].name;
    } else if ((part.owners === 'all' || name !== requester.node) && inputs.some((input) => input.node === name)) return name;
  }
  return undefined;
}

/** Owners count whether or not they can sign: the quorum is of the owners of the job, not of those that are reachable. */
function ownersIn(of: readonly Part[], { inputs, requester }: Asked): number {
  return Math.max(0, ...of.map((part) => ('owners' in part ? new Set(inputs.flatMap(({ node }) => (part.owners === 'other' && node === requester.node ? [] : [node]))).size : 0)));
}

/** The names of all registered signers that belong to one part of a pool. */
export const namesOf = (part: Part, job: Asked, { register }: Pick<Signers, 'register'>): readonly string[] => register.signers.flatMap((signer) => nameIn(part, signer, job) ?? []).sort();

function seatsOf({ need, of }: Quorum, job: Asked, { register, signed, excluded }: Signers): Seats {
  const pool: Candidate[] = [];
  let size = 0;
  for (const signer of register.signers) {
    const name = nameAmong(of, signer, job);
    if (name === undefined) continue;
    size++;
    if (!excluded.includes(signer)) pool.push({ signer, name, signed: signed.has(signer) });
  }
  if (typeof need === 'string') size = Math.max(size, ownersIn(of, job));
  const wanted = need === 'every' ? size : need === 'majority' ? Math.floor(size / 2) + 1 : need;
  // An empty pool satisfies nothing, not even "every".
  return { need: Math.max(1, wanted), pool };
}

/** Each way to satisfy a condition: the seats that must all be filled, by different signers. At most `MAX_ALTERNATIVES`, see the compiler. */
function waysTo(condition: Condition, job: Asked, signers: Signers): readonly (readonly Seats[])[] {
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
export function signed(condition: Condition, job: Asked, signers: Signers): Signed {
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

const open = ({ pool }: Seats, need: number): readonly Open[] => (need === 0 ? [] : [{ need, of: pool.flatMap(({ name, signed: has }) => (has ? [] : [name])).sort() }]);

/** What is missing to fill all seats of one way, or undefined when they cannot all be filled. */
function missingOf(way: readonly Seats[]): readonly Open[] | undefined {
  if (way.length > 1) return missingOfSeveral(way);
  const [seats] = way;
  if (seats.pool.length < seats.need) return undefined;
  return open(seats, Math.max(0, seats.need - seats.pool.filter(({ signed: has }) => has).length));
}

/** Signers are matched to seats of several kinds, one signer in one seat. */
function missingOfSeveral(way: readonly Seats[]): readonly Open[] | undefined {
  const seatOf = new Map<Signer, number>();
  const filled = way.map(() => 0);
  const waiting = way.map(() => 0);
  // Augmenting paths (Kuhn): those who signed first, so that they keep a seat when the others join.
  const place = (kind: number, everybody: boolean, tried: Set<Signer>): boolean => {
    for (const { signer, signed: has } of way[kind].pool) {
      const held = seatOf.get(signer);
      if (tried.has(signer) || held === kind || !(everybody || has)) continue;
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
  way.forEach(({ pool }, kind) => {
    for (const { signer, signed: has } of pool) if (!has && seatOf.get(signer) === kind) waiting[kind]++;
  });
  return way.flatMap((seats, kind) => open(seats, waiting[kind]));
}
