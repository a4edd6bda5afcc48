import { type Estimate, isOffline, type Phase, PHASES, type PlanCost, type Seconds, totalOf, type Traffic } from '#program';
import { bytesText, secondsText } from './units.js';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const counted = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

const inPhases = (byPhase: Readonly<Record<Phase, number>>, offline: boolean): number => sum(PHASES.filter((phase) => isOffline(phase) === offline).map((phase) => byPhase[phase]));

/** Rounds before inputs are shared, and from then on. */
export const roundsOf = ({ rounds }: Traffic): { offline: number; online: number } => ({ offline: inPhases(rounds, true), online: inPhases(rounds, false) });

/** What each party sends to each other one. */
export interface LinkBytes {
  readonly from: string;
  readonly to: string;
  readonly offline: number;
  readonly online: number;
}

export const linkBytes = ({ bytes }: Traffic, parties: readonly string[]): LinkBytes[] => bytes.flatMap((row, from) => row.flatMap((byPhase, to): LinkBytes[] =>
  (from === to ? [] : [{ from: parties[from], to: parties[to], offline: inPhases(byPhase, true), online: inPhases(byPhase, false) }])));

export const bytesInAll = ({ bytes }: Traffic): number => sum(bytes.flat().map(totalOf));

export const roundsText = (traffic: Traffic): string => {
  const { offline, online } = roundsOf(traffic);
  return `${counted(offline, 'round')} before inputs are shared, ${online} from then on`;
};

/** What is multiplied, and what for; without what there is none of. */
export function correlationsText({ triples, matrixTriples, andWords, daBits }: PlanCost): string {
  const parts = [
    ...(triples > 0 ? [counted(triples, 'product')] : []),
    ...(matrixTriples.length > 0 ? [counted(matrixTriples.length, 'product of matrices', 'products of matrices')] : []),
    ...(andWords > 0 ? [`${counted(andWords, 'AND')} of 64 bits`] : []),
    ...(daBits > 0 ? [counted(daBits, 'random bit')] : []),
  ];
  return parts.join(', ') || 'nothing is multiplied';
}

const allOf = ({ waiting, sending, computing }: Seconds): number => waiting + sending + computing;
const partText = (part: Seconds): string => `${secondsText(allOf(part))} (links' delay ${secondsText(part.waiting)}, bandwidth ${secondsText(part.sending)}, computing ${secondsText(part.computing)})`;

export const estimateLines = ({ start, offline, online, total }: Estimate): string[] => [
  `about ${secondsText(total)}, once all have signed`,
  `until the session starts ${secondsText(start)}`,
  `before inputs are shared ${partText(offline)}`,
  `from then on ${partText(online)}`,
];

/** One line for who is asked to sign. */
export const costLine = (traffic: Traffic, cost: PlanCost, memoryBytes: number): string =>
  `${roundsText(traffic)}; ${bytesText(bytesInAll(traffic))} between all parties; ${correlationsText(cost)}; ${bytesText(memoryBytes)} of memory each`;
