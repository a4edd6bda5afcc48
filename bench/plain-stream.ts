import type { Socket } from 'node:net';
import type { ByteStream } from '../apps/worker/src/session/byte-stream.js';
import { free } from '../apps/worker/src/session/record.js';

/** A socket as a session link has it, without records. What is written is copied, as it is the caller's again at once. */
export function plainStream(socket: Socket, transcriptKeys?: ByteStream['transcriptKeys']): ByteStream {
  return {
    transcriptKeys,
    start: ({ data, drain, over }) => {
      socket.on('data', (bytes: Uint8Array) => (data(bytes), free(bytes))).on('drain', drain).on('error', () => undefined);
      socket.on('close', () => over({ kind: 'lost', reason: 'the link closed' }));
    },
    write(...parts) {
      socket.cork();
      const room = parts.map((part) => socket.write(part.slice())).at(-1) ?? true;
      socket.uncork();
      return room;
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
    get paused() {
      return socket.isPaused();
    },
    get writable() {
      return socket.writable;
    },
    get destroyed() {
      return socket.destroyed;
    },
  };
}

/** Over plain TCP transcripts are as they are over sealed links, so that the difference is what sealing costs. */
export const plainKeys = { sent: new Uint8Array(32), received: new Uint8Array(32) };
