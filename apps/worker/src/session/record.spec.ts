import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { free, HEADER_BYTES, MAX_PLAIN_BYTES, Opener, recordBytes, RecordError, Sealer, TAG_BYTES } from './record.js';

const secret = new Uint8Array(32).fill(8);
const sealed = (sealer: Sealer, ...parts: Uint8Array[]): Buffer => Buffer.concat(sealer.seal(parts));
const numbered = (sealer: Sealer, count: number): Buffer[] => Array.from({ length: count }, (_, i) => sealed(sealer, Uint8Array.of(i, 1, 2)));

test.each([1, 2, 4095, 4096, 4097, 65_536, MAX_PLAIN_BYTES])('a record of %i bytes opens to what was sealed, and takes twenty bytes more', (length) => {
  const [sealer, opener] = [new Sealer(secret), new Opener(secret)];
  for (let i = 0; i < 3; i++) {
    const plain = randomBytes(length);
    const record = sealed(sealer, plain);
    expect(record.length).toBe(HEADER_BYTES + length + TAG_BYTES);
    expect(recordBytes(record)).toBe(record.length);
    expect(record.indexOf(plain.subarray(0, 16)) >= 0 && length >= 16).toBe(false);
    expect(Buffer.from(opener.open(record)).equals(plain)).toBe(true);
  }
});

test('however what is sealed was cut into parts, the record is the same', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 5000 }), { minLength: 1, maxLength: 5 }), (parts) => {
    fc.pre(parts.some(({ length }) => length > 0));
    expect(sealed(new Sealer(secret), ...parts).equals(sealed(new Sealer(secret), Buffer.concat(parts)))).toBe(true);
  }));
});

test('a record with any byte altered does not open, nor one that is cut short or goes on', () => {
  const record = sealed(new Sealer(secret), randomBytes(40));
  const fails = (altered: Uint8Array): void => expect(() => new Opener(secret).open(altered)).toThrow(RecordError);
  for (let at = 0; at < record.length; at++) {
    for (const mask of [1, 0x80]) {
      const altered = Buffer.from(record);
      altered[at] ^= mask;
      fails(altered);
    }
  }
  fails(record.subarray(0, -1));
  fails(Buffer.concat([record, Buffer.alloc(1)]));
  expect(() => new Opener(secret).open(record)).not.toThrow();
});

test('a record opens in its place alone: none is left out, repeated or moved', () => {
  const fails = (order: readonly number[]): void => {
    const records = numbered(new Sealer(secret), 4);
    const opener = new Opener(secret);
    for (const i of order.slice(0, -1)) opener.open(records[i]);
    expect(() => opener.open(records[order.at(-1)!])).toThrow(RecordError);
  };
  fails([1]);
  fails([0, 0]);
  fails([0, 2]);
  fails([0, 1, 0]);
  fails([0, 1, 2, 2]);
});

test('a record does not open under the secret of another direction or session', () => {
  expect(() => new Opener(new Uint8Array(32).fill(9)).open(sealed(new Sealer(secret), randomBytes(9)))).toThrow(RecordError);
});

test('a header that no end writes is refused before anything is set aside for it', () => {
  const header = (type: number, length: number): Uint8Array => Uint8Array.of(type, length >> 16, (length >> 8) & 255, length & 255);
  expect(recordBytes(header(0x81, 1))).toBe(HEADER_BYTES + 1 + TAG_BYTES);
  for (const each of [header(0x81, 0), header(0x81, MAX_PLAIN_BYTES + 1), header(0x81, 0xff_ffff), header(0x17, 5), header(0, 5)]) expect(() => recordBytes(each)).toThrow(RecordError);
  for (const length of [0, MAX_PLAIN_BYTES + 1]) expect(() => new Sealer(secret).seal([new Uint8Array(length)])).toThrow(RangeError);
});

test('keys change after as many records as they are good for, at both ends, and when there are no more both ends stop', () => {
  const limits = { recordsPerKey: 3, keys: 2 };
  const [sealer, opener] = [new Sealer(secret, limits), new Opener(secret, limits)];
  const plain = new Uint8Array(64);
  const records = Array.from({ length: 6 }, () => sealed(sealer, plain));
  for (const record of records) expect(Buffer.from(opener.open(record)).equals(plain)).toBe(true);
  // Neither a nonce nor a key comes back: one of them would show as one ciphertext of one plaintext.
  expect(new Set(records.map((record) => record.subarray(HEADER_BYTES, -TAG_BYTES).toString('hex'))).size).toBe(6);
  expect(() => sealer.seal([plain])).toThrow(RecordError);
  expect(() => opener.open(records[0])).toThrow(RecordError);
  // A record under the first key is none under the second.
  const after = new Opener(secret, limits);
  for (const record of records.slice(0, 3)) after.open(record);
  expect(() => after.open(records[0])).toThrow(RecordError);
});

test('memory that holds more than one result is not given back with it', () => {
  const memory = new Uint8Array(16).fill(5);
  free(memory.subarray(0, 8));
  expect(memory.length).toBe(16);
  free(memory);
  expect(memory.length).toBe(0);
});
