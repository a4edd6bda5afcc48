import fc from 'fast-check';
import { type OwnTensor, planOfSteps, runSteps } from '#testing';
import { type PlanStep } from '../index.js';
import { type WindowAxis, windowIndices } from './windows.js';

const axisOf = (size: number): fc.Arbitrary<WindowAxis> => fc.record({
  taps: fc.integer({ min: 1, max: 4 }), stride: fc.integer({ min: 1, max: 3 }), dilation: fc.integer({ min: 1, max: 3 }), before: fc.integer({ min: 0, max: 3 }), windows: fc.integer({ min: 0, max: size + 2 }),
});
const axis: WindowAxis = { taps: 2, stride: 1, dilation: 1, before: 0, windows: 3 };
const shapeAndAxes = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).chain(([outer, rows, columns]) =>
  fc.tuple(fc.constant([outer, rows, columns]), axisOf(rows), axisOf(columns)));

describe('windows', () => {
  it('have at tap t of window o what lies at o · stride + t · dilation − before', () => {
    fc.assert(fc.property(shapeAndAxes, ([shape, first, second]) => {
      const indices = windowIndices(shape, [first, second]);
      const [outer, rows, columns] = shape as [number, number, number];
      const place = ({ stride, dilation, before }: WindowAxis, o: number, t: number): number => o * stride + t * dilation - before;
      let at = 0;
      for (let image = 0; image < outer; image++) {
        for (let i = 0; i < first.windows; i++) for (let j = 0; j < second.windows; j++) for (let s = 0; s < first.taps; s++) for (let t = 0; t < second.taps; t++) {
          const [row, column] = [place(first, i, s), place(second, j, t)];
          const inside = row >= 0 && row < rows && column >= 0 && column < columns;
          expect(indices[at++]).toBe(inside ? (image * rows + row) * columns + column : -1);
        }
      }
      expect(indices.length).toBe(at);
    }));
  });
  it.each([['additive-z64', 2], ['replicated-z64', 3], ['shamir-p61', 3]] as const)('are on shares what they are in the clear, with what fills them within the range, %s with %i parties', (suite, parties) => {
    fc.assert(fc.property(shapeAndAxes, fc.integer({ min: -9, max: 9 }), fc.boolean(), ([shape, first, second], fill, open) => {
      const length = shape.reduce((a, b) => a * b, 1);
      const x: OwnTensor = { shape, elements: Array.from({ length }, (_, i) => BigInt(i % 5) - 2n), fractionBits: 1 };
      const known: PlanStep = { op: 'constant', out: 'k', shape, values: x.elements.map(String), fractionBits: 1 };
      const step: PlanStep = { op: 'windows', out: 'y', value: open ? 'k' : 'x', axes: [first, second], fill: String(fill) };
      const { outputs, clear, types } = runSteps(planOfSteps(suite, { x }, [known, step], ['y'], parties), { x });
      expect(outputs.get('y')).toEqual(clear.get('y')!.map(({ m, e }) => m << BigInt(e + 1)));
      const { range, shape: made } = types.get('y')!;
      expect(made).toEqual([shape[0], first.windows, second.windows, first.taps, second.taps]);
      expect(outputs.get('y')).toHaveLength(made.reduce((a, b) => a * b, 1));
      for (const element of outputs.get('y')!) expect(element >= range!.min && element <= range!.max).toBe(true);
    }), { numRuns: 40, examples: [[[[2, 3, 4], { ...axis, windows: 0 }, axis], 5, false], [[[2, 3, 4], axis, { ...axis, windows: 0 }], -5, true], [[[1, 1, 1], { ...axis, windows: 0 }, { ...axis, windows: 0 }], 0, false]] });
  });
  it('that make no sense are refused', () => {
    const x: OwnTensor = { shape: [4], elements: [1n, 2n, 3n, 4n] };
    const run = (axes: readonly WindowAxis[]): unknown => planOfSteps('additive-z64', { x }, [{ op: 'windows', out: 'y', value: 'x', axes }], ['y']);
    expect(() => run([axis])).not.toThrow();
    for (const wrong of [{ taps: 0 }, { stride: 0 }, { dilation: 0.5 }, { before: -1 }, { windows: -1 }, { windows: 2 ** 40 }]) expect(() => run([{ ...axis, ...wrong }])).toThrow('malformed plan');
    expect(() => run([axis, axis])).toThrow('cuts more axes');
  });
});
