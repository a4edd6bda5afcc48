import { expect, it } from '@jest/globals';
import { ApiError } from '#contract';
import { exitOfCode } from './exit.js';
import { failureOf } from './failure.js';

it.each([
  ['CS0001', 1], ['CS0130', 1], ['CS0702', 1], ['CS0360', 2], ['CS0214', 3], ['CS0507', 3], ['CS0601', 3], ['CS0911', 3], ['CS0361', 4], ['CS0114', 5], ['CS0332', 5], ['CS0807', 5],
] as const)('%s ends with exit %i', (code, exit) => expect(exitOfCode(code)).toBe(exit));

it.each([[422, 'CS0425', 3], [401, 'CS0401', 1], [503, 'CS0003', 1], [409, 'CS0303', 3]] as const)('a problem of status %i with %s ends with exit %i', (status, code, exit) => {
  expect(failureOf(new ApiError({ type: 't', title: 't', status, code })).exit).toBe(exit);
});

it('a refused connection says how to go on', () => {
  expect(failureOf(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))).toMatchObject({ code: 'CS0902', exit: 1 });
});
