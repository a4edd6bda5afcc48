import { randomBytes } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { type Plan, costOf, lower } from '#program/plans';
import { type Link, Mesh, type Randomness, confirmTranscripts, exchangeHellos } from '../channel/index.js';
import { type SourceRequest, chooseSource, dealCorrelations, dealingMemoryBytes, treeDepth } from '../correlations/index.js';
import { Machine, place, scratchBytes } from '../machine/index.js';
import { type Kem, nativeKem } from '../ot/index.js';
import { AdditiveSuite, type Suite } from '../sharing/index.js';
import { checkSession } from './check.js';
import { HeldOutputs, cancelled } from './held-outputs.js';
import { inputBytes, shareAll } from './inputs.js';

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
  /** Default: that of node:crypto. */
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
    checkSession(options);
    signal?.throwIfAborted();
    return await run(deal, options);
  } catch (error) {
    close();
    throw signal?.aborted ? cancelled(error) : error;
  }
}

async function run(deal: typeof dealCorrelations, options: SessionOptions): Promise<HeldOutputs> {
  const { plan, sessionId, party, randomness = systemRandomness, kem = nativeKem } = options;
  const report = (phase: Progress['phase'], done: number, total: number): void => options.onProgress?.({ phase, done, total });
  const mesh = Mesh.over(party, plan.parties.length, options.links);
  const lowered = lower(plan);
  const demand = costOf(lowered);
  const { source, ...chosen } = chooseSource(demand, options.correlations);
  const layout = { components: 1, laneBits: 1 } as const;
  const placement = place(lowered, layout);
  let memory: KernelMemory | undefined;
  let suite: Suite | undefined;
  try {
    const startedAt = performance.now();
    report('agreeing', 0, 1);
    await exchangeHellos(mesh, { sessionId, planDigest: options.planDigest, parties: plan.parties.length, correlations: chosen.name });
    report('preparing', 0, 1);
    const onBatch = (done: number, total: number): void => report('preparing', done, total);
    const dealingMemory = new KernelMemory(dealingMemoryBytes(demand, { source, k: treeDepth, peers: plan.parties.length - 1 }));
    const correlations = await deal({ mesh, sessionId, demand, kem, randomness, memory: dealingMemory, source, k: treeDepth, onBatch }).finally(() => dealingMemory.wipe());
    suite = new AdditiveSuite({ mesh, randomness, correlations });
    memory = new KernelMemory(placement.bytes + scratchBytes(lowered, layout, plan.parties.length) + inputBytes(plan, layout.components));
    const machine = new Machine(lowered, placement, memory, suite);
    await machine.run(lowered.offline, () => undefined);

    const onlineAt = performance.now();
    report('computing', 0, demand.rounds);
    let rounds = 0;
    const onRound = (): void => report('computing', ++rounds, demand.rounds);
    await shareAll(machine, plan, lowered, party, options.inputs);
    onRound();
    await machine.run(lowered.online, onRound);
    const transcript = await confirmTranscripts(mesh, sessionId, suite.announce);
    report('held', 1, 1);
    return new HeldOutputs({
      mesh,
      suite,
      shares: new Map(plan.outputs.map(({ name }, i) => [name, machine.read(lowered.outputs[i]!)])),
      transcript,
      correlations: chosen,
      signal: options.signal,
      offlineMs: onlineAt - startedAt,
      onlineMs: performance.now() - onlineAt,
    });
  } finally {
    memory?.wipe();
    suite?.wipe();
  }
}
