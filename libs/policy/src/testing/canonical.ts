import { type PolicyRegistry } from '../types.js';
import { registry as consortium } from './consortium.js';

/** The names that the sentences of the language's reference use, with what some of them need besides. */
export const registry: PolicyRegistry = {
  ...consortium,
  datasets: [...consortium.datasets, { name: 'Payments', node: 'Node B', tags: ['personal'] }],
  roles: [...consortium.roles.filter(({ name }) => name !== 'Model Risk'), { name: 'Model Risk', nodes: ['Node C'] }, { name: 'Security', nodes: ['Node A'] }],
};
export const GROUPS: ReadonlyMap<string, readonly string[]> = new Map([['Hospitals', ['St Mary', 'Riverside', 'Lakeview']], ['Retailers', ['Node A', 'Node B']]]);

/** The sentences of the language's reference, each with other ways to say it. */
export const SENTENCES: readonly (readonly [canonical: string, ...others: string[]])[] = [
  ['Allow Node A to compute only if Node B signs.', 'Only allow Node A to compute if Node B provides a valid lattice signature.', 'Let Node A compute only if Node B countersigns.', 'Node A may compute provided that Node B has signed.', 'authorise Node A, so long as Node B consents'],
  ['Allow Node A to compute if Node B signs.', 'Node A is allowed to compute with the consent of Node B.'],
  ['Northwind Bank may run Fraud Overlap on Card Transactions with Southgate Bank for fraud prevention.', 'Permit Northwind Bank to run Fraud Overlap for "fraud prevention" on Card Transactions with Southgate Bank.'],
  ['Allow any Hospital to run Readmission Count on Admissions if at least 2 of St Mary, Riverside and Lakeview sign.', 'Every Hospital may run Readmission Count on Admissions if a majority of the Hospitals agree.', 'Hospitals can run Readmission Count on Admissions if at least two Hospitals approve.'],
  ['Allow Retailers to run Basket Overlap only if a majority of data owners sign.', 'Retailers may run Basket Overlap only if more than half of the data owners approve.'],
  ['Allow Node A to compute only if every data owner approves.', 'Let Node A compute only if all of the data owners consent.', 'Node A may compute only if every other data owner signs.'],
  ['Allow Node A to compute only if Node B signs and at least two different people from Compliance sign.', 'Node A may compute only if both Node B and 2 members of Compliance sign.'],
  ['Allow Node A to compute only if either Node B or Node C signs.', 'Allow Node A to compute only if at least one of Node B and Node C signs.', 'Allow Node A to compute only if any of Node B or Node C signs.', 'Allow Node A to compute only if both Node B signs and either Node C or Compliance signs.'],
  ['Permit Node A to run Mean only with the approval of Chief Privacy Officer.', 'Node A may run Mean only if a data officer of Node A signs.'],
  ['Never allow anyone to compute on data tagged biometric.', 'Do not allow anyone to compute on data tagged biometric.', 'Nobody may compute on any data tagged "biometric".', 'Prohibit everyone from computing on data tagged biometric or health.'],
  ['Forbid Node C from computing on Payroll unless the Chief Privacy Officer signs.', 'Node C must not compute on Payroll without the approval of the Chief Privacy Officer.', 'Node C cannot compute on Payroll unless someone from Chief Privacy Officer signs.', 'Never let Node C compute on Payroll unless Chief Privacy Officer agrees.', 'Deny Node C to compute on Payroll unless the Chief Privacy Officer approves.'],
  ['Node A must not compute with both Node B and Node C.', 'Node A must not compute with Node B or Node C.', 'Pause all computations with all of Node A, Node B and Node C.'],
  ['No one may run Row Export.', 'No node may run Row Export.', 'Forbid anyone from running Row Export.'],
  ['Node C must not compute on data tagged cardholder for marketing.', 'Node C may not compute on data tagged cardholder for the purpose of marketing.'],
  ['Only Node A may receive the result of Fraud Overlap.', 'Only Node A and Node B can see results of Fraud Overlap.', 'Only the requester may receive results.'],
  ['Every result of Readmission Count must cover at least 25 records.', 'Results of Readmission Count on Admissions have to include at least ten rows.'],
  ['Every computation on Admissions must use differential privacy with epsilon at most 0.5.', 'All jobs on Admissions must use differential privacy with an epsilon of at most 1 and delta at most 0.000001.'],
  ['Limit Node A to 10 computations per day on Card Transactions.', 'Limit each of Node A and Node B to 5 computations of Mean per week Europe/London time for research.', 'Limit the number of computations on Card Transactions by Node A to 10 per day.', 'Limit Node A and Node B together to 100 computations per year.'],
  ['Limit everyone to a total epsilon of 4 per quarter on Admissions.', 'Limit the total epsilon on Admissions to 4 per quarter.', 'Limit each node to a total epsilon of 0.25 per month in computations of Mean.'],
  ['Every computation on data tagged health must use a malicious-secure protocol and be for research or treatment.', 'All jobs on data tagged health must be for research or treatment and use maliciously secure protocols.'],
  ['Every computation on data tagged health must rest on Module-LWE only.', 'All jobs on data tagged health must rest only on Module-LWE and be for research.'],
  ['Every computation on Payroll must use an LPN-free protocol.', 'All computations on Payroll must not rest on LPN.', 'Every job on Payroll must be for research and not rest on LPN.'],
  ['Every computation with Node C must use at least 3 computing parties with an honest majority.', 'All jobs with Node C must use at least three parties and an honest majority.'],
  ['Every computation must start on weekdays between 08:00 and 18:00 Europe/London time.', 'Every computation must start on Monday to Friday between 8:00 and 18:00 Europe/London.', 'All computations must start on Mondays, Tuesdays and Sundays UTC.'],
  ['Allow Node A to run Fraud Overlap from 1 October 2026 until 31 December 2026 only if Node B signs.', 'Node A may run Fraud Overlap from 2026-10-01 only with the approval of Node B.'],
  ['Never allow AI agents to compute on data tagged health unless a person from Data Protection signs.', 'No AI agent may compute on data tagged health unless Data Protection signs.', 'AI agents of Node A may run Mean.'],
  ['Signatures for Payroll expire after 4 hours.', 'Approvals for computations on Payroll lapse after 240 minutes.', 'Signatures for Mean and Sum expire after 2 days.'],
  ['Requesters must not sign their own jobs.', 'The requester may not approve its own requests.', 'No one may sign their own jobs.'],
  ['After every computation on Admissions, notify Data Protection within 1 hour.', 'Notify Data Protection within one hour of every computation on Admissions.', 'After every computation of Mean by Node A, notify Node C and every other data owner within 2 days.'],
  ['Results of Readmission Count must be deleted after 30 days.', 'Receivers must erase the results of Readmission Count within 30 days.'],
  ['Every computation on data tagged cardholder must run only on nodes in the EU or UK.', 'Every job on data tagged cardholder must run on nodes in "south america" or the UK.'],
  ['Every computation must use links with a round trip of at most 80 ms.', 'All computations of Mean must use links with a round-trip time of at most 2 seconds.'],
  ['Any data owner may veto a computation on its data.', 'Node C and Compliance may veto computations on Payroll.'],
  ['Every computation must use a program approved by Model Risk.', 'Every computation must use a program approved by at least 2 people from Model Risk and be for research.'],
  ['Pause all computations on Payroll until Security signs.', 'Pause every computation by Node A until two people from Security sign.', 'Pause all computations of Mean.'],
  ['Define Clinics as St Mary and Riverside.', 'define Clinics as Riverside, St Mary and Lakeview'],
  ['Policy changes need at least 2 of Node A, Node B and Node C.', 'Changes to this policy require both Node A and Compliance to sign.', 'Every policy change must have the approval of Security.'],
];
