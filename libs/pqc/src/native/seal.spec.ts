import fc from 'fast-check';
import { KemKey, openSealed, sealTo } from '../index.js';

const key = KemKey.generate('ML-KEM-768');
const bytes = fc.uint8Array({ maxLength: 64 });
const refused = expect.objectContaining({ code: 'CS0150', message: 'the sealed message does not open with this key' });

describe('sealed messages', () => {
  it('open for their receiver, whatever they hold', () => {
    fc.assert(fc.property(bytes, bytes, bytes, (info, aad, plaintext) => {
      expect(openSealed(key, { ...sealTo(key.publicKey, { info, aad, plaintext }), info, aad })).toEqual(plaintext);
    }), { numRuns: 30 });
  });

  it('do not open with any bit of key, info, additional data or ciphertext changed', () => {
    fc.assert(fc.property(bytes, bytes, bytes, fc.constantFrom('info', 'aad', 'kemCiphertext', 'ciphertext') as fc.Arbitrary<'info'>, fc.nat(), (info, aad, plaintext, part, at) => {
      const sealed = { ...sealTo(key.publicKey, { info, aad, plaintext }), info, aad };
      const changed = sealed[part].length === 0 ? Uint8Array.of(0) : sealed[part].slice();
      if (sealed[part].length > 0) changed[at % changed.length] ^= 1 << (at % 8);
      expect(() => openSealed(key, { ...sealed, [part]: changed })).toThrow(refused);
    }), { numRuns: 60 });
  });

  it('do not open with bytes moved from info to additional data', () => {
    const [info, aad, plaintext] = [Uint8Array.of(1, 2), Uint8Array.of(3), Uint8Array.of(4)];
    const sealed = sealTo(key.publicKey, { info, aad, plaintext });
    expect(() => openSealed(key, { ...sealed, info: Uint8Array.of(1), aad: Uint8Array.of(2, 3) })).toThrow(refused);
  });

  it('do not open for another receiver, another parameter set, or truncated', () => {
    const context = { info: Uint8Array.of(1), aad: Uint8Array.of(2) };
    const sealed = { ...sealTo(key.publicKey, { ...context, plaintext: new Uint8Array(40) }), ...context };
    expect(() => openSealed(KemKey.generate('ML-KEM-768'), sealed)).toThrow(refused);
    expect(() => openSealed(KemKey.generate('ML-KEM-512'), sealed)).toThrow(refused);
    for (const keep of [0, 15, 16, 55]) expect(() => openSealed(key, { ...sealed, ciphertext: sealed.ciphertext.slice(0, keep) })).toThrow(refused);
    expect(() => openSealed(key, { ...sealed, kemCiphertext: sealed.kemCiphertext.slice(1) })).toThrow(refused);
  });

  it('are not made for a key that fails the modulus check', () => {
    expect(() => sealTo(new Uint8Array(1184).fill(255), { info: new Uint8Array(0), aad: new Uint8Array(0), plaintext: new Uint8Array(1) })).toThrow(expect.objectContaining({ code: 'CS0100' }));
  });
});
