import { decide } from '../decide/decide.js';
import { publication } from '../decide/publication.js';
import { reaches } from '../decide/scope.js';
import { without } from '../requests/requests.js';
import { type CompiledPolicy, type WrittenRule } from '../rules.js';
import { type PolicyFacts, type PolicyJob, type PolicyRegistry, type RuleCitation } from '../types.js';
import { differencesOf, type CaseDifference, type Decided } from './differences.js';
import { Cases, UnknownName } from './request.js';
import { type PolicyCase, type PolicySuite } from './suite.js';

export interface CaseResult {
  readonly name: string;
  readonly passed: boolean;
  readonly differences: readonly CaseDifference[];
}

export interface PolicyTestReport {
  readonly cases: readonly CaseResult[];
  /** Sentences that some case rests on: its decision cites them, or would be another without them. Definitions of groups are not counted. */
  readonly covered: readonly RuleCitation[];
  readonly uncovered: readonly RuleCitation[];
}

/** What a case is decided on; without a job it is about replacing the policy. */
interface Posed {
  readonly job?: PolicyJob;
  readonly facts: PolicyFacts;
}

const decided = (policy: CompiledPolicy, { job, facts }: Posed, nearest: boolean): Decided => (job === undefined ? publication(policy, facts) : decide(policy, job, facts, { nearest }));

/** Decides every case of a suite, compares it with what is expected, and says which sentences no case rests on. Never throws for what a case says. */
export function testPolicy(policy: CompiledPolicy, registry: PolicyRegistry, suite: PolicySuite): PolicyTestReport {
  const cases = new Cases(policy, registry, suite);
  const resting = new Set<WrittenRule>();
  const results = suite.cases.map((one): CaseResult => {
    const posed = poseOf(cases, one);
    if (posed instanceof UnknownName) return { name: one.name, passed: false, differences: [{ what: 'request', expected: 'names of the registry', actual: posed.message }] };
    const expected = typeof one.expect === 'string' ? { outcome: one.expect } : one.expect;
    const decision = decided(policy, posed, expected.nearest !== undefined);
    for (const rule of restsOn(policy, posed, decision, resting)) resting.add(rule);
    const differences = differencesOf(expected, decision);
    return { name: one.name, passed: differences.length === 0, differences };
  });
  const counted = policy.rules.filter(({ rule }) => rule.kind !== 'group');
  const cite = (why: string) => ({ source: { line, column, sentence } }: WrittenRule): RuleCitation => ({ file: policy.file, line, column, sentence, why });
  return {
    cases: results,
    covered: counted.filter((rule) => resting.has(rule)).map(cite('a case rests on it')),
    uncovered: counted.filter((rule) => !resting.has(rule)).map(cite('no case rests on it')),
  };
}

function poseOf(cases: Cases, one: PolicyCase): Posed | UnknownName {
  try {
    const job = one.job && cases.jobOf(one.job);
    return { ...(job === undefined ? {} : { job }), facts: cases.factsOf(one, job) };
  } catch (error) {
    if (error instanceof UnknownName) return error;
    throw error;
  }
}

const told = ({ outcome, missing, obligations }: Decided): string => JSON.stringify([outcome, missing.map(({ atLeast, of }) => [atLeast, of]), obligations]);

/** The rules that a decision cites, and those, not among `known`, without which it would be another. */
function restsOn(policy: CompiledPolicy, posed: Posed, decision: Decided, known: ReadonlySet<WrittenRule>): readonly WrittenRule[] {
  const cited = [...decision.rules, ...decision.missing.map(({ rule }) => rule)];
  const isCited = ({ source }: WrittenRule): boolean => cited.some(({ line, column }) => line === source.line && column === source.column);
  const couldMatter = ({ rule }: WrittenRule): boolean => !('scope' in rule) || posed.job === undefined || reaches(rule.scope, { job: posed.job, facts: posed.facts });
  return policy.rules.filter((written) => !known.has(written) && (isCited(written) || (couldMatter(written) && told(decided(without(policy, written.rule), posed, false)) !== told(decision))));
}
