import { KernelMemory } from '#kernels';
import { memoryLinks, seededRandomness, tamperedLink, tampers } from '#testing';
import { Mesh } from '../channel/index.js';
import { kPkeTransfers } from '../ot/index.js';
import { DaBitDealing } from './da-bits.js';
import { dealCorrelations, dealingMemoryBytes } from './index.js';

const demand = { triples: 0, andWords: 0, matrixTriples: [], daBits: 1000 };
const source = { kind: 'softspoken' } as const;

/** Bits of four parties, of whom the last waits for all; an end that fails closes its links. */
async function deal(frame: number): Promise<PromiseSettledResult<unknown>[]> {
  const links = memoryLinks(4);
  links[0]![1] = tamperedLink(links[0]![1]!, frame, tampers['cut off']);
  return Promise.allSettled(links.map((row, self) => dealCorrelations({
    mesh: Mesh.over(self, 4, row), demand, source, sessionId: new Uint8Array(32), k: 4, base: kPkeTransfers, randomness: seededRandomness(`party ${self}`),
    memory: new KernelMemory(dealingMemoryBytes(demand, { source, k: 4, peers: 3 })),
  }).catch((error: unknown) => {
    row.forEach((link) => link?.close());
    throw error;
  })));
}

test.each([0, 1, 2])('a link that is cut off at frame %i ends it for all, of whom none waits for bits that will not come', async (frame) => {
  const outcomes = await deal(frame);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
});

test('who waits for another pair’s bits hears that they will not come', async () => {
  const dealing = new DaBitDealing(1, 3, 5, seededRandomness('waiting'));
  // Party 1 sends to party 2 when it is done with party 0.
  const waiting = dealing.batchesWith(2, new KernelMemory(1024)).map((batch) => batch.send(undefined as never));
  dealing.fail(new Error('the link is closed'));
  await expect(Promise.all(waiting)).rejects.toThrow('the link is closed');
});
