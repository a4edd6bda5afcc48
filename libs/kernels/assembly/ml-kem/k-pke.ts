// K-PKE of ML-KEM-768 (FIPS 203, Algorithms 13 to 15) for many instances under one matrix, from streams of pseudorandom bytes.
// A polynomial takes 512 bytes, a vector 1,536; row i, column j of the matrix is polynomial 3i + j.

import { addMessage, compress1, compress4, compress10, decompress4, decompress10 } from './bytes';
import { R, R_QUOTIENT, canonical, multiply, reduce } from './field';
import { innerProduct, inverse, ntt } from './ntt';
import { sampleShort } from './sample';

const POLYNOMIAL: usize = 512;
const VECTOR: usize = 1536;
const ROW: usize = 1536;
const STREAM: usize = 128;

// f times 2^16, which the next inner product takes away.
function raise(f: usize): void {
  for (const end = f + POLYNOMIAL; f < end; f += 16) v128.store(f, multiply(v128.load(f), i16x8.splat(R), i16x8.splat(R_QUOTIENT)));
}

// target = f in [0, q).
function settle(target: usize, f: usize): void {
  for (const end = target + POLYNOMIAL; target < end; target += 16, f += 16) v128.store(target, canonical(reduce(v128.load(f))));
}

// target = f + g in [0, q).
function sum(target: usize, f: usize, g: usize): void {
  for (const end = target + POLYNOMIAL; target < end; target += 16, f += 16, g += 16) {
    v128.store(target, canonical(reduce(i16x8.add(v128.load(f), v128.load(g)))));
  }
}

// secrets = s, keys = t = A * s + e, in the NTT domain, from six streams each.
export function kPkeKeys(matrix: usize, noise: usize, secrets: usize, keys: usize, count: usize, scratch: usize): void {
  const s = scratch, product = scratch + VECTOR, e = product + POLYNOMIAL;
  for (let n: usize = 0; n < count; n++, noise += 6 * STREAM, secrets += VECTOR, keys += VECTOR) {
    for (let at: usize = 0; at < 3; at++) {
      const f = s + at * POLYNOMIAL;
      sampleShort(noise + at * STREAM, f);
      ntt(f);
      settle(secrets + at * POLYNOMIAL, f);
      raise(f);
    }
    for (let i: usize = 0; i < 3; i++) {
      sampleShort(noise + (3 + i) * STREAM, e);
      ntt(e);
      innerProduct(product, matrix + i * ROW, POLYNOMIAL, s);
      sum(keys + i * POLYNOMIAL, product, e);
    }
  }
}

// u = transpose(A) * y + e1 and v = t * y + e2 + message, compressed: 1,088 bytes, from seven streams each.
export function kPkeEncrypt(matrix: usize, keys: usize, noise: usize, messages: usize, ciphertexts: usize, count: usize, scratch: usize): void {
  const y = scratch, f = scratch + VECTOR, e = f + POLYNOMIAL;
  for (let n: usize = 0; n < count; n++, keys += VECTOR, noise += 7 * STREAM, messages += 32, ciphertexts += 1088) {
    for (let i: usize = 0; i < 3; i++) {
      sampleShort(noise + i * STREAM, y + i * POLYNOMIAL);
      ntt(y + i * POLYNOMIAL);
      raise(y + i * POLYNOMIAL);
    }
    for (let j: usize = 0; j < 3; j++) {
      innerProduct(f, matrix + j * POLYNOMIAL, ROW, y);
      inverse(f);
      sampleShort(noise + (3 + j) * STREAM, e);
      sum(f, f, e);
      compress10(ciphertexts + j * 320, f);
    }
    innerProduct(f, keys, POLYNOMIAL, y);
    inverse(f);
    sampleShort(noise + 6 * STREAM, e);
    addMessage(e, messages);
    sum(f, f, e);
    compress4(ciphertexts + 960, f);
  }
}

// The message of v - s * u: 32 bytes.
export function kPkeDecrypt(secrets: usize, ciphertexts: usize, messages: usize, count: usize, scratch: usize): void {
  const u = scratch, f = scratch + VECTOR, v = f + POLYNOMIAL;
  for (let n: usize = 0; n < count; n++, secrets += VECTOR, ciphertexts += 1088, messages += 32) {
    for (let i: usize = 0; i < 3; i++) {
      decompress10(u + i * POLYNOMIAL, ciphertexts + i * 320);
      ntt(u + i * POLYNOMIAL);
      raise(u + i * POLYNOMIAL);
    }
    innerProduct(f, secrets, POLYNOMIAL, u);
    inverse(f);
    decompress4(v, ciphertexts + 960);
    for (let at: usize = 0; at < POLYNOMIAL; at += 16) v128.store(f + at, canonical(reduce(i16x8.sub(v128.load(v + at), v128.load(f + at)))));
    compress1(messages, f);
  }
}
