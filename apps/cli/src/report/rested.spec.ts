import { describe, expect, it } from '@jest/globals';
import { ASSUMPTIONS, SUITES } from '#program';
import { reportHtml } from './report.js';
import { type ReportFacts } from './facts.js';
import { restedOn } from './rested.js';
import { factsOf } from './testing/facts.js';

type Source = ReportFacts['job']['receipts'][number]['correlations'];
const { job } = factsOf('Mean', { mean: 1, count: 2 });
const receipts = (...sources: Source[]) => job.receipts.map((receipt, i) => ({ ...receipt, ...(sources[i] && { correlations: sources[i] }) }));
const asking = (assumptions?: 'no-lpn' | 'module-lwe-only') => ({ ...job.spec, security: { ...job.spec.security, ...(assumptions && { assumptions }) } });
const ferret: Source = { source: 'ferret-b10', restsOn: ['module-lwe', 'lpn'] };
const soft: Source = { source: 'softspoken', restsOn: ['module-lwe'] };
const none: Source = { source: 'none', restsOn: ['module-lwe'] };
const { 'additive-z64': additive, 'replicated-z64': replicated } = SUITES;

describe('what a job rested on', () => {
  it('is what all receipts say', () => {
    expect(restedOn(asking('no-lpn'), receipts(soft, soft, soft), additive)).toEqual({ text: `${ASSUMPTIONS['no-lpn'].says} Correlations came from softspoken, resting on Module-LWE.`, findings: [] });
    expect(restedOn(asking(), receipts(ferret, { ...ferret, restsOn: ['lpn', 'module-lwe'] }, ferret), additive)).toEqual({ text: `${ASSUMPTIONS.any.says} Correlations came from ferret-b10, resting on Module-LWE and LPN.`, findings: [] });
  });
  it('is no more than links where no correlation was made', () => {
    for (const rested of [restedOn(asking(), receipts(none, none, none), additive), restedOn(asking(), receipts(), replicated), restedOn(asking(), [], replicated)]) expect(rested).toEqual({ text: ASSUMPTIONS['module-lwe-only'].says, findings: [] });
  });
  it('is what the job allows where nothing was said', () => {
    expect(restedOn(asking(), receipts(), additive)).toEqual({ text: ASSUMPTIONS.any.says, findings: [] });
    expect(restedOn(asking(), [], additive)).toEqual({ text: ASSUMPTIONS.any.says, findings: [] });
  });
  it('is all of it where receipts contradict each other, whichever comes first, and they are named', () => {
    const said = 'The receipts do not agree on where correlations came from: softspoken, resting on Module-LWE (Bank A and Bank C); ferret-b10, resting on Module-LWE and LPN (Bank B). What follows holds for all of them together.';
    expect(restedOn(asking(), receipts(soft, ferret, soft), additive)).toEqual({ text: `${ASSUMPTIONS.any.says} Correlations came from softspoken and ferret-b10, resting on Module-LWE and LPN.`, findings: [said] });
    const [finding] = restedOn(asking(), receipts(soft, undefined, none), additive).findings;
    expect(finding).toContain('softspoken, resting on Module-LWE (Bank A); nothing is said (Bank B); none were made (Bank C)');
    expect(restedOn(asking(), receipts(none, undefined, none), additive).text).toBe(ASSUMPTIONS.any.says);
  });
  it('is a finding where it is more than the job allows, or than its suite makes', () => {
    expect(restedOn(asking('no-lpn'), receipts(ferret, ferret, ferret), additive).findings).toEqual(['The job may rest on no LPN, and by the receipts it rested on Module-LWE and LPN.']);
    expect(restedOn(asking(), receipts(soft, soft, soft), replicated).findings).toEqual(['The receipts tell of correlations, and the suite of this job makes none.']);
  });
  it('stands in the report, with what does not fit before it', () => {
    const facts = factsOf('Mean', { mean: 1, count: 2 });
    const page = (...sources: Source[]) => reportHtml({ ...facts, job: { ...facts.job, receipts: receipts(...sources) } });
    expect(page(soft, soft, soft)).toContain('Correlations came from softspoken, resting on Module-LWE.');
    expect(page(soft, soft, soft)).not.toContain('do not agree');
    expect(page(soft, soft, ferret)).toMatch(/<div class="notice"><p>The receipts do not agree [^<]*ferret-b10, resting on Module-LWE and LPN \(Bank C\)/);
  });
});
