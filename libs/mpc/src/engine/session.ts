import { randomBytes } from 'node:crypto';
import { type Plan } from '#program';
import { type Link, Mesh, ProtocolAbort, type Randomness, exchangeHellos } from '../channel/index.js';
import { shareInputs } from '../sharing/index.js';
import { checkSession, lengthsOf } from './check.js';
import { type Shares, evaluate } from './evaluate.js';
import { HeldOutputs } from './held-outputs.js';

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
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** `done` of `total` units of a phase, which come in this order. */
export interface Progress {
  readonly phase: 'agreeing' | 'preparing' | 'computing' | 'held';
  readonly done: number;
  readonly total: number;
}

export const systemRandomness: Randomness = { bytes: (length) => new Uint8Array(randomBytes(length)) };

/**
 * Runs a plan with the other parties up to the point where every output is shared and nothing is opened.
 * Throws `SessionInputError` before a byte is sent, `ProtocolAbort` afterwards; either way the links are closed.
 */
export async function runSession(options: SessionOptions): Promise<HeldOutputs> {
  const { plan, links, signal } = options;
  const close = (): void => links.forEach((link) => link?.close());
  signal?.addEventListener('abort', close, { once: true });
  try {
    checkSession(plan, options);
    signal?.throwIfAborted();
    return await run(options);
  } catch (error) {
    close();
    if (signal?.aborted) throw new ProtocolAbort('CS0706', 'the session was cancelled', { step: 'session', cause: error });
    throw error;
  }
}

async function run(options: SessionOptions): Promise<HeldOutputs> {
  const { plan, party, randomness = systemRandomness, onProgress } = options;
  const mesh = new Mesh(party, plan.parties.length, options.links);
  const startedAt = performance.now();
  onProgress?.({ phase: 'agreeing', done: 0, total: 1 });
  await exchangeHellos(mesh, { sessionId: options.sessionId, planDigest: options.planDigest, parties: plan.parties.length });
  const onlineAt = performance.now();
  const values = await shareAll(mesh, options, randomness);
  evaluate(plan, values, lengthsOf(plan));
  const shares = new Map(plan.outputs.map((output) => [output.name, values.get(output.value)!.slice()]));
  for (const value of values.values()) value.fill(0n);
  onProgress?.({ phase: 'held', done: 1, total: 1 });
  return new HeldOutputs({ mesh, shares, transcript: new Uint8Array(32), offlineMs: onlineAt - startedAt, onlineMs: performance.now() - onlineAt });
}

/** Shares all inputs in one round; an owner's inputs travel as one vector, in the order of the plan. */
async function shareAll(mesh: Mesh, { plan, party, inputs }: SessionOptions, randomness: Randomness): Promise<Shares> {
  const lengths = plan.parties.map((_, owner) => plan.inputs.reduce((sum, input) => sum + (input.party === owner ? input.length : 0), 0));
  const own = new BigUint64Array(lengths[party]!);
  let offset = 0;
  for (const input of plan.inputs.filter((each) => each.party === party)) {
    own.set(inputs.get(input.name)!, offset);
    offset += input.length;
  }
  const vectors = await shareInputs(mesh, own, lengths, randomness).finally(() => own.fill(0n));
  const taken = lengths.map(() => 0);
  return new Map(plan.inputs.map((input) => [input.name, vectors[input.party]!.slice(taken[input.party]!, (taken[input.party]! += input.length))]));
}
