import fc from 'fast-check';
import { type ShareField } from './fields.js';
import { batchesOf } from './batches.js';
import { type Item, pieceBytes } from './items.js';

const fieldOf = (elementBytes: 1 | 8): ShareField => ({ elementBytes }) as ShareField;
const parties = 5;
const messageBytes = 4 * pieceBytes;

const anyItem = fc.record({
  elementBytes: fc.constantFrom<(1 | 8)[]>(1, 8), count: fc.oneof(fc.nat(50), fc.nat(3 * messageBytes)), kind: fc.constantFrom('deal', 'open'),
  dealers: fc.oneof(fc.constant('reducers' as const), fc.subarray([0, 1, 2, 3, 4], { minLength: 1 })),
});

it('every element is exchanged once and in order, and nobody has more for another than a message holds', () => {
  fc.assert(fc.property(fc.array(anyItem, { maxLength: 6 }), (specs) => {
    const asked: [number, number, number][] = [];
    const items = specs.map(({ elementBytes, count, kind, dealers }, i): Item => {
      const common = { field: fieldOf(elementBytes), count, shares: new Uint8Array(elementBytes * count).fill(i + 1) };
      return kind === 'deal'
        ? { kind, ...common, dealers, values: (from, length) => (asked.push([i, from, length]), new Uint8Array(0)) }
        : { kind: 'open', ...common, to: [0], opened: (_, from, length) => void asked.push([i, from, length]) };
    });
    const batches = [...batchesOf(items, parties, messageBytes)];
    expect(batches.length).toBeGreaterThan(0);
    for (const batch of batches) {
      const sent = Array.from({ length: parties }, () => 0);
      for (const item of batch) {
        const from = item.kind === 'open' || item.dealers === 'reducers' ? [0, 1, 2, 3, 4] : item.dealers;
        for (const party of from) sent[party]! += item.field.elementBytes * item.count;
        expect(item.shares.length).toBe(item.field.elementBytes * item.count);
        if (item.kind === 'deal') item.values(0, item.count);
        else item.opened(0, 0, item.count);
      }
      expect(Math.max(...sent)).toBeLessThanOrEqual(messageBytes);
    }
    const ends = specs.map(() => 0);
    let last = 0;
    for (const [i, from, length] of asked) {
      expect(i).toBeGreaterThanOrEqual(last);
      last = i;
      expect(from).toBe(ends[i]);
      // A cut is where a piece ends.
      expect((from * specs[i]!.elementBytes) % pieceBytes).toBe(0);
      ends[i]! += length;
    }
    expect(ends).toEqual(specs.map(({ count }) => count));
  }), { numRuns: 200 });
});
