import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { ml_kem768 as noble } from '@noble/post-quantum/ml-kem.js';
import { KernelMemory } from '#kernels';
import { KemKey as NativeKey } from '#pqc/links';
import { KemKey as PortableKey } from '#pqc/portable';
import { encapsulateWith } from '../../../../pqc/src/portable/kem.js';
import { KPke, coefficients, coefficientsBytes, sampleVectors, vectorStreamBytes } from './k-pke.js';

const hash = (algorithm: 'sha3-256' | 'sha3-512', ...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(createHash(algorithm).update(Buffer.concat(parts)).digest());
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

type Implementation = 'wasm' | 'plain';

/** K-PKE as ML-KEM-768 uses it, for many seeds d: each has a matrix of its own there, so one `KPke` each. */
function mlKemKeys(d: Uint8Array, implementation: Implementation = 'wasm') {
  // Algorithm 13, line 1: (ρ, σ) = G(d ‖ k).
  const expanded = hash('sha3-512', d, Uint8Array.of(3));
  return keysOf(expanded.subarray(0, 32), [expanded.subarray(32)], implementation);
}

function keysOf(rho: Uint8Array, seeds: readonly Uint8Array[], implementation: Implementation = 'wasm') {
  const count = seeds.length;
  const memory = new KernelMemory(65_536 + count * 16_384, implementation);
  const pke = new KPke(memory, rho);
  const [secrets, keys] = [memory.take(count * coefficientsBytes), memory.take(count * coefficientsBytes)];
  pke.makeKeys(memory.put(Buffer.concat(seeds)), secrets, keys, count);
  const encoded = (vectors: number, i: number): Uint8Array => memory.within(() => {
    const at = memory.take(1152);
    memory.kernels.byteEncode12(at, vectors + i * coefficientsBytes, coefficients);
    return memory.bytes.slice(at, at + 1152);
  });
  return {
    key: (i = 0) => Buffer.concat([encoded(keys, i), rho]),
    secret: (i = 0) => encoded(secrets, i),
    encrypt: (messages: readonly Uint8Array[], coins: readonly Uint8Array[]): Uint8Array[] => memory.within(() => {
      const at = memory.take(1088 * count);
      pke.encrypt(keys, memory.put(Buffer.concat(messages)), memory.put(Buffer.concat(coins)), at, count);
      return messages.map((_, i) => memory.bytes.slice(at + 1088 * i, at + 1088 * (i + 1)));
    }),
    decrypt: (ciphertexts: readonly Uint8Array[]): Uint8Array[] => memory.within(() => {
      const at = memory.take(32 * count);
      pke.decrypt(secrets, memory.put(Buffer.concat(ciphertexts)), at, count);
      return ciphertexts.map((_, i) => memory.bytes.slice(at + 32 * i, at + 32 * (i + 1)));
    }),
  };
}

/** Algorithm 17: the shared secret, and the coins under which ML-KEM encrypts m. */
function derive(m: Uint8Array, ek: Uint8Array): { sharedSecret: Uint8Array; coins: Uint8Array } {
  const both = hash('sha3-512', m, hash('sha3-256', ek));
  return { sharedSecret: both.subarray(0, 32), coins: both.subarray(32) };
}

test.each<[Implementation, number]>([['wasm', 60], ['plain', 1]])('on %s kernels, K-PKE is what node:crypto, noble and mlkem have inside of ML-KEM-768: %i random keys, ciphertexts and messages', (implementation, runs) => {
  for (let run = 0; run < runs; run++) {
    const [d, z, m] = [randomBytes(32), randomBytes(32), randomBytes(32)].map((bytes) => new Uint8Array(bytes)) as [Uint8Array, Uint8Array, Uint8Array];
    const seed = new Uint8Array(Buffer.concat([d, z]));
    const ours = mlKemKeys(d, implementation);
    const ek = ours.key();
    const [native, theirs] = [NativeKey.fromSeed('ML-KEM-768', seed), noble.keygen(seed)];
    expect([native.publicKey, PortableKey.fromSeed('ML-KEM-768', seed).publicKey, theirs.publicKey].map(hex)).toEqual([hex(ek), hex(ek), hex(ek)]);
    expect(hex(theirs.secretKey.subarray(0, 1152))).toBe(hex(ours.secret()));

    const { sharedSecret, coins } = derive(m, ek);
    const [ciphertext] = ours.encrypt([m], [coins]) as [Uint8Array];
    const libraries = [encapsulateWith('ML-KEM-768', ek, m), { ciphertext: noble.encapsulate(ek, m).cipherText, sharedSecret: noble.encapsulate(ek, m).sharedSecret }];
    for (const library of libraries) expect([hex(library.ciphertext), hex(library.sharedSecret)]).toEqual([hex(ciphertext), hex(sharedSecret)]);
    // OpenSSL takes it for one that it made itself: otherwise it would answer with the implicit rejection.
    expect(hex(native.decapsulate(ciphertext))).toBe(hex(sharedSecret));
    expect(ours.decrypt([ciphertext]).map(hex)).toEqual([hex(m)]);
  }
});

test.each([1, 2, 7, 32])('%i instances under one matrix are what each is alone', (count) => {
  const rho = new Uint8Array(randomBytes(32));
  const many = (): Uint8Array[] => Array.from({ length: count }, () => new Uint8Array(randomBytes(32)));
  const [seeds, messages, coins] = [many(), many(), many()];
  const together = keysOf(rho, seeds);
  const ciphertexts = together.encrypt(messages, coins);
  expect(together.decrypt(ciphertexts).map(hex)).toEqual(messages.map(hex));
  seeds.forEach((seed, i) => {
    const alone = keysOf(rho, [seed]);
    expect(hex(together.key(i))).toBe(hex(alone.key()));
    expect(hex(together.secret(i))).toBe(hex(alone.secret()));
    expect(alone.encrypt([messages[i]!], [coins[i]!]).map(hex)).toEqual([hex(ciphertexts[i]!)]);
  });
});

test('ciphertexts that nobody encrypted decrypt to what FIPS 203 says, on both kernels alike', () => {
  const d = new Uint8Array(32).fill(3);
  const [wasm, plain] = [mlKemKeys(d), mlKemKeys(d, 'plain')];
  for (const ciphertext of [new Uint8Array(1088), new Uint8Array(1088).fill(255), new Uint8Array(randomBytes(1088))]) {
    expect(wasm.decrypt([ciphertext]).map(hex)).toEqual(plain.decrypt([ciphertext]).map(hex));
  }
});

test('a stream with too few coefficients is an error, not a short vector', () => {
  const memory = new KernelMemory(65_536);
  expect(() => sampleVectors(memory, memory.put(new Uint8Array(vectorStreamBytes).fill(255)), 1)).toThrow('too few');
});

// Project Wycheproof's vectors, when the checkout has them beside it.
const folder = new URL('../../../../../../shared/vectors/wycheproof/', import.meta.url);

interface Test {
  readonly tcId: number;
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly seed?: string;
  readonly ek?: string;
  readonly m?: string;
  readonly c?: string;
  readonly K?: string;
}

const testsOf = (name: string): readonly Test[] =>
  (JSON.parse(readFileSync(new URL(`mlkem_768_${name}.json`, folder), 'utf8')) as { testGroups: { tests: Test[] }[] }).testGroups.flatMap(({ tests }) => tests);

(existsSync(folder) ? describe : describe.skip)('Wycheproof ML-KEM-768', () => {
  test('keys from their seeds', () => {
    const tests = testsOf('keygen_seed_test');
    expect(tests.length).toBeGreaterThan(10);
    expect(tests.filter(({ seed, ek }) => hex(mlKemKeys(unhex(seed!).subarray(0, 32)).key()) !== ek).map(({ tcId }) => tcId)).toEqual([]);
  });

  test('ciphertexts under given keys, of given messages', () => {
    const tests = testsOf('encaps_test').filter(({ result }) => result !== 'invalid');
    expect(tests.length).toBeGreaterThan(10);
    for (const { ek, m, c, K } of tests) {
      const memory = new KernelMemory(131_072);
      const pke = new KPke(memory, unhex(ek!).subarray(1152));
      const [keys, ciphertext] = [memory.take(coefficientsBytes), memory.take(1088)];
      expect(memory.kernels.byteDecode12(keys, memory.put(unhex(ek!).subarray(0, 1152)), coefficients)).toBe(1);
      const { sharedSecret, coins } = derive(unhex(m!), unhex(ek!));
      pke.encrypt(keys, memory.put(unhex(m!)), memory.put(coins), ciphertext, 1);
      expect([hex(memory.bytes.subarray(ciphertext, ciphertext + 1088)), hex(sharedSecret)]).toEqual([c, K]);
    }
  });

  test('keys that are not reduced are told', () => {
    const tests = testsOf('encaps_test').filter(({ result, ek }) => result === 'invalid' && ek!.length === 2 * 1184);
    expect(tests.length).toBeGreaterThan(0);
    for (const { ek } of tests) {
      const memory = new KernelMemory(65_536);
      expect(memory.kernels.byteDecode12(memory.take(coefficientsBytes), memory.put(unhex(ek!).subarray(0, 1152)), coefficients)).toBe(0);
    }
  });

  test('messages of honest ciphertexts, and another one of what is rejected', () => {
    const tests = testsOf('test').filter(({ result, seed, c }) => result !== 'invalid' && seed!.length === 128 && c!.length === 2 * 1088);
    expect(tests.length).toBeGreaterThan(10);
    for (const { seed, c, K } of tests) {
      const ours = mlKemKeys(unhex(seed!).subarray(0, 32));
      const [m] = ours.decrypt([unhex(c!)]) as [Uint8Array];
      const { sharedSecret, coins } = derive(m, ours.key());
      const accepted = hex(ours.encrypt([m], [coins])[0]!) === c;
      // Algorithm 18: the secret is m's if m encrypts to the ciphertext, and that of the implicit rejection if not.
      const rejected = hex(new Uint8Array(createHash('shake256', { outputLength: 32 }).update(unhex(seed!).subarray(32)).update(unhex(c!)).digest()));
      expect(accepted ? hex(sharedSecret) : rejected).toBe(K);
    }
  });
});

it('takes no matrix from streams that had too few coefficients, which happens once in 2^170', () => {
  const memory = new KernelMemory(65_536);
  Object.defineProperty(memory, 'kernels', { value: { ...memory.kernels, sampleUniform: () => 0 } });
  expect(() => new KPke(memory, randomBytes(32))).toThrow('a stream had too few coefficients');
});
