import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { build } from 'esbuild';
import fc from 'fast-check';
import type { MlDsa, MlKem } from './algorithms.js';
import * as native from './index.js';
import * as portable from './portable.js';

const ways = [['native', native, 'portable', portable], ['portable', portable, 'native', native]] as const;
const seed = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes });
const few = { numRuns: 5 };

describe.each(ways)('%s', (_own, own, _others, other) => {
  it.each<MlDsa>(['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'])('%s signatures verify with the other implementation, and not over another message or context', (algorithm) => {
    fc.assert(fc.property(seed(32), fc.uint8Array(), fc.uint8Array({ minLength: 1, maxLength: 255 }), (xi, message, context) => {
      const key = own.SigningKey.fromSeed(algorithm, xi);
      expect(other.SigningKey.fromSeed(algorithm, xi).kid).toBe(key.kid);
      const signature = key.sign(message, context);
      expect(other.verifySignature(algorithm, key.publicKey, message, signature, context)).toBe(true);
      expect(other.verifySignature(algorithm, key.publicKey, message, signature)).toBe(false);
      expect(other.verifySignature(algorithm, key.publicKey, Uint8Array.of(...message, 0), signature, context)).toBe(false);
      for (const wrong of [signature.slice(1), Uint8Array.of(...signature, 0), new Uint8Array(0)]) {
        expect(other.verifySignature(algorithm, key.publicKey, message, wrong, context)).toBe(false);
      }
    }), few);
  });

  it.each<MlKem>(['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024'])('%s secrets are shared with the other implementation, and forged ciphertexts give both the same other secret', (algorithm) => {
    fc.assert(fc.property(seed(64), fc.nat(767), (dz, at) => {
      const key = own.KemKey.fromSeed(algorithm, dz);
      const twin = other.KemKey.fromSeed(algorithm, dz);
      const { ciphertext, sharedSecret } = other.encapsulate(algorithm, key.publicKey);
      expect(key.decapsulate(ciphertext)).toEqual(sharedSecret);
      ciphertext[at] ^= 1;
      expect(key.decapsulate(ciphertext)).not.toEqual(sharedSecret);
      expect(key.decapsulate(ciphertext)).toEqual(twin.decapsulate(ciphertext));
    }), few);
  });

  it('refuses an encapsulation key with a coefficient of q or more, and every wrong length', () => {
    const { publicKey } = own.KemKey.generate('ML-KEM-768');
    for (const [low, high] of [[3329, 0], [0, 3329], [4095, 4095]]) {
      const overflown = publicKey.slice();
      overflown.set([low & 255, (low >> 8) | ((high & 15) << 4), high >> 4], 3 * 100);
      expect(() => own.encapsulate('ML-KEM-768', overflown)).toThrow(expect.objectContaining({ code: 'CS0100' }));
    }
    expect(() => own.encapsulate('ML-KEM-768', publicKey.slice(1))).toThrow(native.KeyError);
    expect(() => own.encapsulate('ML-KEM-1024', publicKey)).toThrow(native.KeyError);
    expect(() => own.KemKey.fromSeed('ML-KEM-768', new Uint8Array(63))).toThrow(native.KeyError);
    expect(() => own.KemKey.generate('ML-KEM-768').decapsulate(new Uint8Array(1087))).toThrow(native.KeyError);
    expect(() => own.SigningKey.fromSeed('ML-DSA-65', new Uint8Array(31))).toThrow(native.KeyError);
    expect(() => own.SigningKey.generate('ML-DSA-65').sign(new Uint8Array(0), new Uint8Array(256))).toThrow(native.KeyError);
  });

  it('signs with a hedge, so two signatures of one message differ', () => {
    const key = own.SigningKey.generate('ML-DSA-44');
    expect(key.sign(new Uint8Array(1))).not.toEqual(key.sign(new Uint8Array(1)));
  });

  it('prints no secret and gives its seed only as a copy', () => {
    for (const key of [own.SigningKey.generate('ML-DSA-65'), own.KemKey.generate('ML-KEM-768')]) {
      expect([`${key}`, inspect(key), JSON.stringify({ key })]).toEqual(['[secret]', '[secret]', '{"key":"[secret]"}']);
      const copy = key.seed();
      copy.fill(0);
      expect(key.seed()).not.toEqual(copy);
    }
  });

  it('hashes as the other implementation', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array(), { maxLength: 3 }), fc.string(), (parts, label) => {
      expect(own.sha256(...parts)).toEqual(other.sha256(...parts));
      expect(own.labelledHash(label, ...parts)).toEqual(other.labelledHash(label, ...parts));
    }));
    expect(own.digestOf('countersign/job/1', { a: 1 })).toBe(own.toHex(own.sha256(Buffer.from('countersign/job/1\0{"a":1}'))));
  });
});

it('the thumbprint of an AKP key covers alg, kty and pub in that order (RFC 7638 §3, RFC 9964 §6)', () => {
  const { publicKey, kid } = native.SigningKey.fromSeed('ML-DSA-44', new Uint8Array(32));
  const jwk = `{"alg":"ML-DSA-44","kty":"AKP","pub":"${Buffer.from(publicKey).toString('base64url')}"}`;
  expect(kid).toBe(Buffer.from(native.sha256(Buffer.from(jwk))).toString('base64url'));
});

it('the portable entry bundles for a browser, without any module of Node', async () => {
  const { metafile, errors } = await build({
    entryPoints: [fileURLToPath(new URL('portable.ts', import.meta.url))],
    bundle: true, write: false, metafile: true, platform: 'browser', format: 'esm', target: 'es2022', logLevel: 'silent',
    // `mlkem` falls back to it on Node 18 and older.
    external: ['crypto'],
  });
  expect(errors).toEqual([]);
  expect(Object.keys(metafile.inputs).filter((input) => /native\/|^node:/.test(input))).toEqual([]);
  const imported = Object.values(metafile.inputs).flatMap((input) => input.imports.filter((entry) => entry.external));
  expect(imported.map((entry) => [entry.path, entry.kind])).toEqual([['crypto', 'dynamic-import']]);
});
