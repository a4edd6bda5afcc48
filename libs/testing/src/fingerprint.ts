import { createHash } from 'node:crypto';
import { type Link } from '#mpc';

/** What crossed a link in one direction. */
export interface Fingerprint {
  readonly frames: number;
  readonly bytes: number;
  /** SHA-256 of the frames, lane by lane, because lanes may interleave differently from run to run. */
  readonly sha256: string;
}

export function fingerprint(frames: readonly Uint8Array[]): Fingerprint {
  const hash = createHash('sha256');
  const laneOf = (frame: Uint8Array): number => frame[0]! | (frame[1]! << 8);
  const inLanes = frames.map((frame, order) => ({ frame, order })).sort((a, b) => laneOf(a.frame) - laneOf(b.frame) || a.order - b.order);
  for (const { frame } of inLanes) hash.update(frame);
  return { frames: frames.length, bytes: frames.reduce((sum, frame) => sum + frame.length, 0), sha256: hash.digest('hex') };
}

/** A link that remembers copies of the frames written to it, in order. */
export interface RecordedLink extends Link {
  readonly written: readonly Uint8Array[];
}

export function recordedLink(link: Link): RecordedLink {
  const written: Uint8Array[] = [];
  return {
    written,
    write(frame) {
      written.push(frame.slice());
      return link.write(frame);
    },
    read: () => link.read(),
    close: () => link.close(),
  };
}
