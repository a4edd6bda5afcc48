import { createHash } from 'node:crypto';
import { type JoinSize, joinSizeOf } from '#program/plans';
import { memoryLinks, seededRandomness } from '#testing';
import { type Binding, type Link, Peer } from '../../channel/index.js';
import { kPkeTransfers } from '../../ot/index.js';
import { type Half, type Places, joinLeft, joinRight, placesOf } from '../index.js';
import { nobody } from '../placement/index.js';

export const binding: Binding = { sessionId: new Uint8Array(32).fill(9), roles: [0, 1] };

/** Digests of keys, one after the other. */
export const digestsOf = (keys: readonly string[]): Uint8Array => new Uint8Array(Buffer.concat(keys.map((key) => createHash('sha256').update(key).digest())));

export interface Tables {
  readonly left: readonly string[];
  readonly right: readonly string[];
  /** Columns of the right table. */
  readonly columns?: readonly (readonly bigint[])[];
  readonly leftRows?: number;
  readonly rightRows?: number;
}

export interface Ends {
  readonly links?: (Link | undefined)[][];
  readonly binding?: Binding;
  readonly seeds?: readonly [string, string];
}

export interface Joined {
  readonly size: JoinSize;
  readonly places: Places;
  readonly left: Half;
  readonly right: Half;
  readonly peers: readonly [Peer, Peer];
}

export const sizeOf = ({ left, right, columns = [], leftRows = left.length, rightRows = right.length }: Tables): JoinSize =>
  joinSizeOf({ left: { maxRows: leftRows }, right: { maxRows: rightRows }, columns: columns.map(() => ({ side: 'right' as const })) });

/** Both parties of a join in this process. Rejects with the first abort when both have ended. */
export async function runJoin(tables: Tables, { links = memoryLinks(2), binding: bound = binding, seeds = ['left', 'right'] }: Ends = {}): Promise<Joined> {
  const size = sizeOf(tables);
  const peers = [new Peer(1, links[0]![1]!), new Peer(0, links[1]![0]!)] as const;
  const of = (party: 0 | 1) => ({ lane: peers[party].lane(2), binding: bound, base: kPkeTransfers, randomness: seededRandomness(seeds[party]) });
  const left = of(0);
  const places = placesOf(left, digestsOf(tables.left), size.bins);
  const closing = <T>(run: Promise<T>): Promise<T> => run.catch((error: unknown) => {
    for (const { link } of peers) link.close();
    throw error as Error;
  });
  const results = await Promise.allSettled([
    closing(joinLeft(left, places, size)),
    closing(joinRight(of(1), { digests: digestsOf(tables.right), columns: (tables.columns ?? []).map((column) => BigUint64Array.from(column, (each) => BigInt.asUintN(64, each))) }, size)),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason as Error;
  const [half, other] = results.map((result) => (result as PromiseFulfilledResult<Half>).value) as [Half, Half];
  return { size, places, left: half, right: other, peers };
}

/** The functionality in their place: a third hand that sees both tables. */
export function idealJoin(tables: Tables): Pick<Joined, 'size' | 'places' | 'left' | 'right'> {
  const size = sizeOf(tables);
  const randomness = seededRandomness('dealer');
  const word = (): bigint => new BigUint64Array(randomness.bytes(8).buffer)[0]!;
  const tag = (): bigint => BigInt.asUintN(size.tagBits, word());
  const places = placesOf({ binding, randomness }, digestsOf(tables.left), size.bins);
  const rightRows = new Map(tables.right.map((key, row) => [key, row]));
  const half = (): Half => ({ tags: BigUint64Array.from({ length: size.bins }, tag), columns: Array.from({ length: size.columns }, () => BigUint64Array.from({ length: size.bins }, word)) });
  const [left, right] = [half(), half()];
  for (let bin = 0; bin < size.bins; bin++) {
    const row = rightRows.get(tables.left[places.rows[bin]!] ?? '');
    // Nothing stands in the other bins, or nothing that matches.
    if (row === undefined || places.rows[bin] === nobody) continue;
    right.tags[bin] = left.tags[bin]!;
    tables.columns?.forEach((column, c) => (right.columns[c]![bin] = BigInt.asUintN(64, column[row]! - left.columns[c]![bin]!)));
  }
  return { size, places, left, right };
}

/** For every left row, the right columns at its bin where it matches. */
export function matches({ places, left, right }: Pick<Joined, 'places' | 'left' | 'right'>): Map<number, bigint[]> {
  const found = new Map<number, bigint[]>();
  left.tags.forEach((tag, bin) => {
    if (tag === right.tags[bin]) found.set(places.rows[bin]!, left.columns.map((column, c) => BigInt.asUintN(64, column[bin]! + right.columns[c]![bin]!)));
  });
  return found;
}
