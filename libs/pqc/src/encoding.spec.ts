import fc from 'fast-check';
import { concatBytes, fromBase64Url, KeyError, toBase64Url, toHex } from './index.js';

describe('base64url', () => {
  it('agrees with the platform and comes back', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = toBase64Url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(toHex(fromBase64Url(text))).toBe(toHex(bytes));
    }));
  });

  it.each(['A', 'AA==', 'AB', 'AAB', 'A+AA', 'A/AA', 'AA A', 'AA\n', 'é', 'AAAAA'])('refuses %j, so that one value has one text', (text) => {
    expect(() => fromBase64Url(text)).toThrow(KeyError);
  });

  it('joins parts in order', () => {
    expect(toHex(concatBytes(Uint8Array.of(1, 255), new Uint8Array(0), Uint8Array.of(2)))).toBe('01ff02');
  });
});
