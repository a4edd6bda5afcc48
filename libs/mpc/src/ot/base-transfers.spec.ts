import { randomBytes } from 'node:crypto';
import { jest } from '@jest/globals';
import { KernelMemory } from '#kernels';
import { baseMessages } from '#program/plans';
import { type RecordedLink, insecureKem, memoryLinks, recordedLink, seededRandomness, tamperedLink, tampers, whenQuiet } from '#testing';
import { type Binding, type Link, Peer, ProtocolAbort, type Randomness, labelOf, wireBytes } from '../channel/index.js';
import { type BaseTransfers, kPkeTransfers, kemTransfers, nativeKem } from './index.js';
import { bitAt } from './select.js';

const binding: Binding = { sessionId: new Uint8Array(32).fill(7), roles: [0, 1] };
const kPke = 'masny-rindal-k-pke-768/1';
const mlKem = 'masny-rindal-ml-kem-768/1';

/** The functionality: two random keys for each transfer, of which the receiver is told one. */
const ideal: BaseTransfers = {
  name: 'ml-kem-768',
  security: 'semi-honest',
  async receive(_, choices, count) {
    const keys = seededRandomness('ideal keys').bytes(32 * count);
    return Uint8Array.from({ length: 16 * count }, (__, at) => keys[32 * (at >> 4) + 16 * bitAt(choices, at >> 4) + (at & 15)]!);
  },
  send: async (_, count) => seededRandomness('ideal keys').bytes(32 * count),
};

interface Places {
  readonly links?: (Link | undefined)[][];
  readonly receiver?: Binding;
  readonly sender?: Binding;
  /** Seeds of the coins. */
  readonly coins?: readonly [string, string];
}

async function transfer(base: BaseTransfers, choices: Uint8Array, count: number, { links = memoryLinks(2), coins = ['receiver', 'sender'], ...of }: Places = {}) {
  const [receiver, sender] = [new Peer(1, links[0]![1]!), new Peer(0, links[1]![0]!)];
  const [chosen, keys] = await Promise.all([
    base.receive({ lane: receiver.lane(2), binding: of.receiver ?? binding, randomness: seededRandomness(coins[0]) }, choices, count),
    base.send({ lane: sender.lane(2), binding: of.sender ?? binding, randomness: seededRandomness(coins[1]) }, count),
  ]);
  const key = (i: number, branch: number): string => Buffer.from(keys.subarray((2 * i + branch) * 16, (2 * i + branch + 1) * 16)).toString('hex');
  return { chosen: (i: number): string => Buffer.from(chosen.subarray(16 * i, 16 * i + 16)).toString('hex'), key, chosenBytes: chosen, keysBytes: keys, receiver, sender };
}

const stock = kemTransfers(insecureKem(seededRandomness('kem')));

describe.each<[string, BaseTransfers, readonly number[]]>([
  ['K-PKE', kPkeTransfers, [0, 1, 2, 13, 16, 17, 33, 128, 300]],
  ['ML-KEM', kemTransfers(nativeKem), [0, 1, 9]],
  ['the stand-in for ML-KEM', stock, [0, 1, 13, 128]],
  ['the ideal dealer', ideal, [0, 1, 13, 128]],
])('base transfers from %s', (name, base, counts) => {
  test('the receiver gets the key of its choice and not the other, all keys differ, and the wire carries what the header states', async () => {
    for (const count of counts) {
      for (const choices of [new Uint8Array(randomBytes(Math.ceil(count / 8))), new Uint8Array(Math.ceil(count / 8)), new Uint8Array(Math.ceil(count / 8)).fill(255)]) {
        const { chosen, key, chosenBytes, keysBytes, receiver, sender } = await transfer(base, choices, count);
        expect([chosenBytes.length, keysBytes.length]).toEqual([16 * count, 32 * count]);
        const all = new Set<string>();
        for (let i = 0; i < count; i++) {
          expect([chosen(i), chosen(i) === key(i, 1 - bitAt(choices, i))]).toEqual([key(i, bitAt(choices, i)), false]);
          all.add(key(i, 0)).add(key(i, 1));
        }
        expect(all.size).toBe(2 * count);
        expect([sender.bytesReceived, receiver.bytesReceived]).toEqual([receiver.bytesSent, sender.bytesSent]);
        if (base !== ideal) expect([receiver.bytesSent, sender.bytesSent]).toEqual(Object.values(baseMessages(base.name, count)).map(wireBytes));
        if (name === 'K-PKE') expect([receiver.bytesSent, sender.bytesSent]).toEqual([wireBytes(32 + 2304 * count), wireBytes(2176 * count)]);
        else if (base !== ideal) expect([receiver.bytesSent, sender.bytesSent]).toEqual([wireBytes(2336 * count), wireBytes(2176 * count)]);
      }
    }
  });
});

describe.each([['K-PKE', kPkeTransfers, kPke], ['the stand-in for ML-KEM', stock, mlKem]] as const)('base transfers from %s', (_, base, protocol) => {
  test.each([
    ['session', { sessionId: new Uint8Array(32).fill(8), roles: [0, 1] as const }],
    ['receiver', { sessionId: binding.sessionId, roles: [3, 1] as const }],
    ['sender', { sessionId: binding.sessionId, roles: [0, 2] as const }],
  ])('keys are of no use in another place: another %s gives other keys', async (__, elsewhere) => {
    const { chosen, key } = await transfer(base, Uint8Array.of(0b01), 2, { sender: elsewhere });
    for (const i of [0, 1]) for (const branch of [0, 1]) expect(chosen(i) === key(i, branch)).toBe(false);
  });

  const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);
  const count = 64;

  /** Both ends' outcomes when the first frame of the message goes wrong. Whoever is done or gives up closes the link; a silent peer costs a deadline: here the moment when both wait. */
  async function runTampered(message: 'keys' | 'ciphertexts', tamper: keyof typeof tampers) {
    const links = memoryLinks(2);
    const end = message === 'keys' ? 0 : 1;
    links[end]![1 - end] = tamperedLink(links[end]![1 - end]!, 0, tampers[tamper]);
    const close = (): void => links.flat().forEach((link) => link?.close());
    const stopLooking = whenQuiet(links, close);
    const choices = new Uint8Array(randomBytes(count / 8));
    const lanes = [new Peer(1, links[0]![1]!).lane(2), new Peer(0, links[1]![0]!).lane(2)] as const;
    const orClose = <T>(run: Promise<T>): Promise<T> => run.catch((error: unknown) => {
      close();
      throw error;
    });
    const [chosen, keys] = await Promise.allSettled([
      orClose(base.receive({ lane: lanes[0], binding, randomness: seededRandomness('receiver') }, choices, count)),
      orClose(base.send({ lane: lanes[1], binding, randomness: seededRandomness('sender') }, count)),
    ]);
    stopLooking();
    return { choices, chosen, keys };
  }

  test.each(['keys', 'ciphertexts'] as const)('`%s`, truncated, lengthened, withheld, with another header or cut off, ends in a typed abort', async (message) => {
    for (const [tamper, code] of [['truncated', 'CS0703'], ['lengthened', 'CS0703'], ['withheld', /CS070[24]/], ['header altered', 'CS0703'], ['cut off', 'CS0702']] as const) {
      const { chosen, keys } = await runTampered(message, tamper);
      const waiting = message === 'keys' ? keys : chosen;
      expect([tamper, waiting.status]).toEqual([tamper, 'rejected']);
      const { reason } = waiting as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(ProtocolAbort);
      expect(`${tamper} ${(reason as ProtocolAbort).code}`).toMatch(code);
      expect((reason as ProtocolAbort).blame).toBe(message === 'keys' ? 0 : 1);
    }
  });

  test('a repeated frame is out of order', async () => {
    const { keys } = await runTampered('keys', 'repeated');
    expect(keys).toMatchObject({ status: 'rejected', reason: { code: 'CS0704', step: 'keys', blame: 0 } });
  });

  test('altered messages are not seen, and no key that comes of them is the other one', async () => {
    for (const message of ['keys', 'ciphertexts'] as const) {
      const { choices, chosen, keys } = await runTampered(message, 'altered');
      if (keys.status === 'rejected' || chosen.status === 'rejected') throw new Error('semi-honest transfers have no check');
      const part = (bytes: Uint8Array, at: number): string => Buffer.from(bytes.subarray(at, at + 16)).toString('hex');
      for (let i = 0; i < count; i++) expect(part(chosen.value, 16 * i)).not.toBe(part(keys.value, 32 * i + 16 * (1 - bitAt(choices, i))));
    }
  });

  test('messages look alike whatever is chosen: same lengths, and every half of every pair is as good as random', async () => {
    const sent = async (choices: Uint8Array): Promise<Uint8Array> => {
      const links = memoryLinks(2);
      const recorded: RecordedLink = recordedLink(links[0]![1]!);
      links[0]![1] = recorded;
      await transfer(base, choices, 8, { links });
      const { tag } = labelOf(protocol, 'keys');
      return Buffer.concat(recorded.written.filter((frame) => tagOf(frame) === tag).map((frame) => frame.subarray(20)));
    };
    const [zeros, ones] = [await sent(Uint8Array.of(0)), await sent(Uint8Array.of(255))];
    expect(zeros.length).toBe(ones.length);
    // Coefficients of 12 bits below q have a high nibble of 13 in one of 13 bytes and none above it.
    for (const message of [zeros, ones]) {
      const first = protocol === kPke ? 32 : 0;
      const perTransfer = protocol === kPke ? 2304 : 2336;
      for (let i = 0; i < 8; i++) {
        for (const j of [0, 1]) {
          const vector = message.subarray(first + i * perTransfer + j * 1152, first + i * perTransfer + (j + 1) * 1152);
          const mean = Array.from({ length: 384 }, (___, at) => vector[3 * at]! | ((vector[3 * at + 1]! & 15) << 8)).reduce((sum, each) => sum + each, 0) / 384;
          // 384 uniform coefficients have a mean of 1,664 with a standard deviation of 49.
          expect(Math.abs(mean - 1664)).toBeLessThan(300);
        }
      }
    }
  });
});

test('fresh coins of either party give other keys, and seeded ones the same', async () => {
  const choices = Uint8Array.of(0b101);
  const keys = async (coins: readonly [string, string]): Promise<string> => Buffer.from((await transfer(kPkeTransfers, choices, 3, { coins })).keysBytes).toString('hex');
  const all = await Promise.all([keys(['a', 'b']), keys(['c', 'b']), keys(['a', 'd']), keys(['a', 'b'])]);
  expect(new Set(all).size).toBe(2 + Number(all[1] !== all[0]));
  expect(all[3]).toBe(all[0]);
  expect(all[2]).not.toBe(all[0]);
});

test('K-PKE leaves no secret behind: coins are overwritten and both memories wiped, after an abort as well', async () => {
  const wiped = jest.spyOn(KernelMemory.prototype, 'wipe');
  const drawn: Uint8Array[] = [];
  const remembering = (randomness: Randomness): Randomness => ({
    bytes(length) {
      const bytes = randomness.bytes(length);
      drawn.push(bytes);
      return bytes;
    },
  });
  for (const outcome of ['done', 'aborted']) {
    wiped.mockClear();
    drawn.length = 0;
    const links = memoryLinks(2);
    // Ciphertexts that never come; without them the receiver waits until the link closes.
    if (outcome === 'aborted') links[1]![0] = tamperedLink(links[1]![0]!, 0, () => 'close');
    const lanes = [new Peer(1, links[0]![1]!).lane(2), new Peer(0, links[1]![0]!).lane(2)] as const;
    await Promise.allSettled([
      kPkeTransfers.receive({ lane: lanes[0], binding, randomness: remembering(seededRandomness('receiver')) }, Uint8Array.of(5), 3),
      kPkeTransfers.send({ lane: lanes[1], binding, randomness: remembering(seededRandomness('sender')) }, 3),
    ]);
    expect(wiped).toHaveBeenCalledTimes(2);
    // The nonce is public and the first that is drawn.
    expect(drawn.slice(1).map((bytes) => bytes.every((byte) => byte === 0))).toEqual([true, true, true, true]);
  }
  wiped.mockRestore();
});

test('no two branches and no two transfers share a ciphertext or coins', async () => {
  const links = memoryLinks(2);
  const recorded = recordedLink(links[1]![0]!);
  links[1]![0] = recorded;
  await transfer(kPkeTransfers, Uint8Array.of(0b10, 0b1), 9, { links });
  const body = Buffer.concat(recorded.written.map((frame) => frame.subarray(20)));
  expect(body.length).toBe(2176 * 9);
  // u of one coins and one matrix would be the same.
  expect(new Set(Array.from({ length: 18 }, (_, n) => body.subarray(1088 * n, 1088 * n + 960).toString('hex'))).size).toBe(18);
});

test.each([
  [kPkeTransfers, kPke, 32, 2304], [kemTransfers(nativeKem), mlKem, 0, 2336],
] as const)('a coefficient that is not reduced is refused, in either vector (%#)', async (base, protocol, before, perTransfer) => {
  for (const at of [0, 1149, 1152, 2301]) {
    const links = memoryLinks(2);
    const sending = base.send({ lane: new Peer(0, links[1]![0]!).lane(2), binding, randomness: seededRandomness('sender') }, 1);
    const message = new Uint8Array(before + perTransfer);
    message.fill(0xff, before + at, before + at + 3);
    await new Peer(1, links[0]![1]!).lane(2).send(labelOf(protocol, 'keys'), message);
    await expect(sending).rejects.toMatchObject({ code: 'CS0703', blame: 0, step: 'keys' });
  }
});
