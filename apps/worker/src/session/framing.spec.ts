import fc from 'fast-check';
import { maxFrameBytes } from '#mpc';
import { Deframer, encodeEcho, encodeFarewell, encodeReply, encodeLength, FramingError, HEARTBEAT, NONCE_BYTES, type Incoming } from './framing.js';

const all = (deframer: Deframer, ...chunks: Uint8Array[]): Incoming[] => chunks.flatMap((chunk) => [...deframer.push(chunk)]);
const nonces = fc.uint8Array({ minLength: NONCE_BYTES, maxLength: NONCE_BYTES });
const framed = (frame: Uint8Array): Uint8Array => Buffer.concat([encodeLength(frame), frame]);

test('what is sent arrives, however the bytes are cut', () => {
  const item = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((frame): [Uint8Array, Incoming] => [framed(frame), { kind: 'frame', frame }]),
    fc.constant<[Uint8Array, Incoming]>([HEARTBEAT, { kind: 'heartbeat' }]),
    nonces.map((nonce): [Uint8Array, Incoming] => [encodeEcho(nonce), { kind: 'echo', nonce }]),
    nonces.map((nonce): [Uint8Array, Incoming] => [encodeReply(nonce), { kind: 'reply', nonce }]),
    fc.constantFrom<Extract<Incoming, { kind: 'farewell' }>['farewell']>({ kind: 'done' }, { kind: 'stopped' }, { kind: 'stopped', blame: 0 }, { kind: 'stopped', blame: 4 })
      .map((farewell): [Uint8Array, Incoming] => [encodeFarewell(farewell), { kind: 'farewell', farewell }]),
  );
  fc.assert(
    fc.property(fc.array(item, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (items, cuts) => {
      const bytes = Buffer.concat(items.map(([encoded]) => encoded));
      const chunks: Uint8Array[] = [];
      for (let offset = 0, i = 0; offset < bytes.length; i++) chunks.push(bytes.subarray(offset, (offset += cuts[i % cuts.length])));
      expect(all(new Deframer(), ...chunks)).toEqual(items.map(([, incoming]) => (incoming.kind === 'frame' ? { ...incoming, frame: new Uint8Array(incoming.frame) } : incoming)));
    }),
    { numRuns: 200 },
  );
});

test('a length above the limit is refused before memory is set aside', () => {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(maxFrameBytes + 1);
  const before = process.memoryUsage().arrayBuffers;
  expect(() => all(new Deframer(), prefix)).toThrow(FramingError);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(maxFrameBytes);
});

test('a frame that no peer could take is not sent', () => {
  expect(() => encodeLength(new Uint8Array(0))).toThrow(RangeError);
  expect(() => encodeLength(new Uint8Array(maxFrameBytes + 1))).toThrow(RangeError);
});
