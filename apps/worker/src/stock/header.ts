import { z } from 'zod';
import { Digest, Instant } from '#contract';
import { canonicalise } from '#pqc';
import { PartySet } from './set.js';

const MAGIC = 'CSSTOCK1';
const MOST_HEADER_BYTES = 32_768;
const MOST_RECORD_BYTES = 64 * 2 ** 20;
const MOST_RECORDS = 2 ** 32;
/** Above 128 KiB the outputs of ciphers are mapped and unmapped one by one. */
const CHUNK_BYTES = 65_536;
export const TAG_BYTES = 16;

/** Of what a record is, with its shape where it has one: `triples`, `and-words`, `dabits`, `matrix:784x128x128`. */
export const Kind = z.string().max(64).regex(/^[a-z][a-z0-9-]*(:[1-9][0-9]*(x[1-9][0-9]*)*)?$/);

/** One vector of a kind, `bytes` a record: of triples there are `a`, `b` and `c`. */
const Component = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  domain: z.enum(['Z_2^64', 'F_2', 'F_(2^61-1)']),
  bytes: z.int().min(1).max(MOST_RECORD_BYTES),
});
export type Component = z.infer<typeof Component>;

const headerShape = {
  v: z.literal(1),
  set: PartySet,
  /** Agreed by all parties when the batch was made, and fresh. */
  batch: Digest,
  kind: Kind,
  /** Public name of the key under which the shares stand (a MAC key, a Δ); absent where there is none. */
  key: Digest.optional(),
  count: z.int().min(1).max(MOST_RECORDS),
  components: z.array(Component).min(1).max(16),
  /** What the records rest on beside the links, e.g. `lpn-regular+ml-kem-768`. */
  assumption: z.string().regex(/^[a-z0-9][a-z0-9+.-]{0,63}$/),
  createdAt: Instant,
  /** Makes the key of this file its own. */
  salt: Digest,
};
const recordBytesOf = (components: readonly Component[]): number => components.reduce((sum, { bytes }) => sum + bytes, 0);

/** What a file of the stock begins with. */
export const BatchHeader = z
  .strictObject(headerShape)
  .refine(({ components }) => recordBytesOf(components) <= MOST_RECORD_BYTES, 'a record is too long')
  .refine(({ components }) => new Set(components.map(({ name }) => name)).size === components.length, 'a component is there twice');
export type BatchHeader = z.infer<typeof BatchHeader>;

/** Where things are in a file; all of it follows from the header. */
export interface Layout {
  readonly recordBytes: number;
  readonly chunkRecords: number;
  readonly chunks: number;
  readonly fileBytes: number;
}

export function layoutOf({ components, count }: Pick<BatchHeader, 'components' | 'count'>, prefixBytes: number): Layout {
  const recordBytes = recordBytesOf(components);
  const chunkRecords = Math.max(1, Math.floor(CHUNK_BYTES / recordBytes));
  const chunks = Math.ceil(count / chunkRecords);
  return { recordBytes, chunkRecords, chunks, fileBytes: prefixBytes + count * recordBytes + chunks * TAG_BYTES };
}

/** The first bytes of the file, which every chunk is bound to: magic, length (4 bytes, little-endian), canonical JSON. */
export function prefixOf(header: BatchHeader): Buffer {
  const text = Buffer.from(canonicalise(header), 'utf8');
  if (text.length > MOST_HEADER_BYTES) throw new RangeError('the header is too long');
  const prefix = Buffer.alloc(MAGIC.length + 4 + text.length);
  prefix.write(MAGIC, 'latin1');
  prefix.writeUInt32LE(text.length, MAGIC.length);
  text.copy(prefix, MAGIC.length + 4);
  return prefix;
}

export const fileBytesOf = (header: BatchHeader): number => layoutOf(header, prefixOf(header).length).fileBytes;
