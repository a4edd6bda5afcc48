import crypto from 'node:crypto';
import { jest } from '@jest/globals';
import { assertRuntime } from './index.js';

describe('the runtime guard', () => {
  afterEach(() => jest.restoreAllMocks());

  it('passes where the specs run', () => {
    expect(assertRuntime).not.toThrow();
  });

  it('says what to do where node:crypto lacks the algorithms', () => {
    jest.spyOn(crypto, 'generateKeyPairSync').mockImplementation(() => {
      throw new TypeError('unknown key type');
    });
    expect(assertRuntime).toThrow(expect.objectContaining({ code: 'CS0001', message: expect.stringContaining('npx countersign') }));
  });
});
