import { expect, it } from '@jest/globals';
import { wrap } from './wrap.js';

it('breaks at spaces and indents what follows', () => {
  expect(wrap('   one two three four', 12)).toEqual(['   one two', '     three', '     four']);
});
it('leaves short lines, inner spaces and words that do not fit as they are', () => {
  expect(wrap('  a    b', 20)).toEqual(['  a    b']);
  expect(wrap('unbreakable', 4)).toEqual(['unbreakable']);
});
it('does not count colours', () => {
  expect(wrap('\u001b[1mone\u001b[22m two', 7)).toEqual(['\u001b[1mone\u001b[22m two']);
});
