import { KernelMemory } from '#kernels';
import { type Link, type Randomness } from '#mpc';
import { Mesh } from '../../mpc/src/channel/index.js';
import { type Suite, bitsStride, planeBytes, replicatedSuite, wordsStride } from '../../mpc/src/sharing/index.js';
import { memoryLinks } from './memory-links.js';
import { seededRandomness } from './seeded-randomness.js';

/** One of three parties in this process. */
export interface Player {
  readonly party: number;
  readonly mesh: Mesh;
  readonly memory: KernelMemory;
  readonly suite: Suite;
}

const parties = [0, 1, 2];
const sessionId = new Uint8Array(32).fill(7);

export interface Players {
  readonly links?: (Link | undefined)[][];
  /** Of all coins. */
  readonly seed?: string;
  readonly session?: Uint8Array;
  readonly implementation?: 'wasm' | 'plain';
  readonly bytes?: number;
}

/** Three replicated suites after their set-up. */
export async function replicatedPlayers(setting: Players = {}): Promise<Player[]> {
  const links = setting.links ?? memoryLinks(3);
  return await Promise.all(links.map(async (row, party) => {
    const mesh = Mesh.over(party, 3, row);
    const randomness: Randomness = seededRandomness(`${setting.seed ?? 'coins'} of ${party}`);
    const suite = await replicatedSuite({ mesh, sessionId: setting.session ?? sessionId, randomness });
    return { party, mesh, suite, memory: new KernelMemory(setting.bytes ?? 2 ** 22, setting.implementation) };
  }));
}

const random = seededRandomness('shares');
/** Uniform values, the same in every run. */
export const someWords = (length: number): bigint[] => [...new BigUint64Array(random.bytes(8 * length).buffer)];
export const someBits = (planes: number, lanes: number): number[][] => Array.from({ length: planes }, () => [...random.bytes(lanes)].map((byte) => byte & 1));

const low = (value: bigint): bigint => BigInt.asUintN(64, value);

/** Uniform sharings of words in the memory of all players: the region of each. */
export function shareWords(players: readonly Player[], values: readonly bigint[]): number[] {
  const [a, b] = [someWords(values.length), someWords(values.length)];
  const places = [a, b, values.map((value, i) => low(value - a[i]! - b[i]!))];
  return players.map(({ party, memory }) => {
    const at = memory.take(2 * wordsStride(values.length));
    for (const c of [0, 1]) places[(party + c) % 3]!.forEach((word, i) => (memory.words[(at + c * wordsStride(values.length)) / 8 + i] = word));
    return at;
  });
}

const component = ({ memory }: Player, at: number, stride: number, c: number, bytes: number): Uint8Array => memory.bytes.slice(at + c * stride, at + c * stride + bytes);

function placesOf(players: readonly Player[], at: readonly number[], stride: number, bytes: number): Uint8Array[] {
  return parties.map((place) => {
    const [first, second] = [component(players[place]!, at[place]!, stride, 0, bytes), component(players[(place + 2) % 3]!, at[(place + 2) % 3]!, stride, 1, bytes)];
    if (Buffer.compare(first, second) !== 0) throw new Error(`the holders of place ${place} differ`);
    return first;
  });
}

/** Places 0, 1 and 2 of a sharing; throws unless both holders of each have the same. */
export const wordPlaces = (players: readonly Player[], at: readonly number[], length: number): bigint[][] =>
  placesOf(players, at, wordsStride(length), 8 * length).map((bytes) => [...new BigUint64Array(bytes.buffer)]);

/** What a sharing stands for. */
export function wordsOf(players: readonly Player[], at: readonly number[], length: number): bigint[] {
  const places = wordPlaces(players, at, length);
  return Array.from({ length }, (_, i) => low(places[0]![i]! + places[1]![i]! + places[2]![i]!));
}

/** Bits as packed planes; what lies beyond the last lane is set, so that nothing may rest on it. */
function packed(bits: readonly (readonly number[])[]): Uint8Array {
  const lanes = bits[0]?.length ?? 0;
  const row = planeBytes(1, lanes);
  const bytes = new Uint8Array(bits.length * row);
  bits.forEach((plane, p) => {
    for (let lane = 0; lane < 8 * row; lane++) bytes[p * row + (lane >> 3)]! |= (plane[lane] ?? 1) << (lane & 7);
  });
  return bytes;
}

const unpacked = (bytes: Uint8Array, planes: number, lanes: number): number[][] =>
  Array.from({ length: planes }, (_, p) => Array.from({ length: lanes }, (__, lane) => (bytes[p * planeBytes(1, lanes) + (lane >> 3)]! >> (lane & 7)) & 1));

/** Uniform sharings of bits; no bit outside of the lanes is zero. */
export function shareBits(players: readonly Player[], bits: readonly (readonly number[])[]): number[] {
  const [planes, lanes] = [bits.length, bits[0]?.length ?? 0];
  const [a, b] = [someBits(planes, lanes), someBits(planes, lanes)];
  const places = [a, b, bits.map((plane, p) => plane.map((bit, i) => bit ^ a[p]![i]! ^ b[p]![i]!))].map(packed);
  return players.map(({ party, memory }) => {
    const stride = bitsStride(1, planes, lanes);
    const at = memory.take(2 * stride);
    memory.bytes.fill(0xff, at, at + 2 * stride);
    for (const c of [0, 1]) memory.bytes.set(places[(party + c) % 3]!, at + c * stride);
    return at;
  });
}

/** The bits of each place, plane by plane. */
export function bitPlaces(players: readonly Player[], at: readonly number[], planes: number, lanes: number): number[][][] {
  const stride = bitsStride(1, planes, lanes);
  return parties.map((place) => {
    const [first, second] = [[place, 0], [(place + 2) % 3, 1]].map(([party, c]) => unpacked(component(players[party!]!, at[party!]!, stride, c!, planes * planeBytes(1, lanes)), planes, lanes));
    if (JSON.stringify(first) !== JSON.stringify(second)) throw new Error(`the holders of place ${place} differ`);
    return first!;
  });
}

/** What a sharing of bits stands for. */
export function bitsOf(players: readonly Player[], at: readonly number[], planes: number, lanes: number): number[][] {
  const places = bitPlaces(players, at, planes, lanes);
  return places[0]!.map((plane, p) => plane.map((bit, i) => bit ^ places[1]![p]![i]! ^ places[2]![p]![i]!));
}

/** Opened bits as they lie in memory. */
export const openedBits = ({ memory }: Player, at: number, planes: number, lanes: number): number[][] => unpacked(memory.bytes.slice(at, at + planes * planeBytes(1, lanes)), planes, lanes);
