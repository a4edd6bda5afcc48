import { type CompiledPolicy, type Rule, type RuleSource, type WrittenRule } from '../rules.js';
import { loosened } from './loosened.js';
import { textOf } from './narrower.js';

/** A sentence that one of two policies has and the other has not, or means otherwise. */
export interface SentenceChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly before?: Sentence;
  readonly after?: Sentence;
  /** Where the change takes something back that held requests off, or does not show that it takes nothing back: what that is, in one lower-case line. */
  readonly loosens?: string;
}
export interface Sentence extends RuleSource {
  readonly file: string;
}

/** Kinds that hold nothing back. */
const PERMISSIVE: readonly string[] = ['permit', 'group'] satisfies readonly Rule['kind'][];

/** What changed in meaning. How a sentence is worded, and where it stands, does not count. */
export function sentenceChanges(before: CompiledPolicy, after: CompiledPolicy): readonly SentenceChange[] {
  const [gone, come] = [missingIn(before, after), missingIn(after, before)];
  const changes: SentenceChange[] = [];
  for (const [old, others] of [...gone].map((one) => [one, come.filter(({ rule }) => isSuccessor(one.rule, rule))] as const)) {
    const [now] = others.filter((other) => come.includes(other));
    if (now === undefined) continue;
    gone.splice(gone.indexOf(old), 1);
    come.splice(come.indexOf(now), 1);
    changes.push({ change: 'changed', before: sentenceOf(before, old), after: sentenceOf(after, now), ...said(loosened(old.rule, now.rule)) });
  }
  return [
    ...gone.map((one): SentenceChange => ({ change: 'removed', before: sentenceOf(before, one), ...said(lost(one.rule)) })),
    ...changes.sort((a, b) => (a.after?.line ?? 0) - (b.after?.line ?? 0)),
    ...come.map((one): SentenceChange => ({ change: 'added', after: sentenceOf(after, one) })),
  ];
}

const said = (loosens: string | undefined) => (loosens === undefined ? {} : { loosens });
const sentenceOf = ({ file }: CompiledPolicy, { source }: WrittenRule): Sentence => ({ file, ...source });

/** The rules of one policy that the other has not, each as often as it is missing there. */
function missingIn({ rules }: CompiledPolicy, other: CompiledPolicy): WrittenRule[] {
  const left = new Map<string, number>();
  for (const { rule } of other.rules) left.set(textOf(rule), (left.get(textOf(rule)) ?? 0) + 1);
  return rules.filter(({ rule }) => {
    const count = left.get(textOf(rule)) ?? 0;
    left.set(textOf(rule), count - 1);
    return count <= 0;
  });
}

/** Whether a rule is what became of another: of one kind and about the same, or different in one field alone. */
function isSuccessor(old: Rule, now: Rule): boolean {
  if (old.kind !== now.kind) return false;
  const fields = [...new Set([...Object.keys(old), ...Object.keys(now)])] as (keyof Rule)[];
  const differing = fields.filter((field) => textOf(old[field]) !== textOf(now[field]));
  return ('scope' in old && !differing.includes('scope' as keyof Rule)) || differing.length === 1;
}

function lost(rule: Rule): string | undefined {
  if (rule.kind === 'budget') return 'the limit is gone: nothing bounds this any more, and what was used counts for nothing';
  if (rule.kind === 'policy-change') return 'the next policy needs these signatures no more';
  if (rule.kind === 'permit' && rule.binding === true) return 'its signatures bind other permissions no more';
  return PERMISSIVE.includes(rule.kind) ? undefined : 'what it held back is held back no more';
}
