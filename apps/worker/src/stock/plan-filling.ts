import { z } from 'zod';
import type { Demand as SessionDemand, StockPart } from '#mpc';
import type { Assumptions } from '#program/plans';
import { agree, commonTo } from './agree.js';
import { StockError } from './errors.js';
import { BatchHeader } from './header.js';
import { componentsOf, recordsWithin, shapeOf } from './kinds.js';
import { Offer } from './offer.js';
import { MOST_BATCHES } from './state.js';

/** Records of one kind in a part, and words of matrices: seconds of work at most are lost with a part that is not finished. Random bits are made many times faster, and sessions take tens of millions. */
const PART_RECORDS = 2 ** 17;
const PART_DABITS = 2 ** 20;
const PART_MATRIX_WORDS = 2 ** 21;
/** For the header of a file and the tags of its chunks. */
const FILE_BYTES = 40_000;

export const Wanted = z.record(BatchHeader.shape.kind, z.int().min(0).max(2 ** 31)).refine((kinds) => Object.keys(kinds).length <= 64, 'too many kinds');
export type Wanted = z.infer<typeof Wanted>;

/** What a session may rest on, the strictest first: what is made within one is of use in all that follow. */
export const PROFILES = ['module-lwe-only', 'no-lpn', 'any'] as const satisfies readonly Assumptions[];
export const WantedWithin = z.partialRecord(z.enum(PROFILES), Wanted);
export type WantedWithin = z.infer<typeof WantedWithin>;

/** What a party tells the others before they fill. Nothing in it is secret. */
export const Wish = z.strictObject({
  v: z.literal(2),
  offer: Offer,
  /** Bytes that it may still store. */
  room: z.int().min(0),
  /** How many of each kind there should be for sessions of each profile. */
  wanted: WantedWithin,
});
export type Wish = z.infer<typeof Wish>;

const MOST_WISH_BYTES = 131_072;

export const encodeWish = (wish: Wish): Uint8Array => Buffer.from(JSON.stringify(wish), 'utf8');

/** @throws StockError CS0769, without quoting what a peer wrote */
export function decodeWish(bytes: Uint8Array): Wish {
  try {
    if (bytes.length <= MOST_WISH_BYTES) return Wish.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    // Said below.
  }
  throw new StockError('CS0769', 'the wish of a peer is not of its form');
}

/**
 * What the parties make, from the wishes of all of them by place: of each kind as many as the one that wants most still lacks, in what room the
 * fullest has. For each profile what it may draw on is counted, so that nothing is made under more than it was asked for, and what is made for a
 * stricter one is not made again. It depends on nothing else, so all come to the same. @throws StockError CS0769
 */
export function planFilling(wishes: readonly Wish[]): StockPart[] {
  const offers = wishes.map(({ offer }) => offer);
  if (agree(offers, []).at !== 'agreed') return [];
  const common = commonTo(offers);
  let room = Math.min(...wishes.map((wish) => wish.room));
  let batches = MOST_BATCHES - Math.max(...offers.map((offer) => offer.batches.length));
  const made = new Map<string, number>();
  const parts: StockPart[] = [];
  for (const assumptions of PROFILES) {
    const records = recordsWithin(assumptions);
    const there = (kind: string): number => common.filter((each) => each.kind === kind && records.includes(each.assumption)).reduce((sum, { count, handedOut }) => sum + count - handedOut, made.get(kind) ?? 0);
    const lacking = (kind: string): number => Math.max(0, ...wishes.map(({ wanted }) => wanted[assumptions]?.[kind] ?? 0)) - there(kind);
    const open = [...new Set(wishes.flatMap(({ wanted }) => Object.keys(wanted[assumptions] ?? {})))].sort().flatMap((kind) => {
      const bytes = componentsOf(kind)?.reduce((sum, component) => sum + component.bytes, 0);
      if (bytes === undefined) return [];
      const count = Math.min(lacking(kind), Math.floor((room - FILE_BYTES) / (bytes * 1.001)));
      if (count <= 0) return [];
      room -= Math.ceil(count * bytes * 1.001) + FILE_BYTES;
      made.set(kind, (made.get(kind) ?? 0) + count);
      return [{ kind, left: count, most: mostOf(kind, bytes) }];
    });
    while (open.some(({ left }) => left > 0)) {
      const now = open.filter(({ left }) => left > 0);
      if (now.length > batches) return parts;
      batches -= now.length;
      const counts = now.map((each) => [each.kind, Math.min(each.left, each.most)] as const);
      for (const [i, [, count]] of counts.entries()) now[i].left -= count;
      parts.push({ demand: partOf(new Map(counts)), assumptions });
    }
  }
  return parts;
}

const mostOf = (kind: string, bytes: number): number => (shapeOf(kind) ? Math.max(1, Math.floor((8 * PART_MATRIX_WORDS) / bytes)) : kind === 'dabits' ? PART_DABITS : PART_RECORDS);

const partOf = (counts: ReadonlyMap<string, number>): SessionDemand => ({
  triples: counts.get('triples') ?? 0, andWords: counts.get('and-words') ?? 0, daBits: counts.get('dabits') ?? 0,
  matrixTriples: [...counts].flatMap(([kind, count]) => {
    const shape = shapeOf(kind);
    return shape ? Array.from({ length: count }, () => shape) : [];
  }),
});
