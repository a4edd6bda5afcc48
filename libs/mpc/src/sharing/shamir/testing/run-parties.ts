import { KernelMemory } from '#kernels';
import { memoryLinks, seededRandomness } from '#testing';
import { type Link, Mesh } from '../../../channel/index.js';
import { type Suite, wordsStride } from '../../suite.js';
import { shamirSuite } from '../suite.js';

export const p = (1n << 61n) - 1n;
export const mod = (value: bigint): bigint => ((value % p) + p) % p;
export const signed = (value: bigint): bigint => (2n * mod(value) > p ? mod(value) - p : mod(value));

/** One party of a run: its suite, and a memory in which regions are taken. */
export interface Party {
  readonly self: number;
  readonly mesh: Mesh;
  readonly memory: KernelMemory;
  readonly suite: Suite;
}

export interface Setting {
  readonly daBits?: number;
  readonly links?: (Link | undefined)[][];
  readonly seed?: string;
  readonly memoryBytes?: number;
}

export const sessionId = new Uint8Array(32).fill(3);

/** What all parties come to with seeded coins. As in a session, who fails closes its links. */
export function settleParties<T>(count: number, { daBits = 0, links = memoryLinks(count), seed = '', memoryBytes = 4 * 2 ** 20 }: Setting, role: (party: Party) => Promise<T>): Promise<PromiseSettledResult<T>[]> {
  return Promise.allSettled(links.map(async (row, self) => {
    const mesh = Mesh.over(self, count, row);
    try {
      const suite = await shamirSuite({ mesh, sessionId, randomness: seededRandomness(`${seed} party ${self}`), daBits });
      return await role({ self, mesh, suite, memory: new KernelMemory(memoryBytes) });
    } catch (error) {
      mesh.close();
      throw error;
    }
  }));
}

export async function runParties<T>(count: number, setting: Setting, role: (party: Party) => Promise<T>): Promise<T[]> {
  return (await settleParties(count, setting, role)).map((result) => {
    if (result.status === 'rejected') throw result.reason as Error;
    return result.value;
  });
}

/** Regions of this party's shares of each party's vector, by owner; parties beyond the last vector have none. */
export async function share({ suite, memory, self, mesh }: Party, vectors: readonly (readonly bigint[])[]): Promise<number[]> {
  const all = Array.from({ length: mesh.parties }, (_, owner) => vectors[owner] ?? []);
  const places = all.map(({ length }) => memory.take(wordsStride(length)));
  await suite.shareInputs(memory, BigUint64Array.from(all[self]!, (value) => BigInt.asUintN(64, value)), all.map(({ length }) => length), (owner) => places[owner]!);
  return places;
}

export const wordsAt = ({ memory }: Pick<Party, 'memory'>, at: number, length: number): BigUint64Array => memory.words.slice(at / 8, at / 8 + length);

/** The values at `at`, at the parties in `to`. */
export async function open(party: Party, at: number, length: number, to: readonly number[]): Promise<bigint[] | undefined> {
  const values = await party.suite.openTo(wordsAt(party, at, length), length, to);
  return values && [...values].map((value) => BigInt.asIntN(64, value));
}

export const numbers = (length: number, seed: string): bigint[] =>
  [...new BigUint64Array(seededRandomness(seed).bytes(8 * length).buffer)].map((word) => BigInt.asIntN(60, word));
export const extremes: readonly bigint[] = [0n, 1n, -1n, (1n << 59n) - 1n, 1n - (1n << 59n), 1n << 30n, -(1n << 29n)];
