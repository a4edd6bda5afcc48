/** Why a stream is over, other than by this end. */
export type StreamEnd =
  | { readonly kind: 'lost'; readonly reason: string }
  /** The peer holds its registered key, but does not agree on the session, or on whose link this is. */
  | { readonly kind: 'foreign' };

export interface StreamEvents {
  /** `bytes` are valid only during the call. */
  data(bytes: Uint8Array): void;
  drain(): void;
  /** Once or more, the first of which counts; `destroy` causes one too. */
  over(end: StreamEnd): void;
}

/** Bytes to and from one peer, in order and with back-pressure; what a session link needs of its connection. */
export interface ByteStream {
  /** Call once, before anything else. */
  start(events: StreamEvents): void;
  /** Writes the parts one after the other. They are the caller's again when this returns; false: wait for `drain`. */
  write(...parts: readonly Uint8Array[]): boolean;
  pause(): void;
  resume(): void;
  readonly paused: boolean;
  /** Nothing is written any more. What was, leaves first. */
  end(): void;
  destroy(): void;
  readonly writable: boolean;
  readonly destroyed: boolean;
  /** `Link.bulk.transcriptKeys` of libs/mpc, where the stream's ends share a secret. */
  readonly transcriptKeys?: { readonly sent: Uint8Array; readonly received: Uint8Array };
}
