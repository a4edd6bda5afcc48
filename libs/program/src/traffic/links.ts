/** What an estimate knows of the way between two nodes. */
export interface LinkFacts {
  readonly roundTripMs: number;
  /** What a node sends to all others together, and as much that it receives. */
  readonly bitsPerSecond: number;
}

/** Links as they are between racks, between sites of one city, and between countries. */
export const LINK_PROFILES = {
  lan: { roundTripMs: 0.5, bitsPerSecond: 1e9 },
  metro: { roundTripMs: 5, bitsPerSecond: 1e9 },
  wan: { roundTripMs: 40, bitsPerSecond: 1e8 },
} as const satisfies Record<string, LinkFacts>;
export type LinkProfile = keyof typeof LINK_PROFILES;

/** The kind of link that has such a round trip, for what is not measured of it. */
export const profileOf = (roundTripMs: number): LinkProfile => (roundTripMs < 2 ? 'lan' : roundTripMs < 20 ? 'metro' : 'wan');
