import { existsSync, readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import { isMlDsa, isMlKem, parametersOf, type MlDsa, type MlKem } from './algorithms.js';
import * as native from './index.js';
import * as portable from './portable.js';
import { encapsulateWith } from './portable/kem.js';
import { signWithSeed } from './portable/signing.js';

// Plain JavaScript signs these in seconds, on a busy machine in many.
jest.setTimeout(180_000);

// Project Wycheproof's vectors, when the checkout has them beside it.
const FOLDER = new URL('../../../../shared/vectors/wycheproof/', import.meta.url);
const hex = (text: string | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? '', 'hex'));

interface Test {
  readonly tcId: number;
  readonly comment?: string;
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly msg?: string;
  readonly ctx?: string;
  readonly sig?: string;
  readonly rnd?: string;
  readonly seed?: string;
  readonly ek?: string;
  readonly dk?: string;
  readonly c?: string;
  readonly K?: string;
  readonly m?: string;
}
interface Group {
  readonly publicKey?: string | null;
  readonly privateSeed?: string;
  readonly parameterSet?: string;
  readonly tests: readonly Test[];
}
interface File {
  readonly algorithm: string;
  readonly numberOfTests: number;
  readonly testGroups: readonly Group[];
}

const load = (name: string): File => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as File;

/** What differs from the vectors, by test case; `check` throws or returns false for a failure. */
function failures(file: File, check: (group: Group, test: Test) => boolean): string[] {
  let run = 0;
  const failed = file.testGroups.flatMap((group) => group.tests.flatMap((test) => {
    run++;
    return check(group, test) ? [] : [`${test.tcId} ${test.result}: ${test.comment}`];
  }));
  expect(run).toBe(file.numberOfTests);
  return failed;
}

const refused = (act: () => unknown): boolean => {
  try {
    act();
    return false;
  } catch (error) {
    return error instanceof native.KeyError;
  }
};
const same = (bytes: Uint8Array, expected: string | undefined): boolean => native.toHex(bytes) === expected;
const mlDsaOf = (file: File): MlDsa => {
  if (!isMlDsa(file.algorithm)) throw new Error(file.algorithm);
  return file.algorithm;
};
const mlKemOf = (group: Group): MlKem => {
  if (!isMlKem(group.parameterSet ?? '')) throw new Error(group.parameterSet);
  return group.parameterSet as MlKem;
};

const implementations = [['native', native], ['portable', portable]] as const;
const whenThere = existsSync(FOLDER) ? describe : describe.skip;

whenThere('Wycheproof ML-DSA', () => {
  const files = ['mldsa_44', 'mldsa_65'];

  it.each(files.flatMap((file) => implementations.map(([name, pqc]) => [file, name, pqc] as const)))('%s verify, %s', (name, _implementation, pqc) => {
    const file = load(`${name}_verify_test.json`);
    expect(failures(file, ({ publicKey }, { msg, sig, ctx, result }) =>
      pqc.verifySignature(mlDsaOf(file), hex(publicKey ?? ''), hex(msg), hex(sig), hex(ctx)) === (result === 'valid'))).toEqual([]);
  });

  it.each(files)('%s sign with a seed, portable, and both verify what comes out', (name) => {
    const file = load(`${name}_sign_seed_test.json`);
    const algorithm = mlDsaOf(file);
    let external = 0;
    expect(failures(file, ({ privateSeed, publicKey }, { msg, ctx, sig, rnd, result }) => {
      const seed = hex(privateSeed);
      if (seed.length !== 32) return result === 'invalid' && refused(() => native.SigningKey.fromSeed(algorithm, seed)) && refused(() => portable.SigningKey.fromSeed(algorithm, seed));
      // No message means that only its representative mu is given; we offer no way in for that.
      if (msg === undefined) return ++external > 0;
      if (result === 'invalid') return refused(() => signWithSeed(algorithm, seed, hex(msg), { context: hex(ctx) })) && refused(() => native.SigningKey.fromSeed(algorithm, seed).sign(hex(msg), hex(ctx)));
      const signature = signWithSeed(algorithm, seed, hex(msg), { context: hex(ctx), rnd: rnd ? hex(rnd) : false });
      const key = native.SigningKey.fromSeed(algorithm, seed);
      return same(signature, sig) && same(key.publicKey, publicKey ?? '') && native.verifySignature(algorithm, key.publicKey, hex(msg), signature, hex(ctx));
    })).toEqual([]);
    expect(external).toBeLessThan(file.numberOfTests / 2);
  });

  it.each(files)('%s expanded private keys have no way in', (name) => {
    const file = load(`${name}_sign_noseed_test.json`);
    expect(failures(file, (group) => {
      const expanded = hex((group as { privateKey?: string }).privateKey);
      return implementations.every(([, pqc]) => refused(() => pqc.SigningKey.fromSeed(mlDsaOf(file), expanded)));
    })).toEqual([]);
  });
});

whenThere('Wycheproof ML-KEM', () => {
  const files = ['mlkem_512', 'mlkem_768'];
  const both = files.flatMap((file) => implementations.map(([name, pqc]) => [file, name, pqc] as const));

  it.each(both)('%s key generation, %s', (name, _implementation, pqc) => {
    expect(failures(load(`${name}_keygen_seed_test.json`), (group, { seed, ek }) => same(pqc.KemKey.fromSeed(mlKemOf(group), hex(seed)).publicKey, ek))).toEqual([]);
  });

  it.each(both)('%s encapsulation, %s', (name, implementation, pqc) => {
    expect(failures(load(`${name}_encaps_test.json`), (group, { ek, m, c, K, result }) => {
      const algorithm = mlKemOf(group);
      if (result === 'invalid') return refused(() => pqc.encapsulate(algorithm, hex(ek)));
      if (implementation === 'native') return pqc.encapsulate(algorithm, hex(ek)).ciphertext.length === hex(c).length;
      const { ciphertext, sharedSecret } = encapsulateWith(algorithm, hex(ek), hex(m));
      return same(ciphertext, c) && same(sharedSecret, K);
    })).toEqual([]);
  });

  it.each(both)('%s decapsulation, %s', (name, _implementation, pqc) => {
    expect(failures(load(`${name}_test.json`), (group, { seed, c, K, ek, result }) => {
      const algorithm = mlKemOf(group);
      if (result === 'invalid') return refused(() => pqc.KemKey.fromSeed(algorithm, hex(seed)).decapsulate(hex(c)));
      const key = pqc.KemKey.fromSeed(algorithm, hex(seed));
      return same(key.decapsulate(hex(c)), K) && same(key.publicKey, ek);
    })).toEqual([]);
  });

  it.each(files)('%s expanded decapsulation keys, whose inner hash could be forged, have no way in', (name) => {
    expect(failures(load(`${name}_semi_expanded_decaps_test.json`), (group, { dk }) =>
      hex(dk).length !== parametersOf(mlKemOf(group)).seedBytes && implementations.every(([, pqc]) => refused(() => pqc.KemKey.fromSeed(mlKemOf(group), hex(dk)))))).toEqual([]);
  });
});
