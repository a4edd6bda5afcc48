import { lower } from '../names.js';
import { type DataSelector, type OtherParties, type Scope } from '../rules.js';
import { type DataItem, type Limit, type List, type Node, type Purposes, type Range, type Ref, type Refs, type ResultsNode, type Things, type Who } from '../syntax.js';
import { datesOf } from './calendar.js';
import { freeWordsOf, normalWords } from './free-words.js';
import { joinOf, sortedNames } from './lists.js';
import { nearestName } from './nearest-name.js';
import { type Resolver, type Wanted } from './resolver.js';

/** All names of a list, groups expanded, or undefined after refusing one. */
function membersOf(names: Resolver, at: Range, list: List<Ref>, wanted: Wanted): string[] | undefined {
  const join = joinOf(names.refusals, names.place(at), list);
  const found = list.items.map((ref) => names.resolve(ref, [wanted]));
  if (join === undefined || found.includes(undefined)) return undefined;
  return sortedNames(found.flatMap((item) => (item?.kind === 'group' ? item.members : [item?.name ?? ''])));
}

export const nodesOf = (names: Resolver, refs: Refs): string[] | undefined => membersOf(names, refs, refs.list, 'node');

type Part<Key extends keyof Scope> = { readonly [K in Key]?: Scope[K] } | undefined;

export function whoOf(names: Resolver, who: Who): Part<'who' | 'agents'> {
  if (who.kind === 'anyone') return {};
  if (who.kind === 'agents') {
    const nodes = who.of === null ? [] : nodesOf(names, who.of);
    return nodes && { agents: true, ...(nodes.length === 0 ? {} : { who: nodes }) };
  }
  const nodes = nodesOf(names, who);
  return nodes && { who: nodes };
}

export function programsOf(names: Resolver, programs: Things | null): Part<'programs'> {
  if (programs === null || programs.kind === 'anything') return {};
  const found = membersOf(names, programs, programs.list, 'program');
  return found && { programs: found };
}

function tagOf(names: Resolver, range: Node<'name' | 'quoted' | 'word'>): DataSelector | undefined {
  const written = freeWordsOf(names, range, 'tag');
  if (written === undefined) return undefined;
  const tag = lower(written);
  const known = sortedNames(names.registry.datasets.flatMap(({ tags }) => tags.map(lower)));
  if (!known.includes(tag)) {
    const near = nearestName(tag, known, (candidate) => candidate);
    names.refusals.warn('CS0290', names.place(range), `no registered dataset is tagged \`${tag}\``, { help: near === undefined ? ['the sentence will apply once a dataset is'] : [`did you mean \`${near}\`?`] });
  }
  return { tag };
}

const listOf = <T>(item: T | undefined): readonly T[] | undefined => (item === undefined ? undefined : [item]);

function dataOf(names: Resolver, at: Range, list: List<DataItem>): Part<'data'> {
  const join = joinOf(names.refusals, names.place(at), list);
  let afterTag = false;
  const selectors = list.items.map((item): readonly DataSelector[] | undefined => {
    if (item.kind === 'anything') return [];
    if (item.kind === 'tag') {
      afterTag = true;
      return listOf(tagOf(names, item.tag));
    }
    // "data tagged health or research": further words are tags too.
    if (afterTag && item.parts.length === 1 && item.parts[0].kind !== 'name') {
      if (join === 'and') {
        names.refusals.add('CS0218', names.place(at), 'could mean data with all of these tags, or with any one of them', { help: ['write `or`; or say `data tagged` before each, which means any one of them too'] });
        return undefined;
      }
      return listOf(tagOf(names, item.parts[0]));
    }
    const found = names.resolve(item, ['dataset']);
    return found && (found.kind === 'group' ? found.members : [found.name]).map((dataset) => ({ dataset }));
  });
  if (join === undefined || selectors.includes(undefined)) return undefined;
  if (list.items.some(({ kind }) => kind === 'anything')) return {};
  const distinct = new Map((selectors as DataSelector[][]).flat().map((selector) => [JSON.stringify(selector), selector]));
  return { data: [...distinct.keys()].sort().map((key) => distinct.get(key) as DataSelector) };
}

function withOf(names: Resolver, at: Range, list: List<Ref>): Part<'with'> {
  const join = joinOf(names.refusals, names.place(at), list);
  const found = list.items.map((ref) => names.resolve(ref, ['node']));
  if (join === undefined || found.includes(undefined)) return undefined;
  const group = found.length === 1 && found[0]?.kind === 'group';
  const nodes = sortedNames(found.flatMap((item) => (item?.kind === 'group' ? item.members : [item?.name ?? ''])));
  const match: OtherParties['match'] = nodes.length > 1 && (join === 'or' || group) ? 'any' : 'all';
  return { with: { match, nodes } };
}

/** "for Payroll", "for Mean and Sum": datasets or programs, not both. */
export function thingsOf(names: Resolver, at: Range, list: List<Ref>): Scope | undefined {
  const found = list.items.map((ref) => names.resolve(ref, ['dataset', 'program']));
  if (joinOf(names.refusals, names.place(at), list) === undefined || found.includes(undefined)) return undefined;
  const kinds = new Set(found.map((item) => (item?.kind === 'group' ? item.of : item?.kind)));
  if (kinds.size > 1) {
    names.refusals.add('CS0233', names.place(at), 'names datasets and programs in one list', { help: ['write one sentence for each'] });
    return undefined;
  }
  const all = sortedNames(found.flatMap((item) => (item?.kind === 'group' ? item.members : [item?.name ?? ''])));
  return kinds.has('program') ? { programs: all } : { data: all.map((dataset) => ({ dataset })) };
}

/** In lower case, single spaces; undefined in the answer for any purpose. */
export function purposesOf(names: Resolver, purposes: Purposes): { readonly purposes?: readonly string[] } | undefined {
  if (purposes.kind === 'anything') return {};
  if (joinOf(names.refusals, names.place(purposes), purposes) === undefined) return undefined;
  const bare = purposes.items.find((item) => item.kind === 'name' && !/^["“]/.test(names.text(item)));
  if (bare !== undefined) {
    names.refusals.add('CS0216', names.place(bare), `\`${names.text(bare)}\` is a name, where a purpose belongs`, { help: ['put the purpose in quotes if it is meant'] });
    return undefined;
  }
  const found = purposes.items.map((item) => freeWordsOf(names, item, 'purpose'));
  return found.includes(undefined) ? undefined : { purposes: sortedNames((found as string[]).map(normalWords)) };
}

/** In a prohibition, "with A and B" could mean with either of them, or only with both: refused unless the sentence says which. */
export function saysWithWhom(names: Resolver, limits: readonly Limit[]): boolean {
  const unclear = limits.find((limit) => limit.kind === 'with' && !limit.together && limit.list.joins.includes('and'));
  if (unclear === undefined) return true;
  names.refusals.add('CS0218', names.place(unclear), 'could mean either of them, or only all together', { help: ['write `or` if one of them is enough, `with both … and …` or `with all of …` if not'] });
  return false;
}

const WORD_OF = { on: 'on', with: 'with', for: 'for', by: 'by', dates: 'from … until' } as const;

/** The scope that the limits of a sentence set, or undefined after refusing one of them. Each kind of limit may stand once. */
export function limitsOf(names: Resolver, limits: readonly Limit[]): Scope | undefined {
  let scope: Scope | undefined = {};
  const seen = new Set<string>();
  for (const limit of limits) {
    if (seen.has(limit.kind)) {
      names.refusals.add('CS0227', names.place(limit), `says \`${WORD_OF[limit.kind]}\` twice`, { help: ['join both in one list with `and` or `or`'] });
      scope = undefined;
    }
    seen.add(limit.kind);
    const part = limitOf(names, limit);
    scope = scope && part && { ...scope, ...part };
  }
  return scope;
}

function limitOf(names: Resolver, limit: Limit): Scope | undefined {
  switch (limit.kind) {
    case 'on':
      return dataOf(names, limit.data, limit.data);
    case 'with':
      return withOf(names, limit, limit.list);
    case 'for':
      return purposesOf(names, limit.purposes);
    case 'by':
      return whoOf(names, limit.who);
    case 'dates':
      return datesOf(names, limit);
  }
}

export function resultsOf(names: Resolver, { programs, limits }: ResultsNode): Scope | undefined {
  const parts = [programsOf(names, programs), limitsOf(names, limits)];
  return parts.includes(undefined) ? undefined : Object.assign({}, ...parts);
}
