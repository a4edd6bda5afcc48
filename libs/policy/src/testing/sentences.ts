import { describe, expect, test } from '@jest/globals';
import { decide } from '../decide/decide.js';
import { type Rule } from '../rules.js';
import { type PolicyFacts, type PolicyJob } from '../types.js';
import { by, facts, input, outcome, payrollMean, policyOf } from './consortium.js';

/** Requests that the tables of sentences decide on. */
export const admissions = ['St Mary', 'Riverside', 'Lakeview'].map((node) => input(node, 'Admissions'));
export const cards = [input('Northwind Bank', 'Card Transactions'), input('Southgate Bank', 'Card Transactions')];
export const fraudOverlap = by('Northwind Bank', {
  program: { name: 'Fraud Overlap', digest: '00' }, inputs: cards, parties: ['Northwind Bank', 'Southgate Bank'], receivers: ['Northwind Bank'], purpose: 'fraud prevention',
});
export const readmissions = by('St Mary', { program: { name: 'Readmission Count', digest: '00' }, inputs: admissions, parties: ['St Mary', 'Riverside', 'Lakeview'], receivers: ['St Mary'] });
export const run = (name: string, job = payrollMean): PolicyJob => ({ ...job, program: { name, digest: '00' } });
export const signedByB = (signedAt: string): PolicyFacts['signatures'] => [{ signer: 'Node B', keyId: 'key-Node B', roles: [], signedAt }];
export const B_SIGNS = { quorum: { need: 1, of: [{ node: 'Node B' }] } };

/** Signed by none unless names are given. */
type Case = readonly [job: PolicyJob, outcome: string, ...signedBy: string[]];
/** Decided with further facts, signed by none. */
type FactCase = readonly [job: PolicyJob, known: Partial<PolicyFacts>, outcome: string];
export interface Row {
  readonly name: string;
  /** All of them compile to `rule`. */
  readonly sentences: readonly string[];
  /** Sentences that the decisions need beside it. */
  readonly beside?: string;
  readonly rule: Rule;
  readonly cases: readonly Case[];
  readonly withFacts?: readonly FactCase[];
}

/** Tests of a table: every way to say a sentence gives its rule, and the rule decides each case. */
export function eachSentence(about: string, table: readonly Row[]): void {
  describe(about, () => {
    for (const { name, sentences, beside = '', rule, cases, withFacts = [] } of table) {
      test(`${name}: compiles to its rule`, () => {
        for (const sentence of sentences) expect({ sentence, rule: policyOf(`${sentence.replace(/\.?$/, '.')}\n${beside}`).rules[0].rule }).toEqual({ sentence, rule });
      });
      test(`${name}: decides`, () => {
        const policy = policyOf(`${beside}\n${sentences[0]}`);
        for (const [job, expected, ...signedBy] of cases) expect([job, signedBy, outcome(decide(policy, job, facts(...signedBy)))]).toEqual([job, signedBy, expected]);
        for (const [job, known, expected] of withFacts) expect([job, known, outcome(decide(policy, job, { ...facts(), ...known }))]).toEqual([job, known, expected]);
      });
    }
  });
}
