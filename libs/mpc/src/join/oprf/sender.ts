import { KernelMemory } from '#kernels';
import { binCorrectionBytes, maxBatchBins, ranges } from '#program/plans';
import { Channel } from '../../channel/index.js';
import { oprfFlow } from './flow.js';
import { Code, RowHash, hashBytes } from './function.js';
import { SeedRows, drawBytes, planeBytesOf } from './rows.js';
import { type OprfParty, chosenSeeds } from './seeds.js';

/** Points of 16 bytes and the bin of each, in ascending order of bins. */
export interface Queries {
  readonly points: Uint8Array;
  readonly bins: Uint32Array;
}

/** Points that are hashed at once. */
const chunkPoints = 16_384;

/** F_j(x) for every query (j, x), `outputBytes` each (a multiple of 8). Secret. Throws `ProtocolAbort`. */
export async function sendOprf(party: OprfParty, bins: number, queries: Queries, outputBytes: number): Promise<Uint8Array> {
  const outputs = new Uint8Array(outputBytes * queries.bins.length);
  const widest = Math.min(bins, maxBatchBins);
  const memory = new KernelMemory(8 * planeBytesOf(widest) + drawBytes(widest) + hashBytes(chunkPoints, outputBytes) + 4096);
  let secret: Awaited<ReturnType<typeof chosenSeeds>> | undefined;
  try {
    secret = await chosenSeeds(party);
    const { choices, seeds } = secret;
    const rows = new SeedRows(seeds);
    const [code, hash] = [new Code(party.binding), new RowHash(party.binding)];
    let query = 0;
    for (const [from, to] of ranges(bins, maxBatchBins)) {
      const channel = new Channel(oprfFlow, 'sender', party.lane);
      const corrections = await channel.receive('corrections', binCorrectionBytes(to - from));
      channel.finish();
      const first = query;
      while (query < queries.bins.length && queries.bins[query]! < to) query += 1;
      memory.within(() => {
        const count = to - from;
        const plane = planeBytesOf(count);
        const chosen = memory.put(choices);
        const q = memory.take(4 * plane);
        rows.draw(memory, count, q);
        // Step 2.
        memory.within(() => addCorrections(memory, q, plane, corrections, count, chosen));
        for (const [start, end] of ranges(query - first, chunkPoints)) {
          memory.within(() => {
            const [low, high] = [first + start, first + end];
            const points = queries.points.subarray(16 * low, 16 * high);
            const codePlane = 16 * chunkPoints;
            const codes = memory.take(4 * codePlane);
            for (let group = 0; group < 4; group++) code.plane(group, points, memory.bytes.subarray(codes + group * codePlane, codes + group * codePlane + points.length));
            const numbers = memory.put(new Uint8Array(queries.bins.buffer, queries.bins.byteOffset + 4 * low, 4 * (high - low)));
            hash.write(memory, { rows: q, rowPlane: plane, bins: numbers, firstBin: from, codes, codePlane, choices: chosen }, high - low, outputBytes,
              outputs.subarray(outputBytes * low, outputBytes * high));
          });
        }
      });
    }
    return outputs;
  } catch (error) {
    outputs.fill(0);
    throw error;
  } finally {
    memory.wipe();
    secret?.choices.fill(0);
    secret?.seeds.fill(0);
  }
}

/** q_j ⊕= u_j ∧ s, from corrections as `receiver.ts` packs them. */
function addCorrections(memory: KernelMemory, q: number, plane: number, corrections: Uint8Array, count: number, choices: number): void {
  const blocks = memory.take(16 * count);
  for (let group = 0; group < 4; group++) {
    if (group < 3) memory.bytes.set(corrections.subarray(16 * count * group, 16 * count * (group + 1)), blocks);
    else {
      const from = new Uint32Array(corrections.buffer, corrections.byteOffset + 48 * count, 2 * count);
      const to = new Uint32Array(memory.bytes.buffer, blocks, 4 * count);
      for (let i = 0; i < count; i++) {
        to[4 * i] = from[2 * i]!;
        to[4 * i + 1] = from[2 * i + 1]!;
        to[4 * i + 2] = 0;
        to[4 * i + 3] = 0;
      }
    }
    memory.kernels.xorAndBlock(q + group * plane, blocks, choices + 16 * group, count);
  }
}
