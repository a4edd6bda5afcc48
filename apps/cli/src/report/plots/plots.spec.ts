import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { elementsOf, marksIn, textsIn } from '../testing/marks.js';
import { barPlot, MOST_BARS } from './bars.js';
import { curvePlot, type Point } from './curve.js';
import { histogramPlot } from './histogram.js';
import { linesPlot } from './lines.js';
import { matrixPlot } from './matrix.js';

const words = { id: 'plot-1', title: 'A title', description: 'A description.' };
const text = (value: number): string => String(value);
const ascending = (values: readonly number[]): boolean => values.every((value, i) => i === 0 || value >= values[i - 1]! - 1e-6);

describe('bars', () => {
  const bars = [{ name: 'radius', value: 0.8 }, { name: 'area', value: -0.4 }, { name: 'texture', value: 0.2 }, { name: 'nothing', value: 0 }, { name: 'unknown', value: null }];
  const plot = barPlot(bars, { axis: 'coefficient', text }, words);

  it('are as long as their values, from the top down, and go the other way below 0', () => {
    const marks = marksIn(plot);
    expect(marks).toHaveLength(bars.length);
    expect(marks[0]!.box.width / marks[2]!.box.width).toBeCloseTo(4, 1);
    expect(marks[1]!.box.width / marks[2]!.box.width).toBeCloseTo(2, 1);
    expect(marks[1]!.box.x + marks[1]!.box.width).toBeCloseTo(marks[0]!.box.x, 0);
    expect(marks.slice(3).map(({ box }) => box.width)).toEqual([0, 0]);
    expect(ascending(marks.map(({ box }) => box.y))).toBe(true);
    expect(marks.slice(0, 3).map(({ fill }) => fill)).toEqual(['var(--first)', 'var(--second)', 'var(--first)']);
  });

  it('have their names and values as text', () => {
    expect(textsIn(plot)).toEqual(expect.arrayContaining(['radius', 'area', 'texture', 'nothing', 'unknown', 'coefficient', '0.8', '-0.4', '0.2', '0']));
  });

  it('have a whisker as wide as twice the error, around their end, where there is one', () => {
    const noisy = barPlot([{ name: 'a', value: 100, error: 10 }, { name: 'b', value: 50, error: 20 }, { name: 'c', value: 70 }, { name: 'd', value: null, error: null }], { axis: 'rows', text }, words);
    const [[a, b], whiskers] = [marksIn(noisy), marksIn(noisy, 1)];
    expect(whiskers).toHaveLength(2);
    const spans = whiskers.map(({ path }) => [...path.matchAll(/[ML](-?[\d.]+) /g)].map(([, x]) => Number(x))).map((xs) => [Math.min(...xs), Math.max(...xs)] as const);
    [[a!, 100, 10], [b!, 50, 20]].forEach(([mark, value, error], i) => {
      const { box } = mark as typeof a & object;
      const [from, to] = spans[i]!;
      expect((to - from) / box.width).toBeCloseTo((2 * (error as number)) / (value as number), 1);
      expect((from + to) / 2).toBeCloseTo(box.x + box.width, 0);
    });
  });

  it('show what is not seen in names, those of axes too', () => {
    expect(textsIn(barPlot([{ name: 'a\u202eb', value: 1 }], { axis: 'x\u202ey', text }, words))).toEqual(expect.arrayContaining(['a\ufffdb', 'x\ufffdy']));
  });

  it('are at most forty', () => {
    expect(marksIn(barPlot(Array.from({ length: 60 }, (_, i) => ({ name: `c${i}`, value: i })), { axis: 'x', text }, words))).toHaveLength(MOST_BARS);
  });
});

describe('a histogram', () => {
  it('has bars side by side, as tall as their counts', () => {
    const marks = marksIn(histogramPlot([{ name: '0 to 10', count: 20 }, { name: '10 to 20', count: 80 }, { name: '20 to 30', count: 40 }, { name: '30 to 40', count: 0 }], { axis: 'radius', tall: 'rows', text }, words));
    expect(marks).toHaveLength(4);
    expect(marks[1]!.box.height / marks[0]!.box.height).toBeCloseTo(4, 1);
    expect(marks[1]!.box.height / marks[2]!.box.height).toBeCloseTo(2, 1);
    expect(marks[3]!.box.height).toBeLessThan(1);
    marks.slice(1).forEach(({ box }, i) => expect(box.x - (marks[i]!.box.x + marks[i]!.box.width)).toBeLessThan(2));
  });
});

describe('a ROC curve', () => {
  it('goes from the lower left to the upper right and never down or back, whatever its points', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })), { minLength: 1, maxLength: 12 }), (steps) => {
      const sums = steps.reduce<[number, number][]>((all, [x, y]) => [...all, [all.at(-1)![0] + x, all.at(-1)![1] + y]], [[0, 0]]);
      const [right, up] = sums.at(-1)!.map((total) => total || 1) as [number, number];
      const points: Point[] = [...sums.map(([x, y]) => [x / right, y / up] as const), [1, 1]];
      const marks = marksIn(curvePlot({ points, x: 'false', y: 'true', rates: true }, words));
      expect(marks).toHaveLength(points.length);
      expect(ascending(marks.map(({ at }) => at[0]))).toBe(true);
      expect(ascending(marks.map(({ at }) => -at[1]))).toBe(true);
      const [first, last] = [marks[0]!.at, marks.at(-1)!.at];
      marks.forEach(({ at }, i) => {
        expect((at[0] - first[0]) / (last[0] - first[0])).toBeCloseTo(points[i]![0], 2);
        expect((at[1] - first[1]) / (last[1] - first[1])).toBeCloseTo(points[i]![1], 2);
      });
    }), { numRuns: 20 });
  });

  it('has the diagonal of a guess, dashed', () => {
    const plot = curvePlot({ points: [[0, 0], [0.1, 0.9], [1, 1]], x: 'false', y: 'true', rates: true }, words);
    expect(elementsOf(plot).filter(({ attributes }) => attributes.get('stroke-dasharray'))).toHaveLength(1);
    expect(elementsOf(curvePlot({ points: [[0.25, 3], [0.5, 4]], x: 'part', y: 'radius' }, words)).filter(({ attributes }) => attributes.get('stroke-dasharray'))).toHaveLength(0);
  });
});

describe('forecast against actual', () => {
  it('draws both series over the same periods, and leaves out what there is not', () => {
    const plot = linesPlot([{ name: 'actual', values: [1, 2, null, 4] }, { name: 'forecast', values: [1.5, 2, 3, 3.5] }], { periods: ['1', '2', '3', '4'], x: 'week', y: 'riders' }, words);
    const [actual, forecast] = [marksIn(plot, 0), marksIn(plot, 1)];
    const drawn = (marks: typeof actual): typeof actual => marks.filter(({ at }) => at.length === 2);
    expect(drawn(actual).map(({ index }) => index)).toEqual([0, 1, 3]);
    expect(drawn(forecast).map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(drawn(actual)[1]!.at).toEqual(drawn(forecast)[1]!.at);
    expect(drawn(actual)[0]!.at[0]).toBe(drawn(forecast)[0]!.at[0]);
    expect(drawn(actual)[0]!.at[1]).toBeGreaterThan(drawn(forecast)[0]!.at[1]);
    expect(textsIn(plot)).toEqual(expect.arrayContaining(['actual', 'forecast', 'week', 'riders']));
  });
});

describe('a matrix', () => {
  const cells = [[38, 2], [4, 69]];
  const plot = matrixPlot({ rows: ['called 1', 'called 0'], columns: ['is 1', 'is 0'], cells, shade: (i, j) => cells[i]![j]! / 71, text: (i, j) => String(cells[i]![j]!) }, words);

  it('has a cell for each pair with its number, row by row from the top, and no gap', () => {
    const boxes = marksIn(plot).map(({ box }) => box);
    expect(boxes).toHaveLength(4);
    expect(boxes[0]!.y).toBe(boxes[1]!.y);
    expect(boxes[0]!.x + boxes[0]!.width).toBeCloseTo(boxes[1]!.x, 0);
    expect(boxes[0]!.y + boxes[0]!.height).toBeCloseTo(boxes[2]!.y, 0);
    expect(textsIn(plot).filter((each) => /^\d+$/.test(each))).toEqual(['38', '2', '4', '69']);
  });

  it('is the fuller in colour the more there is, and of another colour below 0', () => {
    expect(marksIn(plot).map(({ fill }) => fill)).toEqual(['var(--shade-p3)', 'var(--shade-0)', 'var(--shade-0)', 'var(--shade-p6)']);
    const signed = matrixPlot({ rows: ['a'], columns: ['b', 'c', 'd', 'e'], cells: [[-1, 0, 1, null]], text: String }, words);
    expect(marksIn(signed).map(({ fill }) => fill)).toEqual(['var(--shade-n6)', 'var(--shade-0)', 'var(--shade-p6)', 'var(--shade-none)']);
  });
});

test('numbers of any size are drawn, each plot with all its marks', () => {
  const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ min: -2, max: 2, noNaN: true }), fc.constantFrom(0, -0, 5e-324, -1e-320, 1e-76, 1e300, Number.MAX_VALUE / 4));
  fc.assert(fc.property(fc.array(value.filter((x) => Math.abs(x) < 1e307), { minLength: 1, maxLength: 6 }), (values) => {
    const names = values.map((_, i) => `n${i}`);
    expect(marksIn(barPlot(values.map((each, i) => ({ name: names[i]!, value: each, error: i % 2 ? Math.abs(each) : undefined })), { axis: 'x', text }, words))).toHaveLength(values.length);
    expect(marksIn(histogramPlot(values.map((each, i) => ({ name: names[i]!, count: each })), { axis: 'x', tall: 'y', text }, words))).toHaveLength(values.length);
    expect(marksIn(curvePlot({ points: values.map((each, i) => [i / values.length, each] as const), x: 'x', y: 'y' }, words))).toHaveLength(values.length);
    expect(marksIn(linesPlot([{ name: 'a', values }, { name: 'b', values: [...values].reverse() }], { periods: names, x: 'x', y: 'y' }, words), 1)).toHaveLength(values.length);
  }), { numRuns: 50 });
});

it('an axis of very small or large numbers says by what they were divided', () => {
  const plot = barPlot([{ name: 'a', value: 3e-20 }, { name: 'b', value: 1.5e-20 }], { axis: 'x', text }, words);
  expect(textsIn(plot)).toContain('x, × 10^−20');
  const [a, b] = marksIn(plot);
  expect(a!.box.width / b!.box.width).toBeCloseTo(2, 1);
});

it('every drawing is an image with title and description, and the same each time', () => {
  const draw = (id: string) => curvePlot({ points: [[0, 0], [1, 1]], x: 'x', y: 'y', rates: true }, { ...words, id });
  const [root, title, description] = elementsOf(draw('plot-7'));
  expect(root!.attributes.get('role')).toBe('img');
  expect(root!.attributes.get('aria-labelledby')).toBe('plot-7-title plot-7-desc');
  expect([title!.attributes.get('id'), title!.text, description!.attributes.get('id'), description!.text]).toEqual(['plot-7-title', 'A title', 'plot-7-desc', 'A description.']);
  expect(draw('plot-7').text).toBe(draw('plot-7').text);
  const ids = (svg: ReturnType<typeof draw>): string[] => elementsOf(svg).flatMap(({ attributes }) => attributes.get('id') ?? []);
  expect(ids(draw('plot-7')).filter((id) => ids(draw('plot-8')).includes(id))).toEqual([]);
});
