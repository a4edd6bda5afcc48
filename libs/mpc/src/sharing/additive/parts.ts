import { type KernelMemory, addInto, xorInto } from '#kernels';
import { type RoundPart, roundMessageBytes } from '../../channel/index.js';
import { bytesOf } from '../../correlations/index.js';
import { type Piece } from './pieces.js';

const partWords = roundMessageBytes / 8;

/** What of a piece is in a message. `split` has the words of a piece that lies in several, masked at first, then opened. */
interface Segment {
  readonly piece: Piece;
  /** Of the message. */
  readonly at: number;
  /** Of the piece: [from, to). */
  readonly from: number;
  readonly to: number;
  readonly split?: BigUint64Array;
}

interface Message {
  readonly segments: readonly Segment[];
  readonly words: number;
}

/** Messages that are full, but for the last; one at least. */
function messagesOf(pieces: readonly Piece[]): Message[] {
  const messages: Message[] = [];
  let segments: Segment[] = [];
  let words = 0;
  for (const piece of pieces) {
    const split = words + piece.words > partWords ? new BigUint64Array(piece.words) : undefined;
    for (let from = 0; from < piece.words; ) {
      if (words === partWords) {
        messages.push({ segments, words });
        [segments, words] = [[], 0];
      }
      const to = Math.min(piece.words, from + partWords - words);
      segments.push({ piece, at: words, from, to, ...(split && { split }) });
      words += to - from;
      from = to;
    }
  }
  return [...messages, { segments, words }];
}

/** The parts of a round: every party sends the same to all others, and what comes adds up to what is opened. */
export function* partsOf(memory: KernelMemory, pieces: readonly Piece[], peers: readonly number[]): Generator<RoundPart> {
  const messages = messagesOf(pieces);
  const widest = Math.max(...messages.map(({ words }) => words));
  // Two parts are under way at a time.
  const buffers = messages.slice(0, 2).map(() => ({ own: new BigUint64Array(widest), came: peers.map(() => new BigUint64Array(widest)) }));
  for (const [i, { segments, words }] of messages.entries()) {
    const { own, came } = buffers[i % 2]!;
    for (const segment of segments) mask(memory, segment, own);
    yield {
      outgoing: () => bytesOf(own.subarray(0, words)),
      incoming: (peer) => bytesOf(came[peers.indexOf(peer)]!.subarray(0, words)),
      finish: () => segments.forEach((segment) => finish(memory, segment, own, came)),
    };
  }
}

/** Writes this party's words of a segment. */
function mask(memory: KernelMemory, { piece, at, from, to, split }: Segment, own: BigUint64Array): void {
  if (from === 0) {
    memory.within(() => {
      const masked = memory.take(8 * piece.words + 16);
      piece.mask(memory, masked);
      memory.get(masked, split ?? own.subarray(at, at + piece.words));
    });
  }
  if (split) own.set(split.subarray(from, to), at);
}

/** Opens a segment, and finishes its piece when that was the last of it. */
function finish(memory: KernelMemory, { piece, at, from, to, split }: Segment, own: BigUint64Array, came: readonly BigUint64Array[]): void {
  const opened = own.subarray(at, at + to - from);
  for (const body of came) (piece.bitwise ? xorInto : addInto)(opened, body.subarray(at, at + to - from));
  split?.set(opened, from);
  if (to < piece.words) return;
  memory.within(() => {
    const place = memory.take(8 * piece.words + 16);
    memory.bytes.set(bytesOf(split ?? opened), place);
    piece.finish(memory, place);
  });
}
