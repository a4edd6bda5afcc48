import { createHash, randomBytes } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { type Binding, counters, domain, lengthPrefixed } from '../../channel/index.js';
import { kPkeFlow } from './flow.js';
import { KeyOracle, MaskOracle } from './oracle.js';
import { rhoOf } from './workspace.js';

const binding: Binding = { sessionId: new Uint8Array(32).fill(7), roles: [0, 1] };
const places: readonly Binding[] = [binding, { ...binding, sessionId: new Uint8Array(32).fill(8) }, { ...binding, roles: [0, 2] }, { ...binding, roles: [3, 1] }, { ...binding, roles: [1, 0] }];
const slots = [[0, 0], [0, 1], [1, 0], [1, 1], [300, 1]] as const;

/** What an oracle answers in each slot for one part, in every place. */
function answers(Oracle: typeof MaskOracle | typeof KeyOracle, part: Uint8Array, bytesEach: number): Uint8Array[] {
  return places.flatMap((place) => {
    const memory = new KernelMemory(131_072);
    const oracle = new Oracle(memory, place, slots.length);
    const at = memory.put(part);
    slots.forEach(([index, branch], slot) => oracle.inputs.set(slot, index, branch, at));
    const answer = oracle.answer(slots.length);
    return slots.map((_, slot) => memory.bytes.slice(answer + bytesEach * slot, answer + bytesEach * (slot + 1)));
  });
}

const input = (step: string, place: number, [index, branch]: readonly [number, number], part: Uint8Array): Uint8Array =>
  lengthPrefixed(domain(kPkeFlow.protocol, step, places[place]!), counters(index, branch), part);
const shake = (name: 'shake128' | 'shake256', bytes: Uint8Array, outputLength: number): Buffer => createHash(name, { outputLength }).update(bytes).digest();
const distinct = (all: readonly Uint8Array[]): number => new Set(all.map((each) => Buffer.from(each).toString('hex'))).size;

test('keys are SHAKE-256 of protocol, step, session, parties, index, branch and message, each behind its length', () => {
  const message = new Uint8Array(randomBytes(32));
  const keys = answers(KeyOracle, message, 16);
  expect(keys).toEqual(places.flatMap((_, place) => slots.map((slot) => new Uint8Array(shake('shake256', input('key', place, slot, message), 16)))));
  expect(distinct(keys)).toBe(places.length * slots.length);
});

test('masks are the candidates below q of SHAKE-128 of the same and the other vector', () => {
  const vector = new Uint8Array(randomBytes(1152));
  const masks = answers(MaskOracle, vector, 1536);
  const expected = places.flatMap((_, place) => slots.map((slot) => {
    const stream = shake('shake128', input('mask', place, slot, vector), 1848);
    const candidates = Array.from({ length: 1232 }, (__, i) => (stream.readUInt16LE((i >> 1) * 3 + (i & 1)) >> (i & 1 ? 4 : 0)) & 0xfff);
    return new Uint8Array(Uint16Array.from(candidates.filter((each) => each < 3329).slice(0, 768)).buffer);
  }));
  expect(masks).toEqual(expected);
  expect(distinct(masks)).toBe(places.length * slots.length);
});

test('each nonce, session and pair of parties has a matrix of its own', () => {
  const nonces = [new Uint8Array(32), new Uint8Array(32).fill(1)];
  expect(distinct(nonces.flatMap((nonce) => places.map((place) => rhoOf(place, nonce))))).toBe(2 * places.length);
});
