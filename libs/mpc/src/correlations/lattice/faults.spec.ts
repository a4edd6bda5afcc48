import { latticeKeyBytes } from '#program/plans';
import { type RecordedLink, memoryLinks, recordedLink, seededRandomness, tamperedLink, tampers, whenQuiet } from '#testing';
import { type Link, Mesh, ProtocolAbort, labelOf, wireBytes } from '../../channel/index.js';
import {
  type LatticeKind, dealLatticeMatrices, productsMemoryBytes, receiveLatticeKeys, receiveLatticeMatrix, receiveLatticeProducts, sendLatticeKeys, sendLatticeMatrix, sendLatticeProducts,
} from './index.js';
import { anyWords, endsOf, withKeys } from './testing/pair.js';

const ends = (kind: LatticeKind, links: (Link | undefined)[][]) => endsOf(kind, productsMemoryBytes, links, (self) => seededRandomness(`${kind} ${self}`));

test.each([['products', 546_832], ['matrix', 200_720]] as const)('keys for %s take the bytes that the header states', async (kind, bytes) => {
  expect(latticeKeyBytes(kind)).toBe(bytes);
  for (const { lane: { peer } } of await withKeys(ends(kind, memoryLinks(2)))) expect(peer.bytesSent).toBe(wireBytes(bytes));
});

/** Every message, and who sends it. Their receiver is the other one. */
const messages = {
  'products key': { kind: 'products', from: 0, protocol: 'lattice-keys/1', message: 'key' },
  'products query': { kind: 'products', from: 0, protocol: 'lattice-products/1', message: 'query' },
  'products answer': { kind: 'products', from: 1, protocol: 'lattice-products/1', message: 'answer' },
  'matrix key': { kind: 'matrix', from: 1, protocol: 'lattice-keys/1', message: 'key' },
  'matrix query': { kind: 'matrix', from: 1, protocol: 'lattice-matrix/1', message: 'query' },
  'matrix answer': { kind: 'matrix', from: 0, protocol: 'lattice-matrix/1', message: 'answer' },
} as const;
type Message = keyof typeof messages;

const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);

/** Both ends of keys and two products, so that something is read after every message; an end that fails closes its links, and so does a lasting silence. */
async function run(kind: LatticeKind, links: (Link | undefined)[][]): Promise<PromiseSettledResult<unknown>[]> {
  const shape = { rows: 2, inner: 3, columns: 1 };
  const close = (): void => links.forEach((row) => row.forEach((link) => link?.close()));
  const stopLooking = whenQuiet(links, close);
  const [a, b] = ends(kind, links);
  const plays = kind === 'products'
    ? [
      async () => {
        const party = { ...a, own: await sendLatticeKeys(a) };
        for (let i = 0; i < 2; i++) await sendLatticeProducts(party, [anyWords(2)]);
      },
      async () => {
        const party = { ...b, peers: await receiveLatticeKeys(b) };
        for (let i = 0; i < 2; i++) await receiveLatticeProducts(party, [anyWords(2)]);
      },
    ]
    : [
      async () => {
        const party = { ...a, peers: await receiveLatticeKeys(a) };
        for (let i = 0; i < 2; i++) await sendLatticeMatrix(party, shape, anyWords(6));
      },
      async () => {
        const party = { ...b, own: await sendLatticeKeys(b) };
        for (let i = 0; i < 2; i++) await receiveLatticeMatrix(party, shape, anyWords(3));
      },
    ];
  const outcomes = await Promise.allSettled(plays.map((play) => play().catch((error: unknown) => {
    close();
    throw error;
  })));
  stopLooking();
  return outcomes;
}

const places = new Map<Message, number>();

/** Number of the first frame that carries each message, among those of its sender. */
beforeAll(async () => {
  for (const kind of ['products', 'matrix'] as const) {
    const links = memoryLinks(2);
    const recorded = links.map((row, party): RecordedLink => {
      const link = recordedLink(row[1 - party]!);
      row[1 - party] = link;
      return link;
    });
    expect((await run(kind, links)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    for (const [name, each] of Object.entries(messages)) {
      if (each.kind === kind) places.set(name as Message, recorded[each.from]!.written.findIndex((frame) => tagOf(frame) === labelOf(each.protocol, each.message).tag));
    }
  }
});

function runTampered(name: Message, tamper: (frame: Uint8Array) => readonly Uint8Array[] | 'close'): Promise<PromiseSettledResult<unknown>[]> {
  const { kind, from } = messages[name];
  const links = memoryLinks(2);
  links[from]![1 - from] = tamperedLink(links[from]![1 - from]!, places.get(name)!, tamper);
  return run(kind, links);
}

describe.each(Object.keys(messages) as Message[])('`%s`', (name) => {
  test.each(['truncated', 'lengthened', 'withheld', 'repeated', 'header altered', 'cut off'] as const)('%s, ends the run with a typed abort', async (tamper) => {
    const reasons = (await runTampered(name, tampers[tamper])).flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason).toBeInstanceOf(ProtocolAbort);
  });
});

test.each(['products key', 'products query', 'matrix key', 'matrix query'] as const)('a `%s` with a coefficient that is not reduced is refused, and its sender blamed', async (name) => {
  const { from, message } = messages[name];
  // Behind the frame's header and the seed.
  const outcomes = await runTampered(name, (frame) => [Uint8Array.from(frame, (byte, i) => (i >= 20 + 16 + 400 && i < 20 + 16 + 408 ? 255 : byte))]);
  expect(outcomes[1 - from]).toMatchObject({ status: 'rejected', reason: { code: 'CS0703', step: message, blame: from } });
});

test.each(['products answer', 'matrix answer'] as const)('an altered `%s` has no malformed form: the product is wrong, which semi-honest parties do not do', async (name) => {
  expect((await runTampered(name, tampers.altered)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
});

test('matrices whose links break are made by nobody, and those that were drawn are wiped', async () => {
  const links = memoryLinks(2);
  links[0]![1]!.close();
  const drawn: BigUint64Array[] = [];
  const ends = await Promise.allSettled(links.map((row, self) => dealLatticeMatrices({ mesh: Mesh.over(self, 2, row), randomness: seededRandomness(`${self}`) }, [{ rows: 2, inner: 3, columns: 1 }], (count) => {
    const words = anyWords(count);
    drawn.push(words);
    return words;
  })));
  for (const end of ends) expect(end).toMatchObject({ status: 'rejected', reason: { code: 'CS0702' } });
  expect(drawn.map(({ length }) => length)).toEqual([6, 3, 6, 3]);
  expect(drawn.every((words) => words.every((word) => word === 0n))).toBe(true);
});
