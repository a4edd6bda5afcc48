import { decide } from '../decide/decide.js';
import { drawnOn } from '../decide/limit.js';
import { limitsOn } from '../decide/limits-on.js';
import { sumOfDecimals } from '../decimal.js';
import { type CompiledPolicy } from '../rules.js';
import { type Decision, type LimitUse, type Outcome, type PolicyFacts, type PolicyJob, type RuleCitation } from '../types.js';

/** A decision that was made, with all that it rested on. */
export interface RecordedDecision {
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
  readonly job: PolicyJob;
  readonly facts: PolicyFacts;
  readonly outcome: Outcome;
  /** Names the request where several decisions were made on one; it draws on a limit once. */
  readonly request?: string;
}

/** A recorded decision that the other policy would have made otherwise. */
export interface ChangedDecision {
  readonly id: string;
  readonly at: string;
  readonly job: PolicyJob;
  /** What the policy before says; what was recorded, where it is not the same, in `recorded`. */
  readonly from: Outcome;
  readonly to: Outcome;
  readonly recorded?: Outcome;
  /** The sentence that makes the difference, and which policy it is in. Absent where no single sentence does. */
  readonly by?: { readonly side: 'before' | 'after'; readonly rule: RuleCitation };
  readonly summary: string;
}

/** Recorded decisions made again under both policies: those that differ, oldest first. */
export function replay(before: CompiledPolicy, after: CompiledPolicy, history: readonly RecordedDecision[]): readonly ChangedDecision[] {
  const judge = (policy: CompiledPolicy, { at, job, facts }: RecordedDecision): Decision => decide(policy, job, { ...facts, uses: usesOf(policy, { at, job, facts }, history) }, { nearest: false });
  return history.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at)).flatMap((recorded): ChangedDecision[] => {
    const [old, now] = [judge(before, recorded), judge(after, recorded)];
    if (old.outcome === now.outcome && told(old) === told(now)) return [];
    const { id, at, job, outcome } = recorded;
    const by = cause(old, now);
    return [{ id, at, job, from: old.outcome, to: now.outcome, ...(outcome === old.outcome ? {} : { recorded: outcome }), ...(by === undefined ? {} : { by }), summary: now.summary }];
  });
}

/** Who must still sign, which may change while the outcome does not. */
const told = ({ missing }: Decision): string => JSON.stringify(missing.map(({ atLeast, of }) => [atLeast, of]));

/** The sentence that decides on the side that is stricter; of a denial that no sentence made, the permission that the other side has. */
function cause(old: Decision, now: Decision): ChangedDecision['by'] {
  const rank = { deny: 0, needs_signatures: 1, allow: 2 } as const;
  const isStricter = rank[now.outcome] < rank[old.outcome] || (now.outcome === old.outcome && signatures(now) >= signatures(old));
  const [strict, lax] = isStricter ? [{ side: 'after', decision: now } as const, { side: 'before', decision: old } as const] : [{ side: 'before', decision: old } as const, { side: 'after', decision: now } as const];
  const own = strict.decision.outcome === 'needs_signatures' ? newlyMissing(strict.decision, lax.decision) : strict.decision.rules[0];
  if (own !== undefined) return { side: strict.side, rule: own };
  const [permission] = lax.decision.rules;
  return permission && { side: lax.side, rule: permission };
}

const signatures = ({ missing }: Decision): number => missing.reduce((sum, { atLeast }) => sum + atLeast, 0);

function newlyMissing({ missing }: Decision, other: Decision): RuleCitation | undefined {
  const known = other.missing.map(({ atLeast, of }) => JSON.stringify([atLeast, of]));
  return (missing.find(({ atLeast, of }) => !known.includes(JSON.stringify([atLeast, of]))) ?? missing[0])?.rule;
}

/** What was used of a policy's limits: as recorded, and of limits that were not in force, what the history until then draws on them. */
function usesOf(policy: CompiledPolicy, { at, job, facts }: Pick<RecordedDecision, 'at' | 'job' | 'facts'>, history: readonly RecordedDecision[]): readonly LimitUse[] {
  const known = facts.uses ?? [];
  const limits = limitsOn(policy, job, facts).filter(({ key }) => !known.some((use) => use.key === key));
  if (limits.length === 0) return known;
  const earlier = new Map(history.filter((other) => other.outcome === 'allow' && Date.parse(other.at) < Date.parse(at)).map((other) => [other.request ?? other.id, other]));
  return [...known, ...limits.map((limit) => ({ key: limit.key, used: [...earlier.values()].reduce((sum, other) => sumOfDecimals(sum, drawnOn(limit, other.job, other.at) ?? '0'), '0') }))];
}
