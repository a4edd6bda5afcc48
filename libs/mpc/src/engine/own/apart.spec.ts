import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { type Lowered, type Plan, type PlanStep, PlanError, lower, ownVectors } from '#program';
import { isBrief, ownMilliseconds, ownTask } from '#program/plans';
import { type OwnTensor, allHeld, anyExpression, everyOperator, planOfSteps, runParties, smallTensors, withLocalWork } from '#testing';
import { startThread } from './apart.js';
import { type OwnSetting, computeOwn } from './compute.js';
import type { ToThread } from './messages.js';

type Inputs = ReadonlyMap<string, BigUint64Array>;
interface Work {
  readonly plan: Plan;
  readonly lowered: Lowered;
  readonly inputs: Inputs;
}
const words = (elements: readonly bigint[]): BigUint64Array => BigUint64Array.from(elements, (each) => BigInt.asUintN(64, each));
/** All of it party 0's. */
function workOf(tensors: Readonly<Record<string, OwnTensor>>, steps: readonly PlanStep[], output: string): Work {
  const made = withLocalWork(planOfSteps('additive-z64', tensors, steps, [output]));
  const plan = { ...made, inputs: made.inputs.map((input) => ({ ...input, party: 0 })) };
  return { plan, lowered: lower(plan), inputs: new Map(Object.entries(tensors).map(([name, { elements }]) => [name, words(elements)])) };
}
const sorting = (length: number): Work =>
  workOf({ x: { shape: [length], range: { min: 0n, max: 1n << 20n }, elements: Array.from({ length }, (_, i) => BigInt((i * 7919) % 100_003)) } }, [{ op: 'sort', out: 'y', value: 'x' }], 'y');
const atOnce = (): Promise<void> => Promise.resolve();
const inThread: OwnSetting = { isApart: () => true, wait: atOnce };
const here: OwnSetting = { isApart: () => false, wait: atOnce };
const elementsOf = (vectors: Inputs): unknown => [...vectors].map(([name, each]) => [name, [...each]]);

/** Threads with this code in place of the real one's, and the memory that they are given. */
function threads(code: string): { readonly start: () => Worker; readonly started: Worker[]; readonly memory: () => Uint8Array } {
  const started: Worker[] = [];
  let given: SharedArrayBuffer | undefined;
  const start = (): Worker => {
    const worker = new Worker(`const { parentPort } = require('node:worker_threads'); ${code}`, { eval: true, stderr: true, execArgv: ['--no-warnings'], env: {} });
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message: ToThread) => {
      given = message.memory;
      post(message);
    };
    started.push(worker);
    return worker;
  };
  return { start, started, memory: () => new Uint8Array(given!) };
}
/** Tells that it has begun by an event on the worker, and never ends. */
const endless = 'parentPort.once("message", ({ memory }) => { new Uint8Array(memory).fill(255); parentPort.postMessage({ type: "begun" }); for (;;); }); parentPort.postMessage({ type: "ready" });';
const begun = (worker: Worker): Promise<void> => new Promise((resolve) => worker.on('message', ({ type }: { type: string }) => type === 'begun' && resolve()));
const isGone = (worker: Worker): boolean => worker.threadId === -1;

describe('what an owner computes in a thread', () => {
  test('is bit for bit what it computes at once', async () => {
    await fc.assert(fc.asyncProperty(anyExpression('additive-z64', 2), async ({ plan, elements }) => {
      const lowered = lower(plan);
      for (const self of [0, 1]) {
        const inputs = new Map(plan.inputs.flatMap(({ name, party }) => (party === self ? [[name, words(elements.get(name)!)] as const] : [])));
        const [apart, one] = [await computeOwn(lowered, self, inputs, inThread), await computeOwn(lowered, self, inputs, here)];
        expect(elementsOf(apart.vectors)).toEqual(elementsOf(one.vectors));
        expect(elementsOf(one.vectors)).toEqual(elementsOf(ownVectors(lowered, self, inputs).vectors));
      }
    }), { numRuns: 10 });
  });

  test.each(Object.entries(everyOperator).filter(([, steps]) => steps.every((step) => 'out' in step)))('by `%s` too', async (_, steps) => {
    const { lowered, inputs } = workOf(smallTensors, steps, 'y');
    expect(elementsOf((await computeOwn(lowered, 0, inputs, inThread)).vectors)).toEqual(elementsOf(ownVectors(lowered, 0, inputs).vectors));
  });

  test.each([0, 1, 65_537])('of %i elements too, and leaves its inputs alone', async (length) => {
    const x: OwnTensor = { shape: [length], range: { min: -500n, max: 508n }, elements: Array.from({ length }, (_, i) => BigInt((i * 7919) % 1009) - 500n) };
    const { lowered, inputs } = workOf({ x }, [{ op: 'product', out: 'y', left: 'x', right: 'x', fractionBits: 0 }], 'y');
    const before = elementsOf(inputs);
    expect(elementsOf((await computeOwn(lowered, 0, inputs, inThread)).vectors)).toEqual(elementsOf(ownVectors(lowered, 0, inputs).vectors));
    expect(elementsOf(inputs)).toEqual(before);
  });
});

describe('where an owner computes', () => {
  const starts = async (work: Work): Promise<number> => {
    let started = 0;
    await computeOwn(work.lowered, 0, work.inputs, { wait: atOnce, start: () => (started++, startThread()) });
    return started;
  };

  test('follows from the plan: at once what is given a single grain of time, anything else in a thread', async () => {
    const [brief, long] = [sorting(64), sorting(16_384)];
    expect([brief, long].map(({ lowered }) => [ownMilliseconds(lowered, 0) <= 50, isBrief(ownTask(lowered, 0))])).toEqual([[true, true], [false, false]]);
    expect([await starts(brief), await starts(long)]).toEqual([0, 1]);
  });

  test('is nowhere without work', async () => {
    expect(await starts(workOf(smallTensors, [], Object.keys(smallTensors)[0]!))).toBe(0);
  });
});

describe('a thread', () => {
  const { lowered, inputs } = sorting(100);

  test('is ended when the session is, while it computes, and its memory wiped', async () => {
    const { start, started, memory } = threads(endless);
    const abort = new AbortController();
    const own = computeOwn(lowered, 0, inputs, { ...inThread, start, signal: abort.signal });
    await begun(started[0]!);
    expect(memory()[0]).toBe(255);
    abort.abort(new Error('over'));
    await expect(own).rejects.toThrow('over');
    expect(isGone(started[0]!)).toBe(true);
    expect(memory()).toEqual(new Uint8Array(2 * 8 * 100));
  });

  test('is not started for a session that is over', async () => {
    const { start, started } = threads(endless);
    await expect(computeOwn(lowered, 0, inputs, { ...inThread, start, signal: AbortSignal.abort(new Error('over')) })).rejects.toThrow('over');
    expect(started).toEqual([]);
  });

  test('is gone when it has answered; what it read is wiped then, and what it made when it is shared', async () => {
    let memory: Uint8Array = new Uint8Array();
    let thread: Worker | undefined;
    const start = (): Worker => {
      thread = startThread();
      const post = thread.postMessage.bind(thread);
      thread.postMessage = (message: ToThread) => {
        memory = new Uint8Array(message.memory);
        post(message);
      };
      return thread;
    };
    let read: Uint8Array = new Uint8Array([1]);
    const own = await computeOwn(lowered, 0, inputs, { ...inThread, start, wait: async () => void (read = memory.slice(0, 800)) });
    expect(isGone(thread!)).toBe(true);
    expect(read).toEqual(new Uint8Array(800));
    expect(memory.some((byte) => byte !== 0)).toBe(true);
    own.wipe();
    expect(memory).toEqual(new Uint8Array(1600));
  });

  test.each([
    ['ends without an answer', 'process.exit(3);', 'the thread ended without an answer'],
    ['fails where nothing catches it', 'parentPort.once("message", ({ memory }) => { new Uint8Array(memory).fill(255); throw new Error("out of memory"); }); parentPort.postMessage({ type: "ready" });', 'out of memory'],
  ])('that %s ends the work', async (_, code, message) => {
    const { start, started, memory } = threads(code);
    await expect(computeOwn(lowered, 0, inputs, { ...inThread, start })).rejects.toThrow(message);
    expect(isGone(started[0]!)).toBe(true);
    if (code.includes('memory')) expect(memory()).toEqual(new Uint8Array(1600));
  });

  const broken = (step: PlanStep): Lowered => ({ ...lowered, own: { types: new Map([['x', { shape: [100], fractionBits: 0 }], ['y', { shape: [100], fractionBits: 0 }]]), steps: [step as never] } });
  const failure = async (of: Lowered, setting: OwnSetting): Promise<unknown> => {
    const error = await computeOwn(of, 0, inputs, setting).then(() => undefined, (thrown: unknown) => thrown as PlanError);
    return [error instanceof PlanError, error?.name, error?.code, error?.message, error?.help];
  };

  test('says the same as would be said at once of what cannot be computed', async () => {
    const log = broken({ op: 'log', out: 'y', value: 'x', fractionBits: 0 });
    expect(await failure(log, here)).toEqual([true, 'PlanError', 'CS0620', '`y` is the logarithm of 0 or less', []]);
    expect(await failure(log, inThread)).toEqual(await failure(log, here));
    const unknown = broken({ op: 'guess', out: 'y', value: 'x' } as never);
    expect(await failure(unknown, here)).toEqual([false, 'TypeError', undefined, 'no operator `guess`', undefined]);
    expect(await failure(unknown, inThread)).toEqual(await failure(unknown, here));
  });
});

test.each([inThread, here])('a session that ends while the time of its own work is up ends there', async ({ isApart }) => {
  const { lowered, inputs } = sorting(100);
  const abort = new AbortController();
  const waits = Promise.withResolvers<void>();
  const own = computeOwn(lowered, 0, inputs, {
    isApart, signal: abort.signal,
    wait: async (_, signal) => {
      waits.resolve();
      await new Promise((__, reject) => signal!.addEventListener('abort', () => reject(signal!.reason as Error)));
    },
  });
  await waits.promise;
  abort.abort(new Error('over'));
  await expect(own).rejects.toThrow('over');
});

describe('in a session', () => {
  test('what took a thread is opened as it is', async () => {
    const { plan, inputs } = sorting(16_384);
    const values = [...inputs.get('x')!];
    const [opened] = await Promise.all(allHeld(await runParties(plan, { x: { party: 0, values } }, { offline: 'ideal' })).map((each) => each.open([0])));
    expect([...opened!.get('y')!]).toEqual(values.toSorted((a, b) => Number(a - b)));
  });

  test('own work ends with the session, long before its time is over', async () => {
    const { plan, lowered, inputs } = sorting(130_000);
    expect(ownMilliseconds(lowered, 0)).toBeGreaterThan(8_500);
    const abort = new AbortController();
    const sessions = runParties(plan, { x: { party: 0, values: [...inputs.get('x')!] } }, { offline: 'ideal', of: () => ({ signal: abort.signal }) });
    setImmediate(() => abort.abort());
    const late = new AbortController();
    const ended = await Promise.race([sessions, delay(8_000, undefined, { signal: late.signal })]);
    late.abort();
    expect(ended?.map((each) => each.status === 'rejected' && (each.reason as { code: string }).code)).toEqual(['CS0706', 'CS0706']);
  });
});
