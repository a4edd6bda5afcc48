import { createHash, randomBytes } from 'node:crypto';
import { insecureKem, memoryLinks, seededRandomness } from '#testing';
import { type Binding, Peer, labelOf, wireBytes } from '../../channel/index.js';
import { type Kem, nativeKem } from '../kem.js';
import { bitAt } from '../select.js';
import { layout, receiveBaseTransfers, sendBaseTransfers } from './index.js';
import { add, coefficients, decode, encode, mask, subtract, uniform } from './vector.js';

const binding: Binding = { sessionId: new Uint8Array(32).fill(7), roles: [0, 1] };

async function transfer(kem: Kem, choices: Uint8Array, count: number, of: { receiver?: Binding; sender?: Binding } = {}) {
  const links = memoryLinks(2);
  const [receiver, sender] = [new Peer(1, links[0]![1]!), new Peer(0, links[1]![0]!)];
  const [chosen, keys] = await Promise.all([
    receiveBaseTransfers({ lane: receiver.lane(2), binding: of.receiver ?? binding, kem, randomness: seededRandomness('receiver') }, choices, count),
    sendBaseTransfers({ lane: sender.lane(2), binding: of.sender ?? binding, kem }, count),
  ]);
  const key = (i: number, branch: number): Buffer => Buffer.from(keys.subarray((2 * i + branch) * 16, (2 * i + branch + 1) * 16));
  return { chosen: (i: number): Buffer => Buffer.from(chosen.subarray(16 * i, 16 * i + 16)), key, receiver, sender };
}

test.each([
  ['ML-KEM', nativeKem, [0, 1, 9]],
  ['its stand-in', insecureKem(seededRandomness('kem')), [0, 1, 13, 128]],
])('on %s the receiver gets the key of its choice and not the other', async (_, kem, counts) => {
  for (const count of counts) {
    const choices = new Uint8Array(randomBytes(Math.ceil(count / 8)));
    const { chosen, key, receiver, sender } = await transfer(kem, choices, count);
    for (let i = 0; i < count; i++) {
      expect(chosen(i).equals(key(i, bitAt(choices, i)))).toBe(true);
      expect(chosen(i).equals(key(i, 1 - bitAt(choices, i)))).toBe(false);
    }
    expect(receiver.bytesSent).toBe(wireBytes(2336 * count));
    expect(sender.bytesSent).toBe(wireBytes(2176 * count));
  }
});

test.each([
  ['session', { sessionId: new Uint8Array(32).fill(8), roles: [0, 1] as const }],
  ['sender', { sessionId: binding.sessionId, roles: [0, 2] as const }],
  ['receiver', { sessionId: binding.sessionId, roles: [3, 1] as const }],
])('keys are of no use in another place: another %s gives other keys', async (_, elsewhere) => {
  const { chosen, key } = await transfer(insecureKem(seededRandomness('kem')), Uint8Array.of(0b01), 2, { sender: elsewhere });
  for (const i of [0, 1]) for (const branch of [0, 1]) expect(chosen(i).equals(key(i, branch))).toBe(false);
});

test('a coefficient that is not reduced is refused', async () => {
  const links = memoryLinks(2);
  const sending = sendBaseTransfers({ lane: new Peer(0, links[1]![0]!).lane(2), binding, kem: nativeKem }, 1);
  await new Peer(1, links[0]![1]!).lane(2).send(labelOf('masny-rindal-ml-kem-768/1', 'keys'), new Uint8Array(layout.keysBytes).fill(0xff));
  await expect(sending).rejects.toMatchObject({ code: 'CS0703', blame: 0, step: 'keys' });
});

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
