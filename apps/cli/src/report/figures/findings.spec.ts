import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { marksIn } from '../testing/marks.js';
import { type Figure } from './figure.js';
import { findingsOf } from './findings.js';
import { binned } from './rows.js';

const asked = (program: string, parameters: Record<string, string | string[]> = {}) => ({ job: 'job_0123456789abcdef0123', program, parameters });
const words = { id: 'p', title: 't', description: 'd' };
const drawn = (figure: Figure) => figure.plot!.draw(words);
const titles = (figures: readonly Figure[]): string[] => figures.map(({ title }) => title);

describe('a logistic regression', () => {
  const result = {
    coefficients: { radius: { coefficient: 0.25, standardised: 0.9 }, texture: { coefficient: -0.05, standardised: -1.5 } }, intercept: -9.5, 'standardised intercept': -0.5, 'hardly vary': ['texture'],
    test: { rows: 113, accuracy: 107 / 113, auc: 0.98642 }, confusion: { 'called 1': { 'is 1': 38, 'is 0': 2 }, 'called 0': { 'is 1': 4, 'is 0': 69 } }, roc: [[0, 0], [0, 0.5], [0.1, 1], [1, 1]],
  };
  const { tiles, figures, notes } = findingsOf(result, asked('Logistic Regression', { label: 'diagnosis', positive: 'malignant' }));

  it('shows its AUC and accuracy, and the plots in the order in which people look', () => {
    expect(tiles.map(({ name, value }) => [name, value])).toEqual([['Area under the ROC (AUC)', '0.9864'], ['Accuracy', '94.7 %'], ['Intercept', '−9.5'], ['Intercept, standardised', '−0.5']]);
    expect(titles(figures)).toEqual(['ROC curve', 'Confusion matrix', 'Coefficients']);
    expect(notes).toEqual([expect.stringContaining('texture')]);
  });

  it('draws a point for each of the ROC, four cells, and a bar for each coefficient, the heaviest first', () => {
    const [roc, confusion, coefficients] = figures as [Figure, Figure, Figure];
    expect(marksIn(drawn(roc))).toHaveLength(4);
    expect(marksIn(drawn(confusion))).toHaveLength(4);
    expect(marksIn(drawn(coefficients))).toHaveLength(2);
    expect(coefficients.tables[0]!.rows).toEqual([['texture', '−1.5', '−0.05'], ['radius', '0.9', '0.25']]);
    expect(confusion.tables[0]!.rows).toEqual([['called malignant', '38', '2'], ['called not malignant', '4', '69']]);
    expect(confusion.tables[1]!.rows.map(([rate, value]) => [rate, value])).toEqual([['sensitivity', '90.5 %'], ['specificity', '97.2 %'], ['precision', '95.0 %'], ['negative predictive value', '94.5 %']]);
  });

  it('says so where there is no row to test on', () => {
    const empty = findingsOf({ test: { rows: 0, accuracy: null, auc: null }, confusion: { 'called 1': { 'is 1': 0, 'is 0': 0 }, 'called 0': { 'is 1': 0, 'is 0': 0 } }, roc: [] }, asked('Logistic Regression'));
    expect(empty.tiles.map(({ value }) => value).slice(0, 2)).toEqual(['none', 'none']);
    expect(empty.figures[0]!.tables[1]!.rows.map(([, value]) => value)).toEqual(['none', 'none', 'none', 'none']);
  });
});

it('a demand forecast shows forecast against actual, errors and coefficients', () => {
  const { tiles, figures } = findingsOf(
    { coefficients: { price: -15, deal: 10 }, intercept: 60, errors: { rows: 36, rmse: 0.61, r2: 0.99 }, series: { 10: { rows: 12, demand: 40, forecast: 41 }, 11: { rows: 12, demand: 50, forecast: 49 } } },
    asked('Demand Forecast', { demand: 'units', period: 'week' }),
  );
  expect(titles(figures)).toEqual(['Forecast against actual', 'Coefficients']);
  expect(tiles.map(({ value }) => value)).toEqual(['0.61', '0.9900', '36', '60']);
  expect([marksIn(drawn(figures[0]!), 0), marksIn(drawn(figures[0]!), 1)].map(({ length }) => length)).toEqual([2, 2]);
  expect(figures[0]!.tables[0]!.rows).toEqual([['10', '12', '40', '41', '1', '2.5 %'], ['11', '12', '50', '49', '−1', '−2.0 %']]);
});

describe('statistics', () => {
  it('counts of values are bars, of intervals a histogram, of pairs a heat map', () => {
    const [one, two, three] = [
      findingsOf({ counts: { malignant: 212, benign: 357 } }, asked('Histogram', { column: 'diagnosis' })),
      findingsOf({ counts: { '0 to 10': 63, '10 to 20': 412 } }, asked('Binned Histogram', { column: 'radius' })),
      findingsOf({ counts: { rent: { good: 3, bad: 1 }, own: { good: 5, bad: 0 } } }, asked('Two-Way Table', { row: 'home', column: 'class' })),
    ];
    expect([one, two, three].map(({ figures }) => titles(figures))).toEqual([['Rows by diagnosis'], ['Histogram of radius'], ['Rows by home and class']]);
    expect([one, two, three].map(({ tiles }) => tiles[0]!.value)).toEqual(['569', '475', '9']);
    expect([one, two, three].map(({ figures }) => marksIn(drawn(figures[0]!)).length)).toEqual([2, 2, 4]);
    expect(three.figures[0]!.tables[0]!.rows).toEqual([['rent', '3', '1', '4'], ['own', '5', '0', '5'], ['all', '8', '1', '9']]);
  });

  it('group means are bars with their numbers of rows beside', () => {
    const { figures } = findingsOf({ groups: { good: { mean: 80460.9644, count: 9340 }, none: { mean: null, count: 0 } } }, asked('Group Mean', { column: 'income', by: 'class' }));
    expect(titles(figures)).toEqual(['Mean income by class']);
    expect(marksIn(drawn(figures[0]!)).map(({ box }) => box.width > 0)).toEqual([true, false]);
    expect(figures[0]!.tables[0]!.rows).toEqual([['good', '80,461', '9,340'], ['none', 'none', '0']]);
  });

  it('correlations are a matrix, quantiles a curve, and the median stands at the top', () => {
    const correlation = findingsOf({ correlation: { a: { a: 1, b: -0.5 }, b: { a: -0.5, b: null } }, why: 'too few rows' }, asked('Correlation'));
    expect(marksIn(drawn(correlation.figures[0]!)).map(({ fill }) => fill)).toEqual(['var(--shade-p6)', 'var(--shade-n3)', 'var(--shade-n3)', 'var(--shade-none)']);
    expect(correlation.notes).toEqual(['Why there is no value: too few rows.']);
    const quantiles = findingsOf({ quantiles: { '0.75': 15.78, '0.25': 11.7, '0.5': 13.37 } }, asked('Quantiles', { column: 'radius' }));
    expect(quantiles.figures[0]!.tables[0]!.rows).toEqual([['25.0 %', '11.7'], ['50.0 %', '13.37'], ['75.0 %', '15.78']]);
    expect(quantiles.tiles).toEqual([{ name: 'Median radius', value: '13.37' }]);
    expect(marksIn(drawn(quantiles.figures[0]!))).toHaveLength(3);
  });

  it('single numbers are named, and p is read', () => {
    expect(findingsOf({ mean: 80320.3563, count: 9857 }, asked('Mean', { column: 'income' })).tiles).toEqual([{ name: 'Mean of income', value: '80,320.4' }, { name: 'Rows', value: '9,857' }]);
    expect(findingsOf({ t: 2.1, df: 30.5, p: 0.0442 }, asked('T-Test')).tiles.map(({ name, value }) => [name, value])).toEqual([['p', '0.0442'], ['Welch’s t', '2.1'], ['Degrees of freedom', '30.5']]);
  });
});

describe('a private result', () => {
  const privacy = { mechanism: 'discrete-laplace', epsilon: '0.5', error95: { groups: { good: { mean: 310.2, count: 12 }, few: { mean: null, count: 12 } } } } as const;
  const { figures } = findingsOf({ groups: { good: { mean: 80460.9644, count: 9340 }, few: { mean: null, count: 3 } }, privacy }, { ...asked('Group Mean', { column: 'income', by: 'class' }), privacy });

  it('has its errors in the table and as whiskers, and no digits beyond them', () => {
    expect(figures[0]!.tables[0]!.rows).toEqual([['good', '80,460 ± 320', '9,340 ± 12'], ['few', 'not enough records to tell', '3 ± 12']]);
    expect(marksIn(drawn(figures[0]!), 1)).toHaveLength(1);
  });
});

describe('results by row', () => {
  it('are shown by their distribution, and row by row from the first on', () => {
    const scores = Array.from({ length: 250 }, (_, i) => i / 10);
    const { figures, tiles } = findingsOf({ scores }, asked('Linear Score'));
    expect(tiles).toEqual([{ name: 'Rows', value: '250' }]);
    expect(figures[0]!.tables[0]!.rows.map(([interval]) => interval).slice(0, 2)).toEqual(['0 to 2', '2 to 4']);
    expect(marksIn(drawn(figures[0]!))).toHaveLength(13);
    expect(figures[1]!.tables[0]!.rows).toHaveLength(100);
    expect(figures[1]!.tables[0]!.note).toContain('countersign job result job_0123456789abcdef0123 --json');
  });

  it('labels are counted, and so is the greatest of several scores', () => {
    const labels = findingsOf({ labels: [3, 1, 3, 3] }, asked('Private Inference'));
    expect(labels.figures[0]!.tables[0]!.rows).toEqual([['1', '1', '25.0 %'], ['3', '3', '75.0 %']]);
    const scores = findingsOf({ scores: [[1, 5, 2], [9, 0, 1], [0, 1, 0]] }, asked('Private Inference'));
    expect(scores.figures[0]!.tables[0]!.rows).toEqual([['0', '1', '33.3 %'], ['1', '2', '66.7 %'], ['2', '0', '0.0 %']]);
  });

  it('intervals lie between round numbers', () => {
    expect(binned([0, 0.5, 1], 0, 1).map(({ count }) => count)).toEqual([1, ...Array.from({ length: 9 }, () => 0), 1, ...Array.from({ length: 8 }, () => 0), 1]);
    expect(binned([7, 7], 7, 7)).toEqual([{ from: '7', name: '7 to 14', count: 2 }]);
    expect(binned([0], 0, 0)).toEqual([{ from: '0', name: '0 to 1', count: 1 }]);
    expect(binned([-4.906, 0.634], -4.906, 0.634)[0]).toEqual({ from: '−5', name: '−5 to −4.5', count: 1 });
  });

  it('every number falls in one interval', () => {
    fc.assert(fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 }), (values) => {
      const bins = binned(values, Math.min(...values), Math.max(...values));
      expect(bins.length).toBeLessThanOrEqual(21);
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
    }));
  });
});

const NAMES = ['test', 'errors', 'p', 'roc', 'confusion', 'series', 'coefficients', 'intercept', 'hardly vary', 'groups', 'counts', 'correlation', 'covariance', 'quantiles', 'labels', 'probabilities', 'scores', 'why', 'count', 'mean', '__proto__', 'anything'];

test('whatever a program of a user’s own opens under whatever name is shown in some way', () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  fc.assert(fc.property(fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), value), { selector: ([name]) => name, maxLength: 4 }), (entries) => {
    const { tiles, figures, notes } = findingsOf(Object.fromEntries(entries), asked('Own'));
    expect(tiles.length + figures.length + notes.length).toBeGreaterThanOrEqual(entries.filter(([name]) => name !== 'test' && name !== 'errors').length);
    for (const figure of figures) if (figure.plot) expect(drawn(figure).text).toMatch(/^<svg class="plot" /);
  }), { numRuns: 150 });
});
