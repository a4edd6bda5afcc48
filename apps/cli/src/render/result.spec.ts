import { resultLines } from './result.js';
import { errorText, withErrorText } from './units.js';

const privacy = { mechanism: 'discrete-laplace', epsilon: '0.5' };

describe('a private result', () => {
  it('is printed with its error, the digits that this leaves, and its epsilon', () => {
    expect(resultLines({ mean: 73_412.345, count: 1204, privacy: { ...privacy, error95: { mean: 305.2, count: 15 } } })).toEqual([
      'mean 73,410 ± 310 (95 %, differential privacy, epsilon 0.5)',
      'count 1,204 ± 15 (95 %, differential privacy, epsilon 0.5)',
    ]);
    expect(resultLines({ count: -3, privacy: { ...privacy, mechanism: 'discrete-gaussian', delta: '0.000001', error95: { count: 15 } } })).toEqual(['count -3 ± 15 (95 %, differential privacy, epsilon 0.5, delta 0.000001)']);
  });
  it('says where there is not enough to tell', () => {
    expect(resultLines({ mean: null, count: 4, privacy: { ...privacy, error95: { mean: null, count: 15 } } })[0]).toBe('mean not enough records to tell (95 %, differential privacy, epsilon 0.5)');
  });
  it('has an error in every cell of a table', () => {
    expect(resultLines({ counts: { a: 12, b: -1 }, privacy: { ...privacy, error95: { counts: { a: 9, b: 9 } } } })).toEqual([
      'counts   count', '──────  ──────', 'a       12 ± 9', 'b       -1 ± 9', '(95 %, differential privacy, epsilon 0.5)',
    ]);
    expect(resultLines({ groups: { a: { mean: 0.1234, count: 120 }, b: { mean: null, count: 2 } }, privacy: { ...privacy, error95: { groups: { a: { mean: 0.0311, count: 9 }, b: { mean: null, count: 9 } } } } })).toEqual([
      'groups  mean                          count', '──────  ──────────────────────────  ───────', 'a       0.123 ± 0.032               120 ± 9', 'b       not enough records to tell    2 ± 9', '(95 %, differential privacy, epsilon 0.5)',
    ]);
  });
  it('is left as it was without privacy', () => {
    expect(resultLines({ mean: 73_412.345, count: 0 })).toEqual(['mean 73412.345', 'count 0']);
  });
});

it('what is named twice is a table, and a reason is a sentence', () => {
  expect(resultLines({ correlation: { age: { age: 1, income: 0.25 }, income: { age: 0.25, income: 1 } } })).toEqual(['correlation   age  income', '───────────  ────  ──────', 'age             1    0.25', 'income       0.25       1']);
  expect(resultLines({ quantiles: { 0.5: 41, 0.9: 65.5 } })).toEqual(['quantiles  value', '─────────  ─────', '      0.5     41', '      0.9   65.5']);
  expect(resultLines({ variance: null, why: 'too few rows' })).toEqual(['variance none', 'why too few rows']);
  expect(resultLines({ table: [[1, 2], [3, 4.5]] })).toEqual(['table  1    2', '─────  ─  ───', '    1  1    2', '    2  3  4.5']);
});

it('a vector is printed by its beginning, each number as it is', () => {
  expect(resultLines({ scores: [-3.48143059, 4, ...new Array<number>(9).fill(0.5)] })).toEqual(['11 scores: -3.48143059, 4, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, …']);
});

it('errors have two digits and are rounded up', () => {
  expect([0, 7, 15, 305.2, 0.00123, 1_234_567, 99.5].map(errorText)).toEqual(['0', '7', '15', '310', '0.0013', '1,300,000', '100']);
  expect([[1.23456, 0.05], [-1234.5, 120]].map(([value, error]) => withErrorText(value, error))).toEqual(['1.235 ± 0.050', '-1,230 ± 120']);
});
