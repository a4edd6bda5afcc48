import { type SuiteName, SUITES } from '#program';
import { listText } from '../render/decision.js';
import { privacyText } from '../render/privacy.js';
import { requestSentence } from '../render/request.js';
import { bytesText, secondsText } from '../render/units.js';
import { jobReportOf } from '../lab/report.js';
import { type Checked, type ReportFacts } from './facts.js';
import { amountText, countText } from './figures/numbers.js';
import { type Figure, type Findings } from './figures/figure.js';
import { html, type Markup } from './markup.js';
import { pairs } from './page.js';
import { restedOn } from './rested.js';
import { tableMarkup, WIDE } from './tables.js';

/** `29 November 2026, 11:40:03 UTC` */
export const instantText = (at: string | Date): string =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'medium', timeZone: 'UTC' }).format(new Date(at)).replace(' at ', ', ')} UTC`;

const parameterText = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));
/** A longer parameter, such as all features, is named with the others only, and not in the first sentence. */
const LONG_TEXT = 60;

export const heading = ({ job: { spec }, program, receiver, result }: ReportFacts): Markup => html`<header class="top">
<p class="brand">Countersign · result report for ${receiver}</p>
<h1>${program.name}</h1>
<p class="lead">${requestSentence({ ...spec, parameters: Object.fromEntries(Object.entries(spec.parameters).filter(([, value]) => parameterText(value).length <= LONG_TEXT)) })}</p>
<p class="quiet">Computed on ${instantText(result.at)} on shares: no party saw the rows of another. Only ${listText(spec.receivers)} ${spec.receivers.length === 1 ? 'has' : 'have'} this result.</p>
</header>`;

function figureMarkup({ title, reading, plot, tables }: Figure, index: number): Markup {
  const id = `figure-${index + 1}`;
  const written = tables.map((table, i) => tableMarkup(table, `${id}-table-${i + 1}`));
  return html`<section class="card" aria-labelledby="${id}"><h3 id="${id}">${title}</h3>${reading !== undefined && html`<p class="reading">${reading}</p>`}${
    plot ? html`<div class="both${tables.some(({ columns }) => columns.length > WIDE) && ' wide'}"><div>${plot.draw({ id: `plot-${index + 1}`, title, description: plot.description })}</div><div class="tables">${written}</div></div>` : written
  }</section>`;
}

export const resultSection = ({ tiles, figures, notes }: Required<Findings>, { result: { result }, job: { spec } }: ReportFacts): Markup => html`<section aria-labelledby="result"><h2 id="result">Result</h2>
${notes.map((note) => html`<div class="notice"><p>${note}</p></div>`)}
${tiles.length > 0 && html`<ul class="tiles">${tiles.map(({ name, value, note }) => html`<li class="tile"><span>${name}</span><b>${value}</b>${note !== undefined && html`<small>${note}</small>`}</li>`)}</ul>`}
${spec.privacy && result.privacy !== undefined && html`<p>These numbers hold noise on purpose: ${privacyText(spec.privacy)}. Each of them by itself is farther off than its ± says in 5 % of cases.</p>`}
${figures.map(figureMarkup)}
</section>`;

export const openedSection = ({ program, job: { spec, duties } }: ReportFacts): Markup => html`<section aria-labelledby="opened"><h2 id="opened">What was opened, and to whom</h2>
<div class="card"><blockquote><p>${program.computation?.kind === 'recorded' && 'Its author says: '}${program.opens}</p></blockquote>
${pairs([
    ['Its steps open', program.computation?.kind === 'recorded' && listText(program.computation.recording.opens.map(({ name }) => name))],
    ['Receivers', listText(spec.receivers)],
    ['Privacy', spec.privacy ? `${privacyText(spec.privacy)}: noise that hides any one row was added by every party` : 'exact: no noise was asked for'],
    ['Owed for it', duties.length > 0 && duties.map(({ kind, by, dueAt, state, rule }) => html`<p>${kind === 'delete' ? `deletion by ${listText(by)}` : `notice by ${listText(by)}`} until ${instantText(dueAt)} (${state}), by ${rule.file}:${rule.line}: “${rule.sentence}” ${kind === 'delete' && 'This report is a copy.'}</p>`)],
  ])}</div></section>`;

function checkedMarkup(checked: Checked): Markup {
  if (!checked.here) return html`<p><span class="state warn">as the control plane tells it</span> It was not checked on this machine: ${checked.code}, ${checked.why}.</p>`;
  const { firstSeen } = checked;
  return html`<p><span class="state">checked on this machine</span> The request, every approval, the program and the policy were checked here against the keys of all signers, and the policy’s decision was made again.${firstSeen.length > 0 && ` The keys of ${listText(firstSeen)} were seen here for the first time.`}</p>`;
}

export const agreedSection = ({ job: { spec, policy }, decision, approvals, checked }: ReportFacts): Markup => html`<section aria-labelledby="agreed"><h2 id="agreed">Who asked, and who agreed</h2><div class="card">
${checkedMarkup(checked)}
${decision.rules.map(({ file, line, sentence, why }) => html`<blockquote><p>“${sentence}”</p><p class="quiet">${file}:${line}${why !== undefined && why !== '' && ` · ${why}`}</p></blockquote>`)}
${pairs([
    ['Asked by', html`${spec.issuer}${spec.agent === true && ', through an AI agent'}, on ${instantText(spec.issuedAt)}`],
    ['Purpose', spec.purpose ?? 'none was stated'],
    ['Approved by', approvals.length === 0 ? 'nobody: the policy asks for no signature' : approvals.map(({ signer, at, kid }) => html`<p>${signer}, on ${instantText(at)}, with key <code>${kid.slice(0, 16)}…</code></p>`)],
    ['Smallest group', decision.obligations.minimumGroup > 1 && `a result must cover at least ${countText(decision.obligations.minimumGroup, 'record')}`],
    ['Policy', html`version ${policy.version}, digest <code>${policy.digest}</code>`],
  ])}</div></section>`;

export function computedSection({ job, result }: ReportFacts): Markup {
  const { spec } = job;
  const total = jobReportOf(job, result);
  const suite = Object.hasOwn(SUITES, result.suite) ? SUITES[result.suite as SuiteName] : undefined;
  const receipts = job.receipts.filter(({ attempt }) => attempt === job.attempt);
  const rested = restedOn(spec, receipts, suite);
  return html`<section aria-labelledby="computed"><h2 id="computed">How it was computed</h2>
${rested.findings.map((finding) => html`<div class="notice"><p>${finding}</p></div>`)}
<div class="card">
${pairs([
    ['Inputs', spec.inputs.map(({ node, dataset, role }) => html`<p>${dataset} of ${node}${role !== undefined && `, as ${role}`}</p>`)],
    ['Parameters', Object.keys(spec.parameters).length > 0 && Object.entries(spec.parameters).map(([name, value]) => html`<p>${name}: ${parameterText(value)}</p>`)],
    ['Parties', listText(spec.parties)],
    ['Suite', html`<code>${result.suite}</code>`],
    ['What it trusts', suite?.protects],
    ['What it rests on', rested.text],
    ['Time', `${secondsText(total.seconds.online)} online, after ${secondsText(total.seconds.offline)} of preparation${total.seconds.total > 0 ? `; ${secondsText(total.seconds.total)} from authorised to released` : ''}`],
    ['Rounds', amountText(result.rounds)],
    ['Sent by all', receipts.length > 0 && bytesText(total.bytes.total)],
  ])}</div>
${receipts.length > 0 && html`<div class="card">${tableMarkup({
    caption: 'By the signed receipts of the parties', columns: ['party', 'rounds', 'sent', 'received', 'preparation', 'online'],
    rows: receipts.map(({ node, rounds, bytesSent, bytesReceived, offlineMs, onlineMs }) => [node, amountText(rounds), bytesText(bytesSent), bytesText(bytesReceived), secondsText(offlineMs / 1000), secondsText(onlineMs / 1000)]),
  }, 'receipts')}</div>`}</section>`;
}

export function digestSection({ job, program }: ReportFacts): Markup {
  const plans = [...new Set(job.receipts.filter(({ attempt }) => attempt === job.attempt).map(({ plan }) => plan))];
  return html`<section aria-labelledby="digests"><h2 id="digests">What it can be held against</h2><div class="card">
${pairs([
    ['Job', html`<code>${job.id}</code>`],
    ['Job digest', html`<code>${job.digest}</code>`],
    ['Program digest', html`<code>${program.digest}</code>`],
    ['Policy digest', html`<code>${job.policy.digest}</code>`],
    ['Plan digest', plans.length > 0 && plans.map((plan) => html`<p><code>${plan}</code></p>`)],
    ['Anyone can check', html`<code>countersign audit verify</code> checks every entry of the log, <code>countersign job show ${job.id}</code> shows request, decision, signatures and receipts.`],
  ])}</div></section>`;
}
