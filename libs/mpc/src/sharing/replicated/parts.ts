import { type KernelMemory } from '#kernels';
import { type RoundPart, roundMessageBytes } from '../../channel/index.js';
import { nextOf, previousOf } from './protocol.js';
import { type Region } from './round.js';

/** What leaves, and where as many bytes that come go. */
export interface Crossing {
  readonly sent: Region;
  readonly place: number;
}

/** As many bytes as one message holds, at a time; one message at least. */
function* messagesOf(crossings: readonly Crossing[]): Generator<readonly Crossing[]> {
  let message: Crossing[] = [];
  let room = roundMessageBytes;
  for (const { sent, place } of crossings) {
    for (let from = 0; from < sent.bytes; ) {
      if (room === 0) {
        yield message;
        [message, room] = [[], roundMessageBytes];
      }
      const bytes = Math.min(room, sent.bytes - from);
      message.push({ sent: { at: sent.at + from, bytes }, place: place + from });
      room -= bytes;
      from += bytes;
    }
  }
  yield message;
}

/** The parts of a round: everything goes to the previous party, and comes from the next one. */
export function* partsOf({ bytes }: KernelMemory, self: number, crossings: readonly Crossing[]): Generator<RoundPart> {
  for (const message of messagesOf(crossings)) {
    const length = message.reduce((sum, { sent }) => sum + sent.bytes, 0);
    const [only] = message;
    // One region leaves from where it lies and comes to its place: nothing changes it before the round is over.
    const isOne = message.length === 1;
    const outgoing = isOne ? bytes.subarray(only!.sent.at, only!.sent.at + length) : joined(bytes, message, length);
    const incoming = isOne ? bytes.subarray(only!.place, only!.place + length) : new Uint8Array(length);
    yield {
      outgoing: (peer) => (peer === previousOf(self) ? outgoing : undefined),
      incoming: (peer) => (peer === nextOf(self) ? incoming : undefined),
      finish() {
        if (isOne) return;
        let offset = 0;
        for (const { sent, place } of message) bytes.set(incoming.subarray(offset, (offset += sent.bytes)), place);
        for (const body of [outgoing, incoming]) body.fill(0);
      },
    };
  }
}

function joined(bytes: Uint8Array, message: readonly Crossing[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const { sent: { at, bytes: count } } of message) {
    whole.set(bytes.subarray(at, at + count), offset);
    offset += count;
  }
  return whole;
}
