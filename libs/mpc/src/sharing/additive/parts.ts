import { type KernelMemory, addInto, xorInto } from '#kernels';
import { type RoundPart, roundMessageBytes } from '../../channel/index.js';
import { bytesOf } from '../../correlations/index.js';
import { type Piece } from './pieces.js';

const partWords = roundMessageBytes / 8;
const wordsOf = (pieces: readonly Piece[]): number => pieces.reduce((sum, { words }) => sum + words, 0);

/** As many pieces as one message holds, at a time; one message at least. */
function* messagesOf(pieces: readonly Piece[]): Generator<readonly Piece[]> {
  let message: Piece[] = [];
  let words = 0;
  for (const piece of pieces) {
    if (words + piece.words > partWords) {
      yield message;
      [message, words] = [[], 0];
    }
    message.push(piece);
    words += piece.words;
  }
  yield message;
}

/** The parts of a round: every party sends the same to all others, and what comes adds up to what is opened. */
export function* partsOf(memory: KernelMemory, pieces: readonly Piece[], peers: readonly number[]): Generator<RoundPart> {
  const messages = [...messagesOf(pieces)];
  const widest = Math.max(...messages.map(wordsOf));
  // Two parts are under way at a time.
  const buffers = messages.slice(0, 2).map(() => ({ own: new BigUint64Array(widest), came: peers.map(() => new BigUint64Array(widest)) }));
  for (const [i, message] of messages.entries()) {
    const { own, came } = buffers[i % 2]!;
    const length = wordsOf(message);
    each(message, (piece, from, to) => memory.within(() => {
      const at = memory.take(8 * piece.words + 16);
      piece.mask(memory, at);
      memory.get(at, own.subarray(from, to));
    }));
    yield {
      outgoing: () => bytesOf(own.subarray(0, length)),
      incoming: (peer) => bytesOf(came[peers.indexOf(peer)]!.subarray(0, length)),
      finish: () => each(message, (piece, from, to) => {
        const opened = own.subarray(from, to);
        for (const body of came) (piece.bitwise ? xorInto : addInto)(opened, body.subarray(from, to));
        memory.within(() => {
          const at = memory.take(8 * piece.words + 16);
          memory.bytes.set(bytesOf(opened), at);
          piece.finish(memory, at);
        });
      }),
    };
  }
}

/** Calls `use` with each piece and its place in the message. */
function each(message: readonly Piece[], use: (piece: Piece, from: number, to: number) => void): void {
  let from = 0;
  for (const piece of message) use(piece, from, (from += piece.words));
}
