import { expect, it } from '@jest/globals';
import { compare } from './compare.js';

it('each figure stands beside its plaintext one, groups by their names', () => {
  expect(compare({ groups: { good: { mean: 2.0002, count: 3 } } }, { groups: { good: { mean: 2, count: 3 } } })).toMatchObject([{ figure: 'good mean', joint: 2.0002, clear: 2 }, { figure: 'good count', difference: 0 }]);
});
it('a vector is told by its worst element', () => {
  expect(compare({ scores: [1, 2.2, 3] }, { scores: [1, 2, 3] })).toEqual([{ figure: 'scores', joint: 2.2, clear: 2, difference: expect.closeTo(0.1), values: 3 }]);
});
it.each([[{}, { mean: 1 }], [{ mean: null }, { mean: 1 }], [{ scores: [1] }, { scores: [1, 2] }]])('what is missing differs: %j beside %j', (joint, clear) => {
  expect(compare(joint, clear)[0].difference).toBeNaN();
});
