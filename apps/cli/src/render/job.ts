import { type JobView } from '#contract';
import { EXIT, type ExitCode } from '../exit.js';
import { type Terminal } from '../terminal.js';
import { problemsText } from './assumptions.js';
import { decisionLines, decisionTitle } from './decision.js';
import { dutyLine } from './duty.js';
import { requestSentence } from './request.js';
import { bytesText, secondsText } from './units.js';

const COLOUR = { released: 'green', denied: 'red', aborted: 'red', refused: 'red', needs_signatures: 'yellow' } as const;

export const stateText = (state: JobView['state'], terminal: Terminal): string =>
  terminal.style(['bold', (COLOUR as Record<string, 'green' | 'red' | 'yellow'>)[state] ?? 'cyan'], state);

/** The exit code that fits a job's state: 0 while nothing is wrong. */
export const exitOfState = (state: JobView['state']): ExitCode =>
  ({ denied: EXIT.denied, needs_signatures: EXIT.waiting } as Record<string, ExitCode>)[state] ?? (['aborted', 'refused', 'expired', 'superseded', 'cancelled'].includes(state) ? EXIT.failed : EXIT.done);

/** One step of a job: when, what, and why. */
export const historyLine = ({ at, to, code, reason }: JobView['history'][number], terminal: Terminal): string =>
  `${at}  ${stateText(to, terminal)}${code || reason ? `  ${[code, reason].filter(Boolean).join(': ')}` : ''}`;

export function jobLines(job: JobView, terminal: Terminal): string[] {
  const lines = [`${job.id}  ${stateText(job.state, terminal)}`, requestSentence(job.spec)];
  if (job.code !== undefined || job.reason !== undefined) lines.push(`  ${[job.code, job.reason].filter(Boolean).join(': ')}`);
  lines.push(`  decision ${decisionTitle(job.decision, terminal)}`, ...decisionLines(job.decision, terminal));
  for (const { kind, signer, at } of job.signatures) lines.push(`  ${kind.padEnd(8)} ${signer} at ${at}`);
  lines.push(...job.history.map((event) => `  ${historyLine(event, terminal)}`));
  for (const duty of job.duties) lines.push(`  ${dutyLine(duty)}`);
  for (const { node, at, code, attempt } of job.vanished ?? []) lines.push(`  vanished ${node} at ${at}, ${code}${attempt === job.attempt ? '' : ` (attempt ${attempt})`}: the others went on without it`);
  for (const receipt of job.receipts) {
    lines.push(`  receipt  ${receipt.node}: ${receipt.rounds} rounds, ${bytesText(receipt.bytesSent)} sent, ${secondsText((receipt.offlineMs + receipt.onlineMs) / 1000)}${drawnText(receipt.drawn)}${sourceText(receipt.correlations)}${receipt.without ? `, without ${receipt.without.join(' and ')}` : ''}${(receipt.roundTrips ?? []).map(({ node, microseconds }) => `, ${(microseconds / 1000).toFixed(1)} ms to ${node}`).join('')}`);
  }
  return lines;
}

/** Where correlations came from; suites that take none say nothing. */
const sourceText = (correlations: JobView['receipts'][number]['correlations']): string =>
  correlations === undefined || correlations.source === 'none' ? '' : `, correlations from ${correlations.source}, resting on ${problemsText(correlations.restsOn)}`;

/** What was in stock when the session began. */
function drawnText(drawn: JobView['receipts'][number]['drawn']): string {
  const kinds = Object.entries({ triples: drawn?.triples, 'AND words': drawn?.andWords, 'random bits': drawn?.daBits, 'matrix triples': drawn?.matrixTriples });
  const parts = kinds.flatMap(([kind, count]) => (count ? [`${count} ${kind}`] : []));
  return parts.length === 0 ? '' : `, ${parts.join(', ')} from stock`;
}
