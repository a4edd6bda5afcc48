import * as native from '#pqc';
import * as portable from '#pqc/portable';
import { type BenchRow } from './row.js';

const MEASURE_MS = 400;

/** Calls of `act` per second, after a warm-up. */
function rate(act: () => unknown): number {
  const until = (ms: number): [calls: number, elapsedMs: number] => {
    const started = performance.now();
    let calls = 0;
    while (performance.now() - started < ms) {
      act();
      calls++;
    }
    return [calls, performance.now() - started];
  };
  until(MEASURE_MS / 4);
  const [calls, elapsedMs] = until(MEASURE_MS);
  return (calls * 1000) / elapsedMs;
}

const message = new Uint8Array(256);
const request = { method: 'POST', url: 'https://control.example/v1/jobs', body: '{"statement":"x"}', now: new Date() };

function operations({ SigningKey, verifySignature, KemKey, encapsulate, signStatement, verifyStatement }: typeof native | typeof portable): Readonly<Record<string, () => unknown>> {
  const key = SigningKey.generate('ML-DSA-65');
  const signature = key.sign(message);
  const kem = KemKey.generate('ML-KEM-768');
  const { ciphertext } = encapsulate('ML-KEM-768', kem.publicKey);
  const now = new Date();
  const statement = { v: 1, type: 'approval', kid: key.kid, issuedAt: now.toISOString(), expiresAt: new Date(now.getTime() + 60_000).toISOString() };
  const jws = signStatement(key, statement);
  return {
    'ML-DSA-65 sign': () => key.sign(message),
    'ML-DSA-65 verify': () => verifySignature('ML-DSA-65', key.publicKey, message, signature),
    'ML-KEM-768 encapsulate': () => encapsulate('ML-KEM-768', kem.publicKey),
    'ML-KEM-768 decapsulate': () => kem.decapsulate(ciphertext),
    'statement verify': () => verifyStatement(jws, { type: 'approval', publicKey: key.publicKey, now }),
  };
}

/** Signatures, encapsulations and statements per second through our own wrappers, native against portable, and signed requests. */
export async function run(): Promise<readonly BenchRow[]> {
  const [fast, slow] = [operations(native), operations(portable)];
  const rows = Object.keys(fast).map((name) => {
    const [value, peer] = [rate(fast[name]), rate(slow[name])];
    return { name, value, unit: 'op/s', peer: 'portable', ratio: value / peer };
  });
  const key = native.SigningKey.generate('ML-DSA-65');
  return [...rows, { name: 'request sign', value: rate(() => native.signRequest(key, request)), unit: 'op/s' }];
}
