import { randomBytes } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { type OwnJoinRows, type OwnVectors, type Plan, type SourceRequest, type Stage, LAYOUTS, SUITES, assumptionsOf, computingBytes, costOf, lower, place, stageReader } from '#program/plans';
import { type Link, Mesh, type Randomness, confirmTranscripts, exchangeHellos } from '../channel/index.js';
import { type Drawn, type Stock, confirmDrawn, dealCorrelations, draw, isNeeded, offerSizes, paddedBytes, wipeDrawn } from '../correlations/index.js';
import { Machine } from '../machine/index.js';
import { type Kem, kPkeTransfers, kemTransfers } from '../ot/index.js';
import { type Suite } from '../sharing/index.js';
import { checkSession } from './check.js';
import { HeldOutputs, cancelled } from './held-outputs.js';
import { shareAll } from './inputs.js';
import { joinTables } from './join.js';
import { computeOwn } from './own/compute.js';
import { suiteOf } from './suites.js';

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
  /** The own table, where the plan joins one. Read only, as are inputs. */
  readonly join?: OwnJoinRows;
  /** By party index, the own place undefined. The session owns them from now on. */
  readonly links: readonly (Link | undefined)[];
  /** Default: the operating system's. */
  readonly randomness?: Randomness;
  /**
   * Where oblivious transfers come from; every party says the same. Default: `auto`, whichever sends fewest bytes of what `plan.assumptions` allows. A
   * named one that rests on more is refused.
   */
  readonly correlations?: SourceRequest;
  /** Asks for base transfers from this KEM as it comes; every party asks alike. Default: from the encryption inside ML-KEM-768, several times as fast. */
  readonly kem?: Kem;
  /**
   * Correlations that these parties have made beforehand: given by all of them or by none. Used only by suites that consume correlations and
   * with no source named, and taken only when all parties are there and run this plan.
   */
  readonly stock?: Stock;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * `done` of `total` units of a phase; the phases come in this order. Preparing counts batches of correlations of this party, of which there may turn out to be more; computing
 * counts rounds of messages. It follows from the plan and from when messages arrive, never from a value.
 */
export interface Progress {
  readonly phase: 'agreeing' | 'preparing' | 'sharing' | 'computing' | 'held';
  readonly done: number;
  readonly total: number;
  /** While computing, where in its program the session is, if the program says. */
  readonly stage?: Stage;
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
  const { plan, sessionId, party, randomness = systemRandomness, kem } = options;
  const report = (phase: Progress['phase'], done: number, total: number, stage?: Stage): void => options.onProgress?.({ phase, done, total, ...(stage && { stage }) });
  const mesh = Mesh.over(party, plan.parties.length, options.links);
  const lowered = lower(plan);
  const demand = costOf(lowered);
  const base = kem ? kemTransfers(kem) : kPkeTransfers;
  // What a source that is asked for rests on, a stock need not rest on.
  const assumptions = assumptionsOf(plan);
  const isDrawn = SUITES[plan.suite].usesTriples && isNeeded(demand) && (options.correlations ?? 'auto') === 'auto';
  const stock = isDrawn ? options.stock : undefined;
  const choice = { name: plan.suite, demand, base, deal, correlations: options.correlations, assumptions };
  const placement = place(lowered, LAYOUTS[plan.suite]);
  let memory: KernelMemory | undefined;
  let suite: Suite | undefined;
  let drawn: Drawn | undefined;
  let own: OwnVectors | undefined;
  try {
    const startedAt = performance.now();
    own = await computeOwn(lowered, party, options.inputs, { signal: options.signal });
    report('agreeing', 0, 1);
    if (!stock) options.stock?.release(demand);
    // What is made is known when it is known what is drawn; the step `taken` compares it then.
    const from = stock ? 'stock, else auto' : suiteOf(choice).correlations.name;
    const correlations = assumptions === 'any' ? from : `${from} within ${assumptions}`;
    const offerBytes = await exchangeHellos(mesh, { sessionId, planDigest: options.planDigest, parties: plan.parties.length, correlations, baseTransfers: base.name, ...(stock && { offer: { bytes: paddedBytes(stock.offer), sizes: offerSizes } }) });
    drawn = stock && (await draw(mesh, stock, offerBytes, { demand, assumptions }));
    const prepared = suiteOf({ ...choice, drawn });
    if (drawn) await confirmDrawn(mesh, sessionId, drawn, prepared.correlations.name);
    report('preparing', 0, 1);
    suite = await prepared.prepare({ mesh, sessionId, randomness, onBatch: (done, total) => report('preparing', done, total) });
    memory = new KernelMemory(computingBytes(plan, lowered, placement));
    const machine = new Machine(lowered, placement, memory, suite);
    await machine.run(lowered.offline, () => undefined);

    const onlineAt = performance.now();
    report('sharing', 0, 1);
    const stageOf = stageReader(lowered.stages);
    let [rounds, levels] = [1, 0];
    const onRound = (): void => report('computing', rounds, demand.rounds, stageOf(levels));
    await shareAll(machine, plan, lowered, party, own.vectors);
    own.wipe();
    onRound();
    await joinTables(machine, { plan, lowered, mesh, sessionId, base, randomness, rows: options.join, onTurn: () => (rounds++, onRound()) });
    await machine.run(lowered.online, () => (rounds++, levels++, onRound()));
    const transcript = await confirmTranscripts(mesh, sessionId, suite.announce);
    report('held', 1, 1);
    return new HeldOutputs({
      mesh,
      suite,
      shares: new Map(plan.outputs.map(({ name }, i) => [name, machine.read(lowered.outputs[i]!)])),
      transcript,
      correlations: prepared.correlations,
      signal: options.signal,
      offlineMs: onlineAt - startedAt,
      onlineMs: performance.now() - onlineAt,
      making: { sessionId, randomness, base },
    });
  } catch (error) {
    if (suite) suite.wipe();
    else if (drawn) wipeDrawn(drawn);
    throw error;
  } finally {
    memory?.wipe();
    own?.wipe();
  }
}
