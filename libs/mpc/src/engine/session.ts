import { randomBytes } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { type Plan, type ValueShape, planCost } from '#program/plans';
import { type Link, Mesh, type Randomness, confirmTranscripts, exchangeHellos } from '../channel/index.js';
import { type SourceRequest, chooseSource, dealCorrelations, dealingMemoryBytes, treeDepth, wipeCorrelations } from '../correlations/index.js';
import { type Kem, kPkeTransfers, kemTransfers } from '../ot/index.js';
import { checkSession } from './check.js';
import { evaluate } from './evaluate.js';
import { HeldOutputs, cancelled } from './held-outputs.js';
import { shareAll } from './inputs.js';

export interface SessionOptions {
  readonly plan: Plan;
  /** Hex, as `planDigest(plan)` of libs/program returns it. */
  readonly planDigest: string;
  /** 32 bytes that bind job digest, attempt and plan; never used twice. */
  readonly sessionId: Uint8Array;
  /** The own index into `plan.parties`. */
  readonly party: number;
  /** The own inputs by name, two's complement. Read only; wiping them is the caller's part. */
  readonly inputs: ReadonlyMap<string, BigUint64Array>;
  /** By party index, the own place undefined. The session owns them from now on. */
  readonly links: readonly (Link | undefined)[];
  /** Default: the operating system's. */
  readonly randomness?: Randomness;
  /**
   * Where oblivious transfers come from; every party says the same. Default: `auto`, whichever sends fewer bytes. `softspoken` rests on no
   * assumption about parity with noise.
   */
  readonly correlations?: SourceRequest;
  /** Asks for base transfers from this KEM as it comes; every party asks alike. Default: from the encryption inside ML-KEM-768, several times as fast. */
  readonly kem?: Kem;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** `done` of `total` units of a phase; the phases come in this order. */
export interface Progress {
  readonly phase: 'agreeing' | 'preparing' | 'computing' | 'held';
  readonly done: number;
  readonly total: number;
}

export const systemRandomness: Randomness = { bytes: (length) => new Uint8Array(randomBytes(length)) };

/**
 * Runs a plan with the other parties up to the point where every output is shared and nothing is opened.
 * Throws `SessionInputError` or `PlanError` before a byte is sent, `ProtocolAbort` afterwards; either way the links are closed.
 */
export function runSession(options: SessionOptions): Promise<HeldOutputs> {
  return runSessionWith(dealCorrelations, options);
}

/** `runSession` with another source of correlations. */
export async function runSessionWith(deal: typeof dealCorrelations, options: SessionOptions): Promise<HeldOutputs> {
  const { links, signal } = options;
  const close = (): void => links.forEach((link) => link?.close());
  signal?.addEventListener('abort', close, { once: true });
  try {
    const shapes = checkSession(options);
    signal?.throwIfAborted();
    return await run(deal, options, shapes);
  } catch (error) {
    close();
    throw signal?.aborted ? cancelled(error) : error;
  }
}

async function run(deal: typeof dealCorrelations, options: SessionOptions, shapes: ReadonlyMap<string, ValueShape>): Promise<HeldOutputs> {
  const { plan, sessionId, party, randomness = systemRandomness, kem } = options;
  const report = (phase: Progress['phase'], done: number, total: number): void => options.onProgress?.({ phase, done, total });
  const mesh = Mesh.over(party, plan.parties.length, options.links);
  const demand = planCost(plan);
  const base = kem ? kemTransfers(kem) : kPkeTransfers;
  const { source, ...chosen } = chooseSource(demand, options.correlations, base);
  const memory = new KernelMemory(dealingMemoryBytes(demand, { source, k: treeDepth, peers: plan.parties.length - 1 }));
  const values = new Map<string, BigUint64Array>();
  try {
    const startedAt = performance.now();
    report('agreeing', 0, 1);
    await exchangeHellos(mesh, { sessionId, planDigest: options.planDigest, parties: plan.parties.length, correlations: chosen.name, baseTransfers: base.name });
    report('preparing', 0, 1);
    const onBatch = (done: number, total: number): void => report('preparing', done, total);
    const correlations = await deal({ mesh, sessionId, demand, base, randomness, memory, source, k: treeDepth, onBatch });

    const onlineAt = performance.now();
    report('computing', 0, demand.rounds);
    let rounds = 0;
    const onRound = (): void => report('computing', ++rounds, demand.rounds);
    try {
      for (const [name, share] of await shareAll(mesh, plan, options.inputs, randomness)) values.set(name, share);
      onRound();
      await evaluate({ plan, shapes, mesh, memory, correlations, values, onRound });
    } finally {
      wipeCorrelations(correlations);
    }
    const transcript = await confirmTranscripts(mesh, sessionId);
    report('held', 1, 1);
    return new HeldOutputs({
      mesh,
      shares: new Map(plan.outputs.map((output) => [output.name, values.get(output.value)!.slice()])),
      transcript,
      correlations: chosen,
      signal: options.signal,
      offlineMs: onlineAt - startedAt,
      onlineMs: performance.now() - onlineAt,
    });
  } finally {
    memory.wipe();
    for (const share of values.values()) share.fill(0n);
  }
}
