export { type Approver, type Checked, type ReportFacts } from './facts.js';
export { GENERATOR } from './page.js';
export { reportHtml } from './report.js';
