import { createHash } from 'node:crypto';
import { insecureKem, memoryLinks, seededRandomness } from '#testing';
import { type Binding, Peer } from '../../channel/index.js';
import { receiveBaseTransfers } from './receiver.js';
import { layout } from './flow.js';
import { add, coefficients, decode, encode, mask, subtract, uniform } from './vector.js';

const binding: Binding = { sessionId: new Uint8Array(32).fill(7), roles: [0, 1] };

test('vectors encode as FIPS 203 says, add and subtract modulo q, and masks differ by index and branch', () => {
  const [x, y] = [uniform(Uint8Array.of(1)), uniform(Uint8Array.of(2))];
  expect(x.every((each) => each < 3329)).toBe(true);
  expect(decode(encode(x))).toEqual(x);
  expect(subtract(add(x, y), y)).toEqual(x);
  expect([...add(x, y)]).toEqual([...x].map((each, i) => (each + y[i]!) % 3329));
  const edge = new Uint16Array(coefficients).fill(3328);
  expect([...add(edge, edge)].every((each) => each === 3327)).toBe(true);
  expect([...subtract(new Uint16Array(coefficients), edge)].every((each) => each === 1)).toBe(true);
  // ByteEncode12 of (1, 2): the low twelve bits first.
  expect([...encode(Uint16Array.from({ length: coefficients }, (_, i) => (i < 2 ? i + 1 : 0))).subarray(0, 3)]).toEqual([1, 0x20, 0]);
  const masks = [[0, 0], [0, 1], [1, 0]].map(([index, branch]) => mask(binding, index!, branch!, encode(x)).join());
  expect(new Set(masks).size).toBe(3);
  expect(decode(new Uint8Array(layout.vectorBytes).fill(0xff))).toBeUndefined();
});

test('random coefficients are uniform', () => {
  const counts = new Uint32Array(13);
  for (let seed = 0; seed < 100; seed++) for (const each of uniform(Uint8Array.of(seed, 9))) counts[Math.floor(each / 257)]! += 1;
  // 76,800 coefficients in twelve cells of 257 and one of 245: five standard deviations.
  for (const [cell, count] of counts.entries()) {
    const expected = (76_800 * (cell < 12 ? 257 : 245)) / 3329;
    expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
});

test('coefficients are the candidates below q of the SHAKE-128 stream, in order', () => {
  const stream = createHash('shake128', { outputLength: 1848 }).update(Uint8Array.of(5)).digest();
  const candidates = Array.from({ length: 1232 }, (_, i) => (stream.readUInt16LE((i >> 1) * 3 + (i & 1)) >> (i & 1 ? 4 : 0)) & 0xfff);
  expect([...uniform(Uint8Array.of(5))]).toEqual(candidates.filter((each) => each < 3329).slice(0, coefficients));
});

test('a key whose coefficients are not reduced masks no choice', async () => {
  const kem = insecureKem(seededRandomness('keys'));
  const bad = { ...kem, generate: () => { const pair = kem.generate(); return { ...pair, publicKey: pair.publicKey.slice().fill(0xff, 0, layout.vectorBytes) }; } };
  const lane = new Peer(1, memoryLinks(2)[0]![1]!).lane(1);
  await expect(receiveBaseTransfers({ lane, binding, kem: bad as typeof kem, randomness: seededRandomness('receiver') }, Uint8Array.of(1), 2)).rejects.toThrow('coefficients that are not reduced');
});
