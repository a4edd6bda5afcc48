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

type ByData = Map<string, number[]>;
type ByProgram = Map<string, ByData>;

/**
 * The rules of a policy by who asks, program and data, so that a decision looks only at the few that can concern a job. It finds at least every rule
 * whose scope reaches or covers the job.
 */
class RuleIndex {
  readonly requesterMaySign: boolean;
  readonly someComeFirst: boolean;
  private readonly byWho = new Map<string, ByProgram>();
  /** The last search that found each rule, so that none is found twice. */
  private readonly foundIn: Uint32Array;
  private search = 0;

  constructor(private readonly rules: readonly WrittenRule[]) {
    this.requesterMaySign = !rules.some(({ rule }) => rule.kind === 'no-self-signing');
    this.someComeFirst = rules.some(({ rule }) => comesFirst(rule));
    this.foundIn = new Uint32Array(rules.length);
    rules.forEach(({ rule }, position) => {
      if ('scope' in rule) this.file(rule.scope, position);
      else if (!isAboutNoJob(rule)) this.file({}, position);
    });
  }

  private file({ who = [ANY], programs = [ANY], data }: Scope, position: number): void {
    let dataKeys = data?.map((selector) => ('dataset' in selector ? `d${selector.dataset}` : `t${selector.tag}`)) ?? [ANY];
    if (who.length * programs.length * dataKeys.length > MAX_ENTRIES) dataKeys = [ANY];
    const programKeys = who.length * programs.length > MAX_ENTRIES ? [ANY] : programs;
    for (const node of who) {
      const byProgram = entry(this.byWho, node, () => new Map<string, ByData>());
      for (const program of programKeys) {
        const byData = entry(byProgram, program, () => new Map<string, number[]>());
        for (const key of dataKeys) entry(byData, key, () => []).push(position);
      }
    }
  }

  /** The rules that can concern a job, in the order of the policy. All of them for a job that lacks a field that the index needs. */
  about(job: PolicyJob): readonly WrittenRule[] {
    const dataKeys = keysOf(job);
    if (dataKeys === undefined) return this.rules.filter(({ rule }) => !isAboutNoJob(rule));
    this.search = (this.search + 1) >>> 0;
    if (this.search === 0) this.foundIn.fill((this.search = 1) - 1);
    const found: number[] = [];
    this.collect(this.byWho.get(job.requester.node), job.program.name, dataKeys, found);
    this.collect(this.byWho.get(ANY), job.program.name, dataKeys, found);
    found.sort((a, b) => a - b);
    return found.map((position) => this.rules[position]);
  }

  private collect(byProgram: ByProgram | undefined, program: string, dataKeys: readonly string[], found: number[]): void {
    if (byProgram === undefined) return;
    for (const byData of [byProgram.get(program), byProgram.get(ANY)]) {
      if (byData === undefined) continue;
      for (const key of dataKeys) {
        for (const position of byData.get(key) ?? []) {
          if (this.foundIn[position] === this.search) continue;
          this.foundIn[position] = this.search;
          found.push(position);
        }
      }
    }
  }
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function keysOf({ inputs, requester, program }: PolicyJob): readonly string[] | undefined {
  if (typeof requester?.node !== 'string' || typeof program?.name !== 'string') return undefined;
  const keys = [ANY];
  for (const { dataset, tags } of inputs) {
    if (typeof dataset !== 'string' || !Array.isArray(tags)) return undefined;
    keys.push(`d${dataset}`);
    for (const tag of tags as readonly unknown[]) {
      if (typeof tag !== 'string') return undefined;
      keys.push(`t${lower(tag)}`);
    }
  }
  return keys;
}

const indexes = new WeakMap<CompiledPolicy, RuleIndex>();

/** The index of a policy, built when it is first asked for. */
export function indexOf(policy: CompiledPolicy): RuleIndex {
  let index = indexes.get(policy);
  if (index === undefined) indexes.set(policy, (index = new RuleIndex(policy.rules)));
  return index;
}
