import fc from 'fast-check';
import { placedWords, split } from './half.js';
import { nobody } from './placement/index.js';

const words = fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 40 });

it('a row\'s words stand in its bin, and zeros where nobody does', () => {
  fc.assert(fc.property(words, fc.array(fc.option(fc.nat()), { maxLength: 60 }), (column, bins) => {
    const rows = Uint32Array.from(bins, (bin) => (bin === null || column.length === 0 ? nobody : bin % column.length));
    expect([...placedWords(BigUint64Array.from(column), rows)]).toEqual(Array.from(rows, (row) => (row === nobody ? 0n : column[row]!)));
  }));
  expect([...placedWords(new BigUint64Array(0), Uint32Array.of(nobody, nobody))]).toEqual([0n, 0n]);
});

it('words bin by bin become tags of their bits and columns, and are wiped', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 40, max: 64 }), (bins, columns, tagBits) => {
    const word = (j: number, c: number): bigint => BigInt.asUintN(64, BigInt(j * 7 + c + 1) * 0x9e37_79b9_7f4a_7c15n);
    const all = BigUint64Array.from({ length: bins * (1 + columns) }, (_, i) => word(Math.floor(i / (1 + columns)), i % (1 + columns)));
    const half = split(all, { bins, columns, tagBits, rightRows: 1 });
    expect([...half.tags]).toEqual(Array.from({ length: bins }, (_, j) => BigInt.asUintN(tagBits, word(j, 0))));
    expect(half.columns.map((column) => [...column])).toEqual(Array.from({ length: columns }, (_, c) => Array.from({ length: bins }, (__, j) => word(j, 1 + c))));
    expect(all.every((each) => each === 0n)).toBe(true);
  }));
});
