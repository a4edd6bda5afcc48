import { KernelMemory } from '#kernels';
import { type RecordedLink, memoryLinks, recordedLink, seededRandomness, tamperedLink, tampers, whenQuiet } from '#testing';
import { type Binding, type Link, Peer, ProtocolAbort, labelOf, wireBytes } from '../../channel/index.js';
import { kPkeTransfers } from '../base-k-pke/index.js';
import { blockBytes } from '../hash.js';
import { extensionMemoryBytes } from '../softspoken/index.js';
import { digestOf } from './check.js';
import { type FerretParameters, FerretReceiver, FerretSender, ferretMemoryBytes, ferretSets, firstBatches, sizesOf } from './index.js';
import { sumsBytes, treeMessages } from './flow.js';

const binding: Binding = { sessionId: new Uint8Array(32).fill(7), roles: [0, 1] };
const small: FerretParameters = { name: 'small', trees: 10, depth: 8, secretLog: 8 };
const k = 4;

interface Setting {
  readonly parameters?: FerretParameters;
  readonly checked?: boolean;
  readonly links?: (Link | undefined)[][];
  readonly bindings?: readonly [Binding, Binding];
}

function partiesOf({ parameters = small, checked = false, links = memoryLinks(2), bindings = [binding, binding] }: Setting) {
  const { kept, passing } = ferretMemoryBytes(parameters);
  const bytes = kept + Math.max(passing, extensionMemoryBytes(k, Math.max(...firstBatches(parameters)))) + 65_536;
  return [0, 1].map((self) => ({
    lane: new Peer(1 - self, links[self]![1 - self]!).lane(6),
    binding: bindings[self]!,
    base: kPkeTransfers,
    randomness: seededRandomness(`coins of ${self}`),
    k, parameters, checked,
    memory: new KernelMemory(bytes),
  }));
}

async function pairOf(setting: Setting = {}) {
  const [s, r] = partiesOf(setting);
  const [sender, receiver] = await Promise.all([FerretSender.setUp(s!), FerretReceiver.setUp(r!)]);
  const iterate = (): Promise<unknown> => Promise.all([sender.iterate(), receiver.iterate()]);
  const leaves = (of: FerretSender | FerretReceiver): Uint8Array => {
    const { party: { memory }, leaves: at, sizes } = of.extension;
    return memory.bytes.slice(at, at + blockBytes * sizes.outputs);
  };
  return { sender, receiver, iterate, leaves };
}

type Pair = Awaited<ReturnType<typeof pairOf>>;

/** Uses `columns` transfers up with all choices 0; the blocks and choices as they came, and how many break q = t ⊕ c·Δ. */
function useUp({ sender, receiver }: Pair, columns: number) {
  const [s, r] = [sender.extension.party, receiver.extension.party];
  const own = receiver.draw(r.lane, columns);
  const theirs = sender.draw(s.lane, columns);
  const { corrections: choices, pads: t } = r.memory.within(() => own.extend(r.memory, new Uint8Array(columns / 8), (at) => r.memory.bytes.slice(at, at + blockBytes * columns)));
  const q = s.memory.within(() => theirs.extend(s.memory, choices, columns, (at) => s.memory.bytes.slice(at, at + blockBytes * columns)));
  return { choices, t, q, broken: Buffer.compare(q, t) === 0 ? 0 : 1 };
}

const blocksOf = (bytes: Uint8Array): string[] => Array.from({ length: bytes.length / blockBytes }, (_, i) => Buffer.from(bytes.subarray(blockBytes * i, blockBytes * (i + 1))).toString('hex'));

test('the parameters give the totals that the header states', () => {
  expect(sizesOf(ferretSets.b10)).toEqual({ outputs: 870_400, secret: 65_536, reserved: 74_164, usable: 796_160 });
  expect(sizesOf(ferretSets.b11)).toEqual({ outputs: 2_396_160, secret: 131_072, reserved: 144_070, usable: 2_252_032 });
  for (const [set, bytes] of [[ferretSets.b10, 136_000], [ferretSets.b11, 205_920]] as const) {
    expect(treeMessages(set).reduce((sum, range) => sum + sumsBytes(set, range), 0)).toBe(bytes);
  }
  for (const { outputs, reserved, usable } of Object.values(ferretSets).map(sizesOf)) {
    expect(outputs - usable).toBeGreaterThanOrEqual(reserved);
    expect(outputs - usable - reserved).toBeLessThan(128);
  }
});

test.each([ferretSets.b10, ferretSets.b11])('$name: iterations follow each other, and every transfer keeps the relation', async (parameters) => {
  const pair = await pairOf({ parameters });
  const { usable } = sizesOf(parameters);
  for (let iteration = 0; iteration < 2; iteration++) {
    await pair.iterate();
    let ones = 0;
    for (let left = usable; left > 0; left -= 65_536) {
      const { choices, broken } = useUp(pair, Math.min(left, 65_536));
      expect(broken).toBe(0);
      for (const byte of choices) for (let i = 0; i < 8; i++) ones += (byte >> i) & 1;
    }
    // Ten standard deviations.
    expect(Math.abs(ones - usable / 2)).toBeLessThan(5 * Math.sqrt(usable));
  }
});

test('each tree has one hole, where the leaves differ by delta; the sender\'s end in 0 and the receiver\'s show the hole', async () => {
  const pair = await pairOf();
  const paths = new Set<number>();
  for (let iteration = 0; iteration < 3; iteration++) {
    await pair.iterate();
    const [w, v] = [blocksOf(pair.leaves(pair.sender)), blocksOf(pair.leaves(pair.receiver))];
    expect(w.every((block) => parseInt(block.slice(0, 2), 16) % 2 === 0)).toBe(true);
    for (let tree = 0; tree < small.trees; tree++) {
      const range = [...w.keys()].slice(tree << small.depth, (tree + 1) << small.depth);
      const holes = range.filter((i) => w[i] !== v[i]);
      expect(holes).toEqual(range.filter((i) => parseInt(v[i]!.slice(0, 2), 16) % 2 === 1));
      expect(holes).toHaveLength(1);
      const difference = BigInt(`0x${w[holes[0]!]!}`) ^ BigInt(`0x${v[holes[0]!]!}`);
      expect(difference).toBe(BigInt(`0x${Buffer.from(pair.sender.delta).toString('hex')}`));
      paths.add(holes[0]! & ((1 << small.depth) - 1));
    }
    expect(new Set(w).size).toBe(w.length);
  }
  // Thirty random leaves of 256.
  expect(paths.size).toBeGreaterThan(20);
});

test('nothing is handed out twice, and no block comes again in a later iteration', async () => {
  const pair = await pairOf();
  const { usable } = sizesOf(small);
  const seen: string[] = [];
  for (let iteration = 0; iteration < 4; iteration++) {
    await pair.iterate();
    for (const columns of [128, usable - 128]) seen.push(...blocksOf(useUp(pair, columns).t));
    expect(() => pair.receiver.draw(pair.receiver.extension.party.lane, 128)).toThrow('fewer transfers left');
  }
  expect(new Set(seen).size).toBe(4 * usable);

  await pair.iterate();
  const { lane, memory } = pair.receiver.extension.party;
  const extend = (drawn: ReturnType<FerretReceiver['draw']>, columns = 128): unknown => memory.within(() => drawn.extend(memory, new Uint8Array(columns / 8), () => 0).corrections);
  const once = pair.receiver.draw(lane, 128);
  const late = pair.receiver.draw(lane, 128);
  extend(once);
  expect(() => extend(once)).toThrow('were used');
  await pair.sender.iterate().then(() => pair.receiver.iterate());
  expect(() => extend(late)).toThrow('were used');
  expect(() => extend(pair.receiver.draw(lane, 128), 256)).toThrow('what was drawn');
  expect(() => pair.receiver.draw(lane, 100)).toThrow('groups of 128');
  memory.wipe();
  // Wiped blocks would be choices of 0, and the corrections the true choices in the clear.
  expect(() => extend(pair.receiver.draw(lane, 128))).toThrow('was wiped');
});

test('every iteration has trees and a matrix of its own, and every batch a hash of its own', async () => {
  const { sender: { extension, delta } } = await pairOf();
  const { memory } = extension.party;
  const view = (at: number, blocks: number): string[] => blocksOf(memory.bytes.slice(at, at + blockBytes * blocks));
  const roots = seededRandomness('roots').bytes(blockBytes * small.trees);
  const secret = seededRandomness('secret').bytes(blockBytes * sizesOf(small).reserved);
  const [leaves, codewords, hashes]: string[][] = [[], [], []];
  for (let iteration = 0; iteration < 2; iteration++) {
    // The same roots under the same delta.
    extension.begin().grow([0, 1], roots, delta);
    leaves.push(...view(extension.leaves, 1 << small.depth));
    // The code alone, over the same secret.
    memory.bytes.fill(0, extension.leaves, extension.leaves + blockBytes * 256);
    memory.bytes.set(secret, extension.base);
    for (let batch = 0; batch < 2; batch++) {
      const { blocks, hash } = extension.open(extension.draw(128), 128);
      codewords.push(...view(blocks, 128));
      hashes.push(memory.within(() => Buffer.from(memory.bytes.slice(hash.toWords(memory, memory.put(secret.subarray(0, 2048)), 128)).subarray(0, 8)).toString('hex')));
    }
  }
  expect(new Set(leaves).size).toBe(2 << small.depth);
  expect(new Set(codewords).size).toBe(4 * 128);
  expect(new Set(hashes).size).toBe(4);
});

const elsewhere: [string, Binding][] = [
  ['session', { sessionId: new Uint8Array(32).fill(8), roles: [0, 1] }],
  ['place', { sessionId: binding.sessionId, roles: [2, 1] }],
];

test.each(elsewhere)('in another %s the same coins grow other trees', async (_, other) => {
  const leaves = await Promise.all([binding, other].map(async (each) => {
    const pair = await pairOf({ bindings: [each, each] });
    await pair.iterate();
    return blocksOf(pair.leaves(pair.sender));
  }));
  expect(new Set(leaves.flat()).size).toBe(2 * sizesOf(small).outputs);
});

test.each(elsewhere)('what is meant for another %s is refused', async (_, other) => {
  await expect(pairOf({ bindings: [binding, other] })).rejects.toMatchObject({ code: 'CS0703', step: 'opening', blame: 0 });
});

const messages = {
  commitment: { from: 0, bytes: wireBytes(32) },
  coins: { from: 1, bytes: wireBytes(32) },
  opening: { from: 0, bytes: wireBytes(32) },
  sums: { from: 0, bytes: wireBytes(16 * small.trees * small.depth) },
  challenge: { from: 1, bytes: wireBytes(32) },
  digest: { from: 0, bytes: wireBytes(32) },
  choices: { from: 1, bytes: wireBytes(1024 / 8) },
} as const;
const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);

/** Set-up, one checked iteration and one batch over the links; both ends' outcomes. */
async function runOver(links: (Link | undefined)[][], checked = true) {
  const columns = 1024;
  const stopLooking = whenQuiet(links, () => links[0]![1]!.close());
  const [s, r] = partiesOf({ links, checked });
  const sending = async (): Promise<void> => {
    const sender = await FerretSender.setUp(s!);
    await sender.iterate();
    const transfers = sender.draw(s!.lane, columns);
    const choices = await transfers.receiveCorrections(columns);
    s!.memory.within(() => transfers.extend(s!.memory, choices, columns, () => undefined));
  };
  const receiving = async (): Promise<void> => {
    const receiver = await FerretReceiver.setUp(r!);
    await receiver.iterate();
    const transfers = receiver.draw(r!.lane, columns);
    await transfers.sendCorrections(r!.memory.within(() => transfers.extend(r!.memory, new Uint8Array(columns / 8), () => undefined)).corrections);
  };
  const closing = (run: Promise<void>): Promise<void> => run.catch((error: unknown) => {
    links[0]![1]!.close();
    throw error;
  });
  const outcomes = await Promise.allSettled([closing(sending()), closing(receiving())]);
  stopLooking();
  return outcomes;
}

function recorded(): { links: (Link | undefined)[][]; ends: RecordedLink[] } {
  const links = memoryLinks(2);
  const ends = links.map((row, self) => (row[1 - self] = recordedLink(row[1 - self]!)) as RecordedLink);
  return { links, ends };
}

test('every message has the length that the header states, and there is no other', async () => {
  const { links, ends } = recorded();
  expect((await runOver(links)).every(({ status }) => status === 'fulfilled')).toBe(true);
  for (const [name, { from, bytes }] of Object.entries(messages)) {
    const { tag } = labelOf('ferret/1', name);
    const sent = ends.map(({ written }) => written.filter((frame) => tagOf(frame) === tag).reduce((sum, { length }) => sum + length, 0));
    expect([name, ...sent]).toEqual([name, from === 0 ? bytes : 0, from === 1 ? bytes : 0]);
  }
  const known = [...Object.keys(messages).map((name) => labelOf('ferret/1', name).tag), ...['trees', 'corrections'].map((name) => labelOf('softspoken/1', name).tag), ...['keys', 'ciphertexts'].map((name) => labelOf('masny-rindal-k-pke-768/1', name).tag)];
  expect(ends.flatMap(({ written }) => written).every((frame) => known.includes(tagOf(frame)))).toBe(true);
});

async function runTampered(message: keyof typeof messages, tamper: keyof typeof tampers, checked = true) {
  const { links: plain, ends } = recorded();
  await runOver(plain);
  const { from } = messages[message];
  const frame = ends[from]!.written.findIndex((each) => tagOf(each) === labelOf('ferret/1', message).tag);
  const links = memoryLinks(2);
  links[from]![1 - from] = tamperedLink(links[from]![1 - from]!, frame, tampers[tamper]);
  return await runOver(links, checked);
}

const places = Object.keys(messages) as (keyof typeof messages)[];
describe.each(places)('`%s`', (message) => {
  test.each(['truncated', 'lengthened', 'withheld', 'header altered', 'cut off'] as const)('%s, ends the run with a typed abort', async (tamper) => {
    const reasons = (await runTampered(message, tamper)).flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason).toBeInstanceOf(ProtocolAbort);
  });
});

test.each([
  ['commitment', 'opening'], ['opening', 'opening'], ['sums', 'digest'], ['challenge', 'digest'], ['digest', 'digest'],
] as const)('an altered `%s` is caught by the receiver at `%s`, and the sender is blamed', async (message, step) => {
  const outcomes = await runTampered(message, 'altered');
  expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: { code: 'CS0703', step, blame: 0 } });
});

test('every check has weights and a mask of its own, and its digest is of no use in another place', async () => {
  const { links, ends } = recorded();
  const pair = await pairOf({ links, checked: true });
  for (let iteration = 0; iteration < 3; iteration++) await pair.iterate();
  const { tag } = labelOf('ferret/1', 'challenge');
  const challenges = ends[1]!.written.filter((frame) => tagOf(frame) === tag).map((frame) => Buffer.from(frame.subarray(frame.length - 32)).toString('hex'));
  expect(challenges).toHaveLength(3);
  expect(new Set(challenges.map((each) => each.slice(0, 32))).size).toBe(3);
  expect(new Set(challenges.map((each) => each.slice(32))).size).toBe(3);
  const memory = new KernelMemory(4096);
  const sums = memory.take(2048);
  const digests = [binding, ...elsewhere.map(([, other]) => other)].flatMap((each) => [0, 1].map((iteration) => Buffer.from(digestOf(memory, each, iteration, sums)).toString('hex')));
  expect(new Set(digests).size).toBe(6);
});

test('without the check altered sums go unseen, so it is the check that sees them', async () => {
  expect((await runTampered('sums', 'altered', false)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
});
