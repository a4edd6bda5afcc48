import { type Duplex } from 'node:stream';
import { type Link, maxFrameBytes } from '#mpc';

const prefixBytes = 4;
/** Frames that wait to be read stop the stream beyond this. */
const maxQueuedBytes = 1024 * 1024;

/**
 * A link over a connected byte stream, each frame behind its length (u32 little-endian): what a worker's link does, without
 * heartbeats and farewells. The link owns the stream.
 */
export function streamLink(stream: Duplex): Link {
  const frames: Uint8Array[] = [];
  const readers: { resolve(frame: Uint8Array): void; reject(reason: Error): void }[] = [];
  const parser = new FrameParser();
  let queuedBytes = 0;
  let ended: Error | undefined;

  const end = (reason: Error): void => {
    ended ??= reason;
    for (const reader of readers.splice(0)) reader.reject(ended);
  };
  stream.on('data', (chunk: Uint8Array) => {
    if (ended) return;
    const reason = parser.push(chunk, (frame) => {
      const reader = readers.shift();
      if (reader) return reader.resolve(frame);
      frames.push(frame);
      queuedBytes += frame.length;
    });
    if (reason) {
      end(new Error(reason));
      stream.destroy();
    } else if (queuedBytes > maxQueuedBytes) stream.pause();
  });
  stream.on('end', () => end(new Error('the peer closed the link')));
  stream.on('error', (cause) => end(new Error('the link broke', { cause })));
  stream.on('close', () => end(new Error('the link closed')));

  return {
    write(frame) {
      if (frame.length > maxFrameBytes) throw new RangeError(`a frame of ${frame.length} bytes is above the limit`);
      if (ended || !stream.writable) return Promise.reject(ended ?? new Error('the link closed'));
      const prefix = new Uint8Array(prefixBytes);
      new DataView(prefix.buffer).setUint32(0, frame.length, true);
      stream.cork();
      stream.write(prefix);
      const flowing = stream.write(frame);
      stream.uncork();
      return flowing ? Promise.resolve() : drained(stream);
    },

    read() {
      const frame = frames.shift();
      if (frame) {
        queuedBytes -= frame.length;
        if (stream.isPaused() && queuedBytes <= maxQueuedBytes / 2) stream.resume();
        return Promise.resolve(frame);
      }
      if (ended) return Promise.reject(ended);
      return new Promise((resolve, reject) => readers.push({ resolve, reject }));
    },

    close() {
      end(new Error('the link was closed'));
      // What was written still leaves: a peer may be about to read why the session ends.
      stream.end(() => stream.destroy());
      stream.resume();
    },
  };
}

function drained(stream: Duplex): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      stream.off('drain', settle);
      stream.off('close', settle);
      if (stream.destroyed) reject(new Error('the link closed'));
      else resolve();
    };
    stream.on('drain', settle);
    stream.on('close', settle);
  });
}

/** Cuts a byte stream into frames, however it arrives. */
class FrameParser {
  readonly #prefix = new Uint8Array(prefixBytes);
  #frame: Uint8Array | undefined;
  #filled = 0;

  /** Gives each completed frame to `emit`; returns a reason when the stream cannot be framed. */
  push(chunk: Uint8Array, emit: (frame: Uint8Array) => void): string | undefined {
    for (let at = 0; at < chunk.length; ) {
      const target = this.#frame ?? this.#prefix;
      const taken = chunk.subarray(at, at + target.length - this.#filled);
      target.set(taken, this.#filled);
      this.#filled += taken.length;
      at += taken.length;
      if (this.#filled < target.length) return undefined;
      this.#filled = 0;
      if (!this.#frame) {
        const length = new DataView(this.#prefix.buffer).getUint32(0, true);
        if (length === 0 || length > maxFrameBytes) return `a frame of ${length} bytes is outside of the limits`;
        this.#frame = new Uint8Array(length);
      } else {
        emit(this.#frame);
        this.#frame = undefined;
      }
    }
    return undefined;
  }
}
