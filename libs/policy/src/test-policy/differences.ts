import { listed } from '../render/parts.js';
import { type Decision, type MissingSignatures, type RuleCitation } from '../types.js';
import { type CaseExpectation } from './suite.js';

/** What a case expected and what was decided instead. */
export interface CaseDifference {
  readonly what: 'request' | 'outcome' | 'missing' | 'denied by' | 'nearest' | 'records';
  readonly expected: string;
  readonly actual: string;
}

export type Decided = Pick<Decision, 'outcome' | 'summary' | 'missing' | 'rules'> & Partial<Pick<Decision, 'nearest' | 'obligations'>>;

const missingText = ({ atLeast, of }: MissingSignatures): string => (atLeast === of.length ? listed(of, 'and') : `${atLeast} of ${listed(of, 'and')}`);
const ruleText = ({ line, sentence }: RuleCitation): string => `line ${line}: ${sentence}`;
const all = (texts: readonly string[]): string => (texts.length === 0 ? 'nothing' : texts.join('; '));

/** Where a decision is not as expected. */
export function differencesOf(expected: CaseExpectation, decided: Decided): readonly CaseDifference[] {
  const { outcome, summary, missing, rules, nearest, obligations } = decided;
  const differences: CaseDifference[] = [];
  const differs = (what: CaseDifference['what'], wanted: string, actual: string): void => void differences.push({ what, expected: wanted, actual });
  if (outcome !== expected.outcome) differs('outcome', expected.outcome, `${outcome}: ${summary}`);
  const open = missing.map(missingText).sort();
  if (expected.missing !== undefined && JSON.stringify([...expected.missing].sort()) !== JSON.stringify(open)) differs('missing', all(expected.missing), all(open));
  if (expected.by !== undefined && !(outcome === 'deny' && isDeniedBy(rules, expected.by))) {
    differs('denied by', typeof expected.by === 'number' ? `line ${expected.by}` : expected.by, outcome === 'deny' ? all(rules.map(ruleText)) : `no denial, but ${outcome}`);
  }
  if (expected.nearest !== undefined && nearest?.includes(expected.nearest) !== true) differs('nearest', expected.nearest, nearest ?? 'nothing');
  if (expected.records !== undefined && obligations?.minimumGroup !== expected.records) differs('records', String(expected.records), String(obligations?.minimumGroup ?? 'none'));
  return differences;
}

function isDeniedBy(rules: readonly RuleCitation[], by: number | string): boolean {
  if (by === 'nothing') return rules.length === 0;
  return rules.some(({ line, sentence }) => (typeof by === 'number' ? line === by : sentence.includes(by)));
}
