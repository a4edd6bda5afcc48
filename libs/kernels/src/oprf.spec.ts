import { outcomes, someBytes } from './testing/outcomes.js';

test.each([0, 1, 5, 130])('xorAndBlock of %i blocks', (blocks) => {
  const regions = { target: someBytes(16 * blocks), source: someBytes(16 * blocks), block: someBytes(16) };
  const expected = { ...regions, target: regions.target.map((byte, i) => byte ^ (regions.source[i]! & regions.block[i % 16]!)) };
  expect(outcomes(regions, (k, at) => k.xorAndBlock(at.target, at.source, at.block, blocks))).toEqual({ wasm: expected, plain: expected });
});

test.each([[0, 0], [1, 0], [7, 9], [40, 1000]])('oprfInputs of %i entries from bin %i on', (count, firstBin) => {
  const rows = 6;
  const stride = 112;
  const bins = Uint32Array.from({ length: count }, (_, i) => firstBin + (i * 5) % rows);
  const regions = { inputs: someBytes(stride * count), rows: someBytes(64 * rows), bins, codes: someBytes(64 * count), delta: someBytes(64) };
  const inputs = regions.inputs.slice();
  bins.forEach((bin, e) => {
    inputs.fill(0, stride * e, stride * e + 8);
    inputs.set([bin & 255, bin >> 8], stride * e);
    for (let i = 0; i < 64; i++) {
      const plane = Math.floor(i / 16);
      inputs[stride * e + 8 + i] = regions.rows[16 * (plane * rows + bin - firstBin) + (i % 16)]! ^ (regions.codes[16 * (plane * count + e) + (i % 16)]! & regions.delta[i]!);
    }
  });
  const expected = { ...regions, inputs };
  expect(outcomes(regions, (k, at) => k.oprfInputs(at.inputs, stride, at.rows, 16 * rows, at.bins, firstBin, at.codes, 16 * count, at.delta, count)))
    .toEqual({ wasm: expected, plain: expected });
});
