/** Why a session stopped. Codes are stable. */
export type AbortCode =
  /** The peers do not agree on what they are about to run. */
  | 'CS0701'
  /** The link to a peer closed; the peer that is blamed may have lost its own link to a third. */
  | 'CS0702'
  /** A frame or message that the peer's part of the protocol cannot produce. */
  | 'CS0703'
  /** A message that belongs to another step, or one that came twice. */
  | 'CS0704'
  /** More bytes than the limit, refused before they are stored. */
  | 'CS0705'
  /** The caller's signal ended the session. */
  | 'CS0706'
  /** A group is smaller than the policy's minimum; nothing was opened. */
  | 'CS0707'
  /** Two parties saw different bytes on their link. */
  | 'CS0708'
  /** Shares that no sharing of one value yields; what they would have opened to was not told. */
  | 'CS0709'
  /** Values of the party that is blamed break what it has declared; nothing was opened but that they do. */
  | 'CS0660'
  /** Rows of the party that is blamed stand in another order than those that they are put beside; nothing was opened but that they do. */
  | 'CS0661'
  /** The rows of a join found no places, or their values no encoding: each has probability 2^-40. */
  | 'CS0641';

/** Where and why, never what: no value of a share, key or label is put in here. */
export interface AbortPlace {
  readonly step: string;
  /** Index of the party that left the protocol, when one can be named. */
  readonly blame?: number;
  readonly cause?: unknown;
}

/** The only error of a session after its first message. The session is over and its links are closed. */
export class ProtocolAbort extends Error {
  override readonly name = 'ProtocolAbort';
  readonly step: string;
  readonly blame?: number;

  constructor(readonly code: AbortCode, reason: string, place: AbortPlace) {
    super(`${reason} at \`${place.step}\``, { cause: place.cause });
    this.step = place.step;
    if (place.blame !== undefined) this.blame = place.blame;
  }
}
