import { type CorrelationSource, type DrawnCounts, lineOf, type ResultFile, type SealedShare } from '#contract';
import { decodeResult } from '#program';
import type { SessionAborted, SessionFinished } from '../session/messages.js';
import type { Underway } from './attempt-state.js';
import { sealShare } from './sealed-shares.js';
import { RECEIPT_VALID_MS, signAs } from './statements.js';
import type { WorkerContext } from './worker-context.js';

/** What is left of a finished session at this party. */
export interface Outcome {
  /** At a receiver. */
  readonly result?: ResultFile;
  /** For receivers that are no parties. */
  readonly sealed?: SealedShare[];
  readonly receipt: string;
}

/** Where the session had its correlations from. */
const sourceOf = ({ correlations: { name, bytesPerPair, restsOn, drawn } }: SessionFinished['stats']): CorrelationSource =>
  ({ source: bytesPerPair === 0 && isAny(drawn) ? 'stock' : name, restsOn: [...restsOn] });

/** Decodes, seals and signs. @throws PlanError CS0626, CS0627 */
export function outcomeOf(state: Underway, finished: SessionFinished, attempt: number, { home, clock }: Pick<WorkerContext, 'home' | 'clock'>): Outcome {
  const { job, plan: { plan, digest }, startedAt, roundTrips } = state;
  const { outputs, share, stats, transcript, without } = finished;
  const now = clock();
  const drawn = isAny(stats.correlations.drawn) ? { drawn: stats.correlations.drawn } : {};
  const own = { node: home.node.name, key: home.keys.approval };
  return {
    ...(outputs && {
      result: {
        job: job.id, result: { ...decodeResult(plan, outputs) }, suite: stats.suite, rounds: stats.rounds,
        bytes: { sent: stats.bytesSent, received: stats.bytesReceived },
        seconds: { offline: stats.offlineMs / 1000, online: stats.onlineMs / 1000, total: (performance.now() - startedAt) / 1000 },
        ...drawn,
        at: now.toISOString(),
      },
    }),
    ...(share && {
      sealed: plan.receivers.filter((name) => !plan.parties.includes(name)).map((to) =>
        sealShare(share, { plan, job: job.id, jobDigest: job.digest, attempt, from: own.node, to, key: own.key, receiver: job.nodes.get(to)!.keys.sealing })),
    }),
    receipt: signAs(
      {
        type: 'receipt', job: job.digest, attempt, plan: digest, transcript: Buffer.from(transcript).toString('hex'),
        bytesSent: stats.bytesSent, bytesReceived: stats.bytesReceived, rounds: stats.rounds, offlineMs: Math.round(stats.offlineMs), onlineMs: Math.round(stats.onlineMs),
        ...(roundTrips && { roundTrips: roundTrips.map(({ node, microseconds }) => ({ node, microseconds })) }),
        ...drawn,
        correlations: sourceOf(stats),
        ...(without.length > 0 && { without: without.map((party) => plan.parties[party]) }),
      },
      { ...own, now, validMs: RECEIPT_VALID_MS },
    ),
  };
}

const isAny = (drawn: DrawnCounts | undefined): drawn is DrawnCounts => drawn !== undefined && Object.values(drawn).some((count) => count > 0);

/** Why an attempt ended without a result. */
export interface End {
  readonly code: string;
  readonly reason: string;
  /** Name of the node at fault. */
  readonly blame?: string;
  readonly sharesSent: boolean;
}

const MAX_REASON = 512;

/** Sessions know parties by index; people know them by name. */
export function endOf({ code, reason, blame, sharesSent }: SessionAborted, parties: readonly string[]): End {
  const named = reason.replace(/\bparty (\d+)\b/g, (text, index: string) => (parties[Number(index)] === undefined ? text : `\`${parties[Number(index)]}\``));
  return { code, reason: lineOf(named, MAX_REASON), ...(blame !== undefined && parties[blame] !== undefined && { blame: parties[blame] }), sharesSent };
}
