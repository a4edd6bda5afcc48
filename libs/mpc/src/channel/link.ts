/**
 * Ordered, authenticated, confidential frames to one peer. A frame arrives whole and as it was written, or not at all.
 * `write` resolves when the link can take more (back-pressure); the caller does not touch the frame afterwards. Both reject once
 * either side closed.
 */
export interface Link {
  write(frame: Uint8Array): Promise<void>;
  read(): Promise<Uint8Array>;
  close(): void;
}

/** Where all secret coins come from: `bytes(n)` is n fresh uniform bytes, the caller's to keep and to wipe. */
export interface Randomness {
  bytes(length: number): Uint8Array;
}

/** No frame is larger, on any link. */
export const maxFrameBytes = 16 * 1024 * 1024;
