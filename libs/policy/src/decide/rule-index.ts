import { comesFirst } from '../forms/forms.js';
import { lower } from '../names.js';
import { type CompiledPolicy, type Rule, type Scope, type WrittenRule } from '../rules.js';
import { type PolicyJob } from '../types.js';

/** Stands for "no limit" in the index; no name has this form. */
const ANY = '\0';
/** A rule that would need more entries is filed less precisely: every rule that is found is still checked in full. */
const MAX_ENTRIES = 256;

/** Rules that are read elsewhere than in the decision on a job. A rule of a later language is about every job. */
const isAboutNoJob = ({ kind }: Rule): boolean => kind === 'no-self-signing' || kind === 'group' || kind === 'policy-change';

/** Positions of rules by the data that they speak of. */
interface Shelf {
  readonly anyData: number[];
  readonly byDataset: Map<string, number[]>;
  readonly byTag: Map<string, number[]>;
}
type ByProgram = Map<string, Shelf>;

/** The data of a job. Tags in lower case. */
interface Data {
  readonly datasets: readonly string[];
  readonly tags: readonly string[];
}

/**
 * The rules of a policy by who asks, program and data, so that a decision looks only at the few that can concern a job. It finds at least every rule
 * whose scope reaches or covers the job.
 */
class RuleIndex {
  readonly requesterMaySign: boolean;
  /** In the order in which they are applied. */
  private readonly rules: readonly WrittenRule[];
  private readonly byWho = new Map<string, ByProgram>();
  /** The last search that found each rule, so that none is found twice. */
  private readonly foundIn: Uint32Array;
  private search = 0;

  constructor(rules: readonly WrittenRule[]) {
    this.requesterMaySign = !rules.some(({ rule }) => rule.kind === 'no-self-signing');
    const applied = rules.filter(({ rule }) => !isAboutNoJob(rule));
    this.rules = [...applied.filter(({ rule }) => comesFirst(rule)), ...applied.filter(({ rule }) => !comesFirst(rule))];
    this.foundIn = new Uint32Array(this.rules.length);
    this.rules.forEach(({ rule }, position) => this.file('scope' in rule ? rule.scope : {}, position));
  }

  private file({ who = [ANY], programs = [ANY], data }: Scope, position: number): void {
    const anyProgram = who.length * programs.length > MAX_ENTRIES;
    const anyData = data === undefined || who.length * programs.length * data.length > MAX_ENTRIES;
    for (const node of who) {
      const byProgram = entry(this.byWho, node, () => new Map<string, Shelf>());
      for (const program of anyProgram ? [ANY] : programs) {
        const { anyData: all, byDataset, byTag } = entry(byProgram, program, () => ({ anyData: [], byDataset: new Map(), byTag: new Map() }));
        if (anyData) all.push(position);
        else for (const selector of data) ('dataset' in selector ? entry(byDataset, selector.dataset, () => []) : entry(byTag, selector.tag, () => [])).push(position);
      }
    }
  }

  /** The rules that can concern a job, in the order in which they are applied. All of them for a job that lacks a field that the index needs. */
  about(job: PolicyJob): readonly WrittenRule[] {
    const data = dataOf(job);
    if (data === undefined) return this.rules;
    this.search = (this.search + 1) >>> 0;
    if (this.search === 0) this.foundIn.fill((this.search = 1) - 1);
    const found: number[] = [];
    for (const byProgram of [this.byWho.get(job.requester.node), this.byWho.get(ANY)]) {
      if (byProgram === undefined) continue;
      this.collect(byProgram.get(job.program.name), data, found);
      this.collect(byProgram.get(ANY), data, found);
    }
    if (found.some((position, i) => position < found[i - 1])) found.sort((a, b) => a - b);
    return found.map((position) => this.rules[position]);
  }

  private collect(shelf: Shelf | undefined, { datasets, tags }: Data, found: number[]): void {
    if (shelf === undefined) return;
    this.take(shelf.anyData, found);
    for (const dataset of datasets) this.take(shelf.byDataset.get(dataset), found);
    for (const tag of tags) this.take(shelf.byTag.get(tag), found);
  }

  private take(positions: readonly number[] | undefined, found: number[]): void {
    if (positions === undefined) return;
    for (const position of positions) {
      if (this.foundIn[position] === this.search) continue;
      this.foundIn[position] = this.search;
      found.push(position);
    }
  }
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function dataOf({ inputs, requester, program }: PolicyJob): Data | undefined {
  if (typeof requester?.node !== 'string' || typeof program?.name !== 'string') return undefined;
  const datasets: string[] = [];
  const tags: string[] = [];
  for (const input of inputs) {
    if (typeof input.dataset !== 'string' || !Array.isArray(input.tags)) return undefined;
    // Most often the inputs are the parties' tables of one name.
    if (datasets.at(-1) !== input.dataset) datasets.push(input.dataset);
    for (const tag of input.tags as readonly unknown[]) {
      if (typeof tag !== 'string') return undefined;
      tags.push(lower(tag));
    }
  }
  return { datasets, tags };
}

const indexes = new WeakMap<CompiledPolicy, RuleIndex>();

/** The index of a policy, built when it is first asked for. */
export function indexOf(policy: CompiledPolicy): RuleIndex {
  let index = indexes.get(policy);
  if (index === undefined) indexes.set(policy, (index = new RuleIndex(policy.rules)));
  return index;
}
