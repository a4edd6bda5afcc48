import { randomBytes } from 'node:crypto';
import { wireBytes } from '../../channel/index.js';
import { lanePair, makes, memoryPair } from '../testing/pairs.js';
import { columnsFor, receiveRandom, sendRandom, stringBytes } from '../index.js';

const bitOf = (bits: Uint8Array, j: number): 0 | 1 => ((bits[j >> 3]! >> (j & 7)) & 1) as 0 | 1;
const sizes = [0, 1, 7, 128, 1001];

describe.each(makes)('on %s', (name, make) => {
  it('the receiver has the string that its bit names, and all strings differ', async () => {
    const { lanes, written } = lanePair();
    const memories = memoryPair(1024);
    const { batches } = await make(lanes, memories, sizes.map(columnsFor));
    const seen = new Set<string>();
    for (const [i, [sender, receiver]] of batches.entries()) {
      const count = sizes[i]!;
      const choices = new Uint8Array(randomBytes(Math.ceil(count / 8)));
      const before = written.map(({ written: frames }) => frames.length);
      const [strings, chosen] = await Promise.all([sendRandom(sender, memories[0], count), receiveRandom(receiver, memories[1], choices, count)]);
      expect([strings[0].length, strings[1].length, chosen.length]).toEqual(Array(3).fill(stringBytes * count));
      const at = (of: Uint8Array, j: number): string => Buffer.from(of.subarray(stringBytes * j, stringBytes * (j + 1))).toString('hex');
      for (let j = 0; j < count; j++) {
        expect(at(chosen, j)).toBe(at(strings[bitOf(choices, j)], j));
        for (const each of strings) seen.add(at(each, j));
      }
      // One message, of the corrections: the header's cost.
      const bytes = { softspoken: 4 * columnsFor(count), ferret: columnsFor(count) / 8, 'checked ferret': columnsFor(count) / 8, 'the ideal dealer': 0 }[name]!;
      expect(written[0]!.written.length).toBe(before[0]);
      expect(written[1]!.written.slice(before[1]).reduce((sum, frame) => sum + frame.length, 0)).toBe(wireBytes(bytes));
    }
    expect(seen.size).toBe(2 * sizes.reduce((a, b) => a + b));
  });
});
