import { type KernelMemory } from '#kernels';
import { type Regions, type Subject, bytesOf, numbers } from '../subject.js';

const q = 3329;
const coefficients = 768;
const vectorBytes = 2 * coefficients;
/** 11 blocks of SHAKE-128. */
const streamBytes = 1848;

/** So many coefficients of 16 bits. */
const residues = (count: number): Uint8Array => new Uint8Array(Uint16Array.from(new Uint32Array(numbers(count, q).buffer)).buffer);
const vectors = (count: number): Pick<Subject, 'fixed' | 'draw'> => ({ fixed: new Uint8Array(vectorBytes * count), draw: () => residues(coefficients * count) });
/** A matrix, a vector: all coefficients are below q. */
const publicKey = ({ bytes }: KernelMemory, [matrix, vector]: Regions): void => {
  bytes.set(residues(9 * 256), matrix);
  bytes.set(residues(coefficients), vector);
};

/** Base transfers. */
export const mlKemSubjects: readonly Subject[] = [
  { name: 'sponge, SHAKE-256 of two blocks', ...bytesOf(2 * 136), run: ({ kernels: k }, at, [output, scratch]) => k.sponge(136, 0x1f, at, 136, 100, output, 128, 128, 2, scratch) },
  { name: 'sampleUniform, where candidates are refused', ...bytesOf(streamBytes), run: ({ kernels: k }, at, [target, scratch]) => void k.sampleUniform(at, streamBytes, streamBytes, target, vectorBytes, coefficients, 1, scratch) },
  { name: 'kPkeKeys, a secret', ...bytesOf(6 * 128), prepare: publicKey, run: ({ kernels: k }, at, [matrix, , target, scratch]) => k.kPkeKeys(matrix, at, target, target + 2048, 1, scratch) },
  { name: 'kPkeEncrypt, coins and a message', ...bytesOf(7 * 128 + 32), prepare: publicKey, run: ({ kernels: k }, at, [matrix, vector, target, scratch]) => k.kPkeEncrypt(matrix, vector, at, at + 7 * 128, target, 1, scratch) },
  { name: 'kPkeDecrypt, a secret', ...vectors(1), run: ({ kernels: k }, at, [ciphertext, target, scratch]) => k.kPkeDecrypt(at, ciphertext, target, 1, scratch) },
  { name: 'byteEncode12, a vector', ...vectors(1), run: ({ kernels: k }, at, [target]) => k.byteEncode12(target, at, coefficients) },
  { name: 'byteDecode12, a vector', ...bytesOf((3 * coefficients) / 2), run: ({ kernels: k }, at, [target]) => void k.byteDecode12(target, at, coefficients) },
  { name: 'addModQ, two vectors', ...vectors(2), run: ({ kernels: k }, at) => k.addModQ(at, at + vectorBytes, coefficients) },
  { name: 'subtractModQ, two vectors', ...vectors(2), run: ({ kernels: k }, at) => k.subtractModQ(at, at + vectorBytes, coefficients) },
];
