import { KernelMemory } from '#kernels';
import { binCorrectionBytes, maxBatchBins, ranges } from '#program/plans';
import { Channel } from '../../channel/index.js';
import { oprfFlow } from './flow.js';
import { Code, RowHash, hashBytes } from './function.js';
import { SeedRows, drawBytes, planeBytesOf } from './rows.js';
import { type OprfParty, bothSeeds } from './seeds.js';

/**
 * F_j(x_j) for every bin j, `outputBytes` each (a multiple of 8), for the points x_j of 16 bytes. Secret. Throws `ProtocolAbort`.
 */
export async function receiveOprf(party: OprfParty, points: Uint8Array, outputBytes: number): Promise<Uint8Array> {
  const bins = points.length / 16;
  const outputs = new Uint8Array(outputBytes * bins);
  const widest = Math.min(bins, maxBatchBins);
  const memory = new KernelMemory(8 * planeBytesOf(widest) + drawBytes(widest) + hashBytes(widest, outputBytes) + 4096);
  try {
    const seeds = await bothSeeds(party);
    const [zeros, ones] = seeds.map((each) => new SeedRows(each)) as [SeedRows, SeedRows];
    for (const each of seeds) each.fill(0);
    const [code, hash] = [new Code(party.binding), new RowHash(party.binding)];
    for (const [from, to] of ranges(bins, maxBatchBins)) {
      const count = to - from;
      const corrections = memory.within(() => {
        const plane = planeBytesOf(count);
        const rows = memory.take(4 * plane);
        const sums = memory.take(4 * plane);
        zeros.draw(memory, count, rows);
        ones.draw(memory, count, sums);
        // Step 2, of rows alone: there is no code, so no choice matters.
        const numbers = memory.put(new Uint8Array(Uint32Array.from({ length: count }, (_, i) => from + i).buffer));
        const unchosen = memory.put(new Uint8Array(64));
        hash.write(memory, { rows, rowPlane: plane, bins: numbers, firstBin: from, codes: sums, codePlane: plane, choices: unchosen }, count, outputBytes,
          outputs.subarray(outputBytes * from, outputBytes * to));
        // Step 1.
        memory.kernels.xorInto(sums, rows, 4 * plane);
        for (let group = 0; group < 4; group++) {
          memory.within(() => {
            const words = memory.take(16 * count);
            code.plane(group, points.subarray(16 * from, 16 * to), memory.bytes.subarray(words, words + 16 * count));
            memory.kernels.xorInto(sums + group * plane, words, 16 * count);
          });
        }
        return packed(memory, sums, plane, count);
      });
      const channel = new Channel(oprfFlow, 'receiver', party.lane);
      await channel.send('corrections', corrections);
      channel.finish();
    }
    return outputs;
  } catch (error) {
    outputs.fill(0);
    throw error;
  } finally {
    memory.wipe();
  }
}

/** Three planes whole and the first half of every block of the fourth. */
function packed(memory: KernelMemory, planes: number, planeBytes: number, count: number): Uint8Array {
  const message = new Uint8Array(binCorrectionBytes(count));
  for (let group = 0; group < 3; group++) message.set(memory.bytes.subarray(planes + group * planeBytes, planes + group * planeBytes + 16 * count), 16 * count * group);
  const from = new Uint32Array(memory.bytes.buffer, planes + 3 * planeBytes, 4 * count);
  const to = new Uint32Array(message.buffer, 48 * count, 2 * count);
  for (let i = 0; i < count; i++) {
    to[2 * i] = from[4 * i]!;
    to[2 * i + 1] = from[4 * i + 1]!;
  }
  return message;
}
