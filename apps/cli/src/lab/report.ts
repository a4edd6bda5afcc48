import { type CorrelationSource, type DrawnCounts, type JobState, type JobView, type ResultFile } from '#contract';
import { type Decision } from '#policy';
import { type Verb } from './schema.js';

/** What `lab run --json` prints. */
export interface LabReport {
  readonly title: string;
  readonly jobs: Readonly<Record<string, JobReport>>;
  readonly log: { readonly size: number; readonly verified: boolean; readonly problems?: readonly string[] };
  readonly steps: readonly StepReport[];
  readonly failed?: StepReport;
  /** Where the HTML reports on results are, by the names of jobs. */
  readonly reports?: Readonly<Record<string, string>>;
}

export interface JobReport {
  readonly id: string;
  readonly state: JobState;
  readonly code?: string;
  readonly reason?: string;
  readonly decision: Decision;
  readonly result?: ResultFile['result'];
  readonly suite?: string;
  /** Preprocessing and online time of the slowest party; `total` from authorised to released. */
  readonly seconds: { readonly offline: number; readonly online: number; readonly total: number };
  /** Over all parties; what one sends another receives, so `total` counts it once. */
  readonly bytes: { readonly sent: number; readonly received: number; readonly total: number };
  readonly rounds: number;
  readonly receipts: number;
  /** How many correlations came out of stock, where any did. */
  readonly drawn?: DrawnCounts;
  /** Where the others came from, and what all of them rest on. */
  readonly correlations?: CorrelationSource;
}

export interface StepReport {
  /** From 1 on. */
  readonly step: number;
  readonly line: number;
  readonly verb: Verb;
  readonly job?: string;
  readonly ok: boolean;
  readonly expected?: string;
  readonly got?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const most = (values: readonly number[]): number => Math.max(0, ...values);

/** `result` is the first that a receiver's home holds. */
export function jobReportOf(job: JobView, result: ResultFile | undefined): JobReport {
  const receipts = job.receipts.filter(({ attempt }) => attempt === job.attempt);
  const sent = sum(receipts.map(({ bytesSent }) => bytesSent));
  return {
    id: job.id,
    state: job.state,
    ...(job.code === undefined ? {} : { code: job.code }),
    ...(job.reason === undefined ? {} : { reason: job.reason }),
    decision: job.decision,
    ...(result === undefined ? {} : { result: result.result, suite: result.suite }),
    seconds: {
      offline: most(receipts.map(({ offlineMs }) => offlineMs)) / 1000,
      online: most(receipts.map(({ onlineMs }) => onlineMs)) / 1000,
      total: secondsBetween(job, 'authorised', 'released'),
    },
    bytes: { sent, received: sum(receipts.map(({ bytesReceived }) => bytesReceived)), total: sent },
    rounds: most(receipts.map(({ rounds }) => rounds)),
    receipts: receipts.length,
    ...(receipts[0]?.drawn && { drawn: receipts[0].drawn }),
    ...(receipts[0]?.correlations && { correlations: receipts[0].correlations }),
  };
}

function secondsBetween({ history }: JobView, from: JobState, to: JobState): number {
  const start = history.find((event) => event.to === from);
  const end = history.findLast((event) => event.to === to);
  return start && end ? (Date.parse(end.at) - Date.parse(start.at)) / 1000 : 0;
}
