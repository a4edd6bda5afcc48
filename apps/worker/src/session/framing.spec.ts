import fc from 'fast-check';
import { frameHeadBytes, maxFrameBytes } from '#mpc';
import { Deframer, encodeEcho, encodeFarewell, encodeReply, encodeLength, FramingError, HEARTBEAT, NONCE_BYTES, type Incoming } from './framing.js';

const all = (deframer: Deframer, ...chunks: Uint8Array[]): Incoming[] => chunks.flatMap((chunk) => [...deframer.push(chunk)]);
const nonces = fc.uint8Array({ minLength: NONCE_BYTES, maxLength: NONCE_BYTES });
const framed = (frame: Uint8Array): Uint8Array => Buffer.concat([encodeLength(frame.length), frame]);
const whole = (frame: Uint8Array): Incoming => ({ kind: 'frame', frame: { head: frame.subarray(0, frameHeadBytes), body: frame.subarray(frameHeadBytes) } });

test('what is sent arrives, however the bytes are cut', () => {
  const item = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((frame): [Uint8Array, Incoming] => [framed(frame), whole(frame)]),
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
      expect(all(new Deframer(), ...chunks)).toEqual(items.map(([, incoming]) => incoming));
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
  expect(() => encodeLength(0)).toThrow(RangeError);
  expect(() => encodeLength(maxFrameBytes + 1)).toThrow(RangeError);
});

test('a body lies where its reader wants it, and a frame that is shorter than a head is all head', () => {
  const deframer = new Deframer();
  const memory = new Uint8Array(8);
  const asked: [number, number][] = [];
  deframer.placeBodies((head, bodyBytes) => {
    asked.push([head[0], bodyBytes]);
    return head[0] === 1 ? memory.subarray(2, 2 + bodyBytes) : undefined;
  });
  const [head, other] = [new Uint8Array(frameHeadBytes).fill(1), new Uint8Array(frameHeadBytes).fill(2)];
  const frames: [Uint8Array, Uint8Array][] = [[head, Uint8Array.of(4, 5)], [Uint8Array.of(9, 9), new Uint8Array(0)], [head, new Uint8Array(0)], [other, Uint8Array.of(6)]];
  const bytes = Buffer.concat(frames.map(([first, rest]) => framed(Buffer.concat([first, rest]))));
  expect([...bytes].flatMap((byte) => all(deframer, Uint8Array.of(byte)))).toEqual(frames.map(([first, rest]) => ({ kind: 'frame', frame: { head: first, body: rest } })));
  expect([...memory]).toEqual([0, 0, 4, 5, 0, 0, 0, 0]);
  expect(asked).toEqual([[1, 2], [2, 1]]);
});
