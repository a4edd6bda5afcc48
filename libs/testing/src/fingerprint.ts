import { createHash } from 'node:crypto';
import { type Link } from '#mpc';

/** What one direction of a link carried. */
export interface Fingerprint {
  readonly frames: number;
  readonly bytes: number;
  /** SHA-256 of the frames, lane by lane, because lanes may interleave differently from run to run. */
  readonly sha256: string;
}

/** A link that remembers what was written to it. */
export interface RecordedLink extends Link {
  /** Frames so far, in order. */
  readonly written: readonly Uint8Array[];
  fingerprint(): Fingerprint;
}

export function recordedLink(link: Link): RecordedLink {
  const written: Uint8Array[] = [];
  const laneOf = (frame: Uint8Array): number => frame[0]! | (frame[1]! << 8);
  return {
    written,
    write(frame) {
      written.push(frame.slice());
      return link.write(frame);
    },
    read: () => link.read(),
    close: () => link.close(),
    fingerprint() {
      const hash = createHash('sha256');
      const inLanes = written.map((frame, order) => ({ frame, order })).sort((a, b) => laneOf(a.frame) - laneOf(b.frame) || a.order - b.order);
      for (const { frame } of inLanes) hash.update(frame);
      return { frames: written.length, bytes: written.reduce((sum, frame) => sum + frame.length, 0), sha256: hash.digest('hex') };
    },
  };
}
