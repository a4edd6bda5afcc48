import { assumptionsOf, PHASES, SUITES } from '#program';
import { type PlannedLink, type PlannedRequest } from '../actions/plan-request.js';
import { type Terminal } from '../terminal.js';
import { restsOnLines } from './assumptions.js';
import { bytesInAll, correlationsText, estimateLines, linkBytes, roundsOf, roundsText } from './cost.js';
import { openedLines, openedShapes } from './opened.js';
import { requestSentence } from './request.js';
import { tableLines } from './table.js';
import { bytesText } from './units.js';

/** What `job plan` shows: what would happen, what it rests on, and what it takes. */
export function planLines({ asked, definition, plan, suiteReason, cost, traffic, memoryBytes, links, estimate, decision }: PlannedRequest, terminal: Terminal): string[] {
  const row = (label: string, text: string): string => `  ${terminal.style('dim', label.padEnd(12))} ${text}`;
  const rows = (label: string, texts: readonly string[]): string[] => texts.map((text, index) => row(index === 0 ? label : '', text));
  const table = tableLines(['from', 'to', 'before inputs', 'from then on'], linkBytes(traffic, plan.parties).map(({ from, to, offline, online }) => [from, to, bytesText(offline), bytesText(online)]));
  return [
    terminal.style('bold', requestSentence(asked)),
    '',
    ...rows('program', [`${definition.name}, digest ${definition.digest}`]),
    ...rows('opened', openedLines(definition, plan)),
    ...rows('policy', [decision?.summary ?? 'none is in force, so nothing is allowed yet']),
    ...rows('suite', [`${plan.suite}: ${suiteReason}`, SUITES[plan.suite].protects]),
    ...rows('rests on', restsOnLines(plan, traffic).slice(0, 1)),
    ...rows('multiplied', [correlationsText(cost)]),
    ...rows('made ahead', [`${traffic.correlations.name}: ${traffic.correlations.reason}`, ...(traffic.correlations.bytesPerPair > 0 ? ['what all parties have in stock is drawn and not made again'] : [])]),
    ...rows('rounds', [roundsText(traffic)]),
    ...rows('sent', [`${bytesText(bytesInAll(traffic))} in all`, ...table]),
    ...rows('memory', [`about ${bytesText(memoryBytes)} in each session, beside the runtime`]),
    ...rows('links', links.map(linkText)),
    ...rows('seconds', estimateLines(estimate)),
    ...(definition.rowCounts === 'hidden' ? [] : rows('rows', ['as many as are declared at most: what the job takes follows from how many there are'])),
  ];
}

const linkText = ({ between: [one, other], roundTrip, roundTripMs, bitsPerSecond }: PlannedLink): string =>
  `${one} – ${other}: round trip ${roundTripMs.toFixed(1)} ms, ${roundTrip}; ${bitsPerSecond / 1e6} Mbit/s, ${roundTrip === 'asked for' ? roundTrip : 'assumed'}`;

export const planJson = ({ definition, plan, suiteReason, cost, traffic, memoryBytes, links, estimate, decision }: PlannedRequest): unknown => ({
  program: { name: definition.name, digest: definition.digest, opens: definition.opens, opened: openedShapes(plan) },
  parties: plan.parties, receivers: plan.receivers,
  ...(decision && { policy: { outcome: decision.outcome, summary: decision.summary } }),
  suite: { name: plan.suite, reason: suiteReason, protects: SUITES[plan.suite].protects },
  restsOn: { assumptions: assumptionsOf(plan), problems: traffic.correlations.restsOn, note: restsOnLines(plan, traffic)[0] },
  correlations: { ...traffic.correlations, ...Object.fromEntries(Object.entries(cost).filter(([name]) => !/[rR]ounds$/.test(name))) },
  rounds: { ...roundsOf(traffic), byPhase: traffic.rounds },
  bytes: {
    total: bytesInAll(traffic),
    links: linkBytes(traffic, plan.parties).map((link) => ({ ...link, byPhase: Object.fromEntries(PHASES.map((phase) => [phase, traffic.bytes[plan.parties.indexOf(link.from)][plan.parties.indexOf(link.to)][phase]])) })),
  },
  memoryBytes,
  links,
  seconds: estimate,
});
