import { type Condition, type Quorum, type Signers } from '../rules.js';
import { type Clause, type ConditionNode, type Need, type Pool, type Range, type Ref } from '../syntax.js';
import { normalName } from '../names.js';
import { depthOf } from '../render/parts.js';
import { countOf } from './count.js';
import { joinOf } from './lists.js';
import { nearestName } from './nearest-name.js';
import { type Resolver } from './resolver.js';

/** Deeper nesting of `all` and `any` than this cannot be read by a person. */
export const MAX_DEPTH = 3;
/** The same where no verb tells which part ends where. */
export const MAX_VERBLESS_DEPTH = 2;
/** More ways than this to satisfy one sentence cannot be read by a person and would make deciding slow. */
export const MAX_ALTERNATIVES = 64;

const SIGNING_VERBS = ['signs', 'sign', 'approves', 'approve', 'agrees', 'agree', 'consents', 'consent', 'countersigns', 'countersign'];

const byText = (a: unknown, b: unknown): number => {
  const [x, y] = [JSON.stringify(a), JSON.stringify(b)];
  return x < y ? -1 : x > y ? 1 : 0;
};
/** Sorted, each once. */
export const distinct = <T>(items: readonly T[]): T[] => {
  const seen = new Map(items.map((item) => [JSON.stringify(item), item]));
  return [...seen.values()].sort(byText);
};

const isOneSeat = (condition: Condition): condition is { quorum: Quorum } => 'quorum' in condition && condition.quorum.need === 1;

/** One normal form for one meaning: nested lists of a kind are one list, and "B or C signs" is one seat that either may take. */
export function joined(join: 'and' | 'or', items: readonly Condition[]): Condition {
  const flat = distinct(items.flatMap((item) => (join === 'and' && 'all' in item ? item.all : join === 'or' && 'any' in item ? item.any : [item])));
  if (flat.length === 1) return flat[0];
  if (join === 'and') return { all: flat };
  const seats = flat.filter(isOneSeat);
  if (seats.length < 2) return { any: flat };
  const seat: Condition = { quorum: { need: 1, of: distinct(seats.flatMap(({ quorum }) => quorum.of)) } };
  return seats.length === flat.length ? seat : { any: distinct([seat, ...flat.filter((item) => !isOneSeat(item))]) };
}

/** How many ways there are to satisfy the condition. */
const alternatives = (condition: Condition): number =>
  'all' in condition ? condition.all.reduce((n, item) => n * alternatives(item), 1) : 'any' in condition ? condition.any.reduce((n, item) => n + alternatives(item), 0) : 1;

/** The condition of a sentence; null where it has none, undefined after refusing it. */
export function conditionIn(names: Resolver, when: ConditionNode | null): Condition | null | undefined {
  return when === null ? null : conditionOf(names, when.body);
}

/** Who must sign, or undefined after refusing what is written. */
export function conditionOf(names: Resolver, clause: Clause, maxDepth = MAX_DEPTH): Condition | undefined {
  const condition = clauseOf(names, clause);
  if (condition !== undefined && depthOf(condition) > maxDepth) {
    names.refusals.add('CS0203', names.place(clause), 'nests `either` and `both` too deeply', { help: ['say it in several sentences'] });
    return undefined;
  }
  if (condition !== undefined && alternatives(condition) > MAX_ALTERNATIVES) {
    names.refusals.add('CS0203', names.place(clause), `can be satisfied in more than ${MAX_ALTERNATIVES} ways`, { help: ['say it in several sentences, or with `at least … of …`'] });
    return undefined;
  }
  return condition;
}

function clauseOf(names: Resolver, clause: Clause): Condition | undefined {
  switch (clause.kind) {
    case 'clauses': {
      const join = joinOf(names.refusals, names.place(clause), clause);
      if (join === undefined || !endsClearly(names, clause.items)) return undefined;
      const items = clause.items.map((item) => clauseOf(names, item));
      return items.includes(undefined) || !peopleEndClearly(names, clause.items, items as Condition[]) ? undefined : joined(join, items as Condition[]);
    }
    case 'either':
      return joinedOf(names, 'or', clause.items);
    case 'both':
      return joinedOf(names, 'and', clause.items);
    case 'notSigns':
      names.refusals.add('CS0223', names.place(clause), 'a permission cannot hang on a signature that is missing', { help: ['a missing signature proves nothing: say who must sign'] });
      return undefined;
    case 'uncheckable':
      uncheckable(names, clause);
      return undefined;
    case 'quorum':
      return quorumOf(names, clause, clause.need, clause.of);
  }
}

function joinedOf(names: Resolver, join: 'and' | 'or', clauses: readonly Clause[]): Condition | undefined {
  const items = clauses.map((clause) => clauseOf(names, clause));
  return items.includes(undefined) ? undefined : joined(join, items as Condition[]);
}

function uncheckable(names: Resolver, clause: Range): void {
  const text = names.text(clause);
  const last = text.split(' ').at(-1) ?? '';
  const verb = text.includes(' ') && !SIGNING_VERBS.includes(last) ? nearestName(last, SIGNING_VERBS, (v) => v) : undefined;
  if (verb !== undefined) {
    const { end } = names.place(clause);
    names.refusals.add('CS0210', { start: end - last.length, end }, `I do not know the verb \`${last}\``, { help: [`did you mean \`${verb}\`?`], fix: verb });
    return;
  }
  names.refusals.add('CS0222', names.place(clause), `\`${text}\` cannot be checked by a machine`, { help: ['say who must sign, and how many, for example: if Node B signs'] });
}

function quorumOf(names: Resolver, at: Range, need: Need, pool: Pool): Condition | undefined {
  const found = poolOf(names, at, need, pool);
  const count = need.kind === 'count' ? countOf(names, need, 'signatures') : undefined;
  if (found === undefined || (need.kind === 'count' && count === undefined)) return undefined;
  const of = distinct(found);
  const allNodes = of.every((signers) => 'node' in signers);
  const wanted = need.kind === 'every' ? (allNodes ? of.length : 'every') : need.kind === 'majority' ? (allNodes ? Math.floor(of.length / 2) + 1 : 'majority') : count ?? 1;
  if (allNodes && typeof wanted === 'number' && wanted > of.length) {
    names.refusals.add('CS0219', names.place(at), `asks for ${wanted} signatures but names only ${of.length} possible ${of.length === 1 ? 'signer' : 'signers'}, so it can never be met`, {
      help: [`ask for at most ${of.length}, or name more signers`],
    });
    return undefined;
  }
  return { quorum: { need: wanted, of } };
}

/** The signers of a pool, or undefined after refusing a part of it. */
export function poolOf(names: Resolver, at: Range, need: Need, pool: Pool): Signers[] | undefined {
  if (pool.kind === 'owners') {
    if (need.kind === 'unsaid') {
      names.refusals.add('CS0231', names.place(at), 'does not say how many data owners', { help: ['write `every data owner`, `a majority of data owners`, `any data owner` or `at least 2 data owners`'] });
      return undefined;
    }
    return [{ owners: pool.other ? 'other' : 'all' }];
  }
  if (pool.kind === 'people') {
    const role = roleOf(names, pool.role);
    return role === undefined ? undefined : [{ role }];
  }
  if (pool.kind === 'roleAt') return roleAt(names, at, pool);
  const { list } = pool;
  if (list.items.length > 1 && (joinOf(names.refusals, names.place(at), list) === undefined || !isPlainList(names, at, list.joins))) return undefined;
  const signers = list.items.map((ref) => signersOf(names, ref, need));
  return signers.includes(undefined) ? undefined : (signers as Signers[][]).flat();
}

function refuseUnclearEnd(names: Resolver, at: Range): false {
  names.refusals.add('CS0218', names.place(at), 'it is not clear where this list ends', { help: ['say `sign` after it, or begin with `both` or `either`; separate its items by commas, with one `and` before the last'] });
  return false;
}

/** In "at least 2 of A, B and C and D sign", D could be one of the list or a further signer. */
const isPlainList = (names: Resolver, at: Range, joins: readonly string[]): boolean => joins.slice(0, -1).every((join) => join === ',') || refuseUnclearEnd(names, at);

/** In "at least 2 of A, B and C or D sign", too, unless `either` or `both` says so. */
function endsClearly(names: Resolver, clauses: readonly Clause[]): boolean {
  const unclear = clauses.slice(0, -1).find((clause) => clause.kind === 'quorum' && clause.of.kind === 'refs' && clause.of.list.items.length > 1);
  return unclear === undefined || refuseUnclearEnd(names, unclear);
}

/** In "2 people from Compliance or Security sign", the people could be from both roles. */
function peopleEndClearly(names: Resolver, clauses: readonly Clause[], conditions: readonly Condition[]): boolean {
  const unclear = clauses.find((clause, i) => {
    const next = clauses[i + 1];
    const after = conditions[i + 1];
    return clause.kind === 'quorum' && clause.of.kind === 'people' && clause.need.kind !== 'one' && next?.kind === 'quorum' && next.need.kind === 'unsaid' && isOneSeat(after) && 'role' in after.quorum.of[0];
  });
  return unclear === undefined || refuseUnclearEnd(names, unclear);
}

/** "a data officer of Bank A". */
function roleAt(names: Resolver, at: Range, pool: Extract<Pool, { kind: 'roleAt' }>): Signers[] | undefined {
  // It could be one name that has an "of" in it.
  if (names.suggest(names.text(at), ['node', 'role']) !== undefined) {
    names.unknown(names.place(at), names.text(at), ['node', 'role']);
    return undefined;
  }
  const node = names.resolve(pool.at, ['node']);
  if (node === undefined) return undefined;
  if (node.kind !== 'node') {
    names.refusals.add('CS0216', names.place(pool.at), `\`${node.name}\` is a group, where one node belongs`, { help: ['name the node whose people are meant'] });
    return undefined;
  }
  const held = names.registry.roles.filter(({ nodes }) => nodes.includes(node.name));
  const written = names.unquoted({ start: pool.role.parts[0].start, end: pool.role.end });
  const role = held.find(({ name }) => normalName(name) === normalName(written));
  if (role !== undefined) return [{ role: role.name, at: node.name }];
  const near = nearestName(written, held, ({ name }) => name);
  const help = near !== undefined ? `did you mean \`${near.name}\`?` : held.length > 0 ? `${node.name} has: ${held.map(({ name }) => `\`${name}\``).join(', ')}` : `register people with this role at ${node.name} first`;
  const place = names.place({ start: pool.role.parts[0].start, end: pool.role.end });
  names.refusals.add('CS0213', place, 'nobody can give this signature', { label: `${node.name} has no role with this name`, help: [help], fix: near?.name });
  return undefined;
}

function roleOf(names: Resolver, ref: Ref): string | undefined {
  const role = names.resolve(ref, ['role']);
  if (role === undefined) return undefined;
  if (!names.registry.roles.some(({ name, nodes }) => name === role.name && nodes.length > 0)) {
    names.refusals.add('CS0213', names.place(ref), 'nobody can give this signature', { label: 'no node has this role', help: ['register people with this role first'] });
    return undefined;
  }
  return role.name;
}

function signersOf(names: Resolver, ref: Ref, need: Need): Signers[] | undefined {
  const found = names.resolve(ref, ['node', 'role']);
  if (found === undefined) return undefined;
  if (found.kind === 'node') return [{ node: found.name }];
  if (found.kind !== 'group') return roleOf(names, ref) === undefined ? undefined : [{ role: found.name }];
  if (need.kind === 'unsaid' && found.members.length > 1) {
    names.refusals.add('CS0231', names.place(ref), `does not say how many of \`${found.name}\``, { help: [`write \`every\`, \`any\`, \`at least 2 of\` or \`a majority of\` before it`] });
    return undefined;
  }
  return found.members.map((node) => ({ node }));
}
