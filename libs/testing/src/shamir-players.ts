import { KernelMemory } from '#kernels';
import { type Link, type Randomness } from '#mpc';
import { Mesh } from '../../mpc/src/channel/index.js';
import { type Suite, shamirSuite, wordsStride } from '../../mpc/src/sharing/index.js';
import { memoryLinks } from './memory-links.js';
import { seededRandomness } from './seeded-randomness.js';

const p = (1n << 61n) - 1n;
/** The representative of an integer modulo p, from 0. */
export const residue = (value: bigint): bigint => ((value % p) + p) % p;
/** The same around 0. */
export const centred = (value: bigint): bigint => (2n * residue(value) > p ? residue(value) - p : residue(value));

/** One party of a Shamir session in this process. */
export interface ShamirPlayer {
  readonly self: number;
  readonly mesh: Mesh;
  readonly memory: KernelMemory;
  readonly suite: Suite;
}

export interface ShamirSetting {
  readonly daBits?: number;
  readonly links?: (Link | undefined)[][];
  /** Of all coins, or the coins of each party. */
  readonly coins?: string | ((party: number) => Randomness);
  readonly memoryBytes?: number;
}

export const shamirSessionId = new Uint8Array(32).fill(3);

/** What all parties come to. As in a session, who fails closes its links. */
export function settleShamir<T>(parties: number, setting: ShamirSetting, role: (player: ShamirPlayer) => Promise<T>): Promise<PromiseSettledResult<T>[]> {
  const { daBits = 0, links = memoryLinks(parties), coins = 'coins', memoryBytes = 4 * 2 ** 20 } = setting;
  return Promise.allSettled(links.map(async (row, self) => {
    const mesh = Mesh.over(self, parties, row);
    try {
      const randomness = typeof coins === 'string' ? seededRandomness(`${coins} of ${self}`) : coins(self);
      const suite = await shamirSuite({ mesh, sessionId: shamirSessionId, randomness, daBits });
      return await role({ self, mesh, suite, memory: new KernelMemory(memoryBytes) });
    } catch (error) {
      mesh.close();
      throw error;
    }
  }));
}

/** The same; throws the first reason when one failed. */
export async function runShamir<T>(parties: number, setting: ShamirSetting, role: (player: ShamirPlayer) => Promise<T>): Promise<T[]> {
  return (await settleShamir(parties, setting, role)).map((result) => {
    if (result.status === 'rejected') throw result.reason as Error;
    return result.value;
  });
}

/** Regions of this party's shares of each party's vector, by owner; parties beyond the last vector have none. */
export async function shareVectors({ suite, memory, self, mesh }: ShamirPlayer, vectors: readonly (readonly bigint[])[]): Promise<number[]> {
  const all = Array.from({ length: mesh.parties }, (_, owner) => vectors[owner] ?? []);
  const places = all.map(({ length }) => memory.take(wordsStride(length)));
  const own = BigUint64Array.from(all[self]!, (value) => BigInt.asUintN(64, value));
  await suite.shareInputs(memory, own, all.map(({ length }) => length), (owner) => places[owner]!);
  return places;
}

/** A copy of words of a player's memory. */
export const wordsAt = ({ memory }: Pick<ShamirPlayer, 'memory'>, at: number, length: number): BigUint64Array => memory.words.slice(at / 8, at / 8 + length);

/** The values shared at `at`, in two's complement as the suite opens them, at the parties in `to`. */
export async function openAt(player: ShamirPlayer, at: number, length: number, to: readonly number[]): Promise<bigint[] | undefined> {
  const values = await player.suite.openTo(wordsAt(player, at, length), length, to);
  return values && Array.from(values, (value) => BigInt.asIntN(64, value));
}
