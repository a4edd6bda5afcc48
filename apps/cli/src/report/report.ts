import { type ResultPrivacy } from '#program';
import { type ReportFacts } from './facts.js';
import { findingsOf } from './figures/findings.js';
import { html } from './markup.js';
import { page } from './page.js';
import { agreedSection, computedSection, digestSection, heading, instantText, openedSection, resultSection } from './sections.js';

/** The report as one HTML file that needs nothing else: no script, no picture, no font, no address. Deterministic in its facts. */
export function reportHtml(facts: ReportFacts): string {
  const { job: { id, spec }, program, result: { result }, version, madeAt, receiver } = facts;
  const findings = findingsOf(result, { job: id, program: program.name, parameters: spec.parameters, ...(result.privacy !== undefined && { privacy: result.privacy as ResultPrivacy }) });
  return page({
    title: `${program.name}: result for ${receiver}`, version,
    body: html`${heading(facts)}<main>${resultSection(findings, facts)}${openedSection(facts)}${agreedSection(facts)}${computedSection(facts)}${digestSection(facts)}</main>
<footer>Made at ${receiver} on ${instantText(madeAt)} by Countersign ${version}. The control plane never had this result; whoever has this file has it.</footer>`,
  });
}
