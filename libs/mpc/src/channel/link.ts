/** How long the head of a frame is; a link that carries frames in two parts splits there. */
export { frameHeadBytes } from '#program/plans';

/**
 * Ordered, authenticated, confidential frames to one peer. A frame arrives whole and as it was written, or not at all.
 * `write` resolves when the link can take more (back-pressure); the caller does not touch the frame afterwards. Both reject once
 * either side closed.
 */
export interface Link {
  write(frame: Uint8Array): Promise<void>;
  read(): Promise<Uint8Array>;
  close(): void;
  /** On links that carry the two parts of a frame without joining them: the same frames in the same order, to be used instead of `write` and `read`. */
  readonly bulk?: BulkLink;
}

/** A frame as it arrived: head ‖ body. A frame that is shorter than a head is all head. */
export interface FrameParts {
  readonly head: Uint8Array;
  readonly body: Uint8Array;
}

/** Where the body of the frame with this head goes, exactly `bodyBytes` long; undefined for memory of its own. */
export type Place = (head: Uint8Array, bodyBytes: number) => Uint8Array | undefined;

export interface BulkLink {
  /** Writes head ‖ body as one frame. Both are the caller's again as soon as this returns; resolves when the link can take more. */
  write(head: Uint8Array, body: Uint8Array): Promise<void>;
  /** The next frame. Its body lies where `place` wanted it, if it was asked. */
  read(): Promise<FrameParts>;
  /** From now on asks, when the head of a frame has arrived, where the rest goes. Frames that came before lie in memory of their own. */
  placeBodies(place: Place): void;
  /** Secrets of 32 bytes that the two ends share and nobody else knows: this end's `sent` is the other's `received`. */
  readonly transcriptKeys: { readonly sent: Uint8Array; readonly received: Uint8Array };
}

/** Where all secret coins come from: `bytes(n)` is n fresh uniform bytes, the caller's to keep and to wipe. */
export interface Randomness {
  bytes(length: number): Uint8Array;
}

/** No frame is larger, on any link. */
export const maxFrameBytes = 16 * 1024 * 1024;

/** No message is larger, in as many frames as it takes: what is longer is sent as several, so that neither end sets more aside. */
export { maxMessageBytes } from '#program/plans';
