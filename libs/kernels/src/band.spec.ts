import fc from 'fast-check';
import { outcomes, someBytes, someWords } from './testing/outcomes.js';

test.each([1, 2, 1000, 2 ** 32 - 1])('bandStarts below %i', (range) => {
  const blocks = someBytes(16 * 50);
  blocks.fill(255, 0, 8);
  blocks.fill(0, 16, 24);
  const view = new DataView(blocks.buffer);
  const expected = { blocks, starts: Uint32Array.from({ length: 50 }, (_, i) => Number((view.getBigUint64(16 * i, true) * BigInt(range)) >> 64n)) };
  expect(outcomes({ blocks, starts: new Uint32Array(50) }, (k, at) => k.bandStarts(at.starts, at.blocks, range, 50))).toEqual({ wasm: expected, plain: expected });
});

/** Rows whose starts ascend, so that their order is their number. */
function system(count: number, columns: number, width: number, density: number) {
  const starts = new Uint32Array(someBytes(4 * count).buffer).map((word) => word % (columns - 255)).sort();
  const sparse = (): Uint8Array => someBytes(32 * count).subarray(16 * count).map((byte, i, all) => (new Uint8Array(all.buffer)[i]! < 256 * density ? byte : 0));
  return {
    low: sparse(), high: sparse(), starts, values: someWords(width * count), order: Uint32Array.from({ length: count }, (_, i) => i),
    pivots: new Uint32Array(columns), solution: someWords(width * columns), target: new BigUint64Array(width * count),
  };
}

test('a system is solved as its twin solves it, and its rows decode to their values', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 3 }), fc.constantFrom(0.02, 0.3, 1), fc.integer({ min: 0, max: 80 }), (count, width, density, room) => {
    const columns = 256 + count + room;
    const regions = system(count, columns, width, density);
    const full = density === 1;
    const { wasm, plain } = outcomes({ ...regions, lowKept: regions.low.slice(), highKept: regions.high.slice() }, (k, at) => {
      const solved = k.bandEliminate(at.low, at.high, at.starts, at.values, width, at.order, at.pivots, count);
      if (full) expect(solved).toBe(1);
      if (solved === 0) return;
      k.bandSolve(at.solution, at.low, at.high, at.starts, at.values, width, at.pivots, columns);
      k.bandDecode(at.target, at.solution, at.lowKept, at.highKept, at.starts, width, count);
    });
    expect(wasm).toEqual(plain);
    if (full) expect(wasm.target).toEqual(regions.values);
    // What has no pivot stays.
    wasm.pivots.forEach((pivot, c) => {
      if (pivot === 0) expect(wasm.solution.slice(width * c, width * c + width)).toEqual(regions.solution.slice(width * c, width * c + width));
    });
  }), { numRuns: 120 });
});

test('a row that vanishes is told', () => {
  const regions = system(3, 300, 1, 1);
  regions.starts.fill(7);
  for (const part of [regions.low, regions.high]) for (let i = 0; i < 16; i++) part[32 + i] = part[i]! ^ part[16 + i]!;
  outcomes(regions, (k, at) => {
    expect(k.bandEliminate(at.low, at.high, at.starts, at.values, 1, at.order, at.pivots, 2)).toBe(1);
  });
  outcomes(regions, (k, at) => {
    expect(k.bandEliminate(at.low, at.high, at.starts, at.values, 1, at.order, at.pivots, 3)).toBe(0);
  });
});
