import { Worker } from 'node:worker_threads';
import { type PlanStep, lower } from '#program';
import { type OwnTensor, planOfSteps, withLocalWork } from '#testing';
import { computeOwn } from '../../../../libs/mpc/src/engine/own/compute.js';
import { connectionPair } from '../../../../test/support/connections.js';
import { SealedStream } from './sealed-stream.js';
import { SessionLink } from './session-link.js';

const THREAD = new URL('../../../../libs/mpc/src/engine/own/thread.ts', import.meta.url).href;
const sessionId = new Uint8Array(32).fill(4);
const x: OwnTensor = { shape: [16_384], range: { min: 0n, max: 1n << 20n }, elements: Array.from({ length: 16_384 }, (_, i) => BigInt((i * 7919) % 100_003)) };
const steps: PlanStep[] = [{ op: 'sort', out: 'y', value: 'x' }];

test('a link sends heartbeats and answers echoes while its party computes what is its own', async () => {
  const [a, b] = await connectionPair();
  const events: string[] = [];
  const beats = Promise.withResolvers<void>();
  const peer = new SessionLink(new SealedStream(b, { sessionId, self: 1, peer: 0, dialled: false }), () => undefined);
  const own = new SessionLink(new SealedStream(a, { sessionId, self: 0, peer: 1, dialled: true }), () => undefined, { heartbeatMs: 5, silenceMs: 30_000 });
  // The work cannot be over before the peer has had its answer.
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const start = (): Worker => new Worker(
    'const { workerData: { gate, url }, parentPort } = require("node:worker_threads"); Atomics.wait(gate, 0, 0); import(url);',
    { eval: true, workerData: { gate, url: THREAD }, execArgv: ['--no-warnings'], env: {} },
  );
  try {
    const inputs = new Map([['x', BigUint64Array.from(x.elements)]]);
    const computed = computeOwn(lower(withLocalWork(planOfSteps('additive-z64', { x }, steps, ['y']))), 0, inputs, { start, wait: async () => void events.push('own work is done') });
    await peer.roundTrip();
    events.push('an echo is answered');
    const heard = peer.bytesReceived;
    const looking = setInterval(() => {
      if (peer.bytesReceived > heard) beats.resolve();
    }, 5);
    await beats.promise.finally(() => clearInterval(looking));
    events.push('a heartbeat arrives');
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    const { vectors } = await computed;
    expect(events).toEqual(['an echo is answered', 'a heartbeat arrives', 'own work is done']);
    expect([...vectors.get('y')!.subarray(0, 3)]).toEqual([...x.elements].sort((one, other) => Number(one - other)).slice(0, 3));
  } finally {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    own.close();
    peer.close();
    for (const { carrier } of [a, b]) carrier.socket.destroy();
  }
});
