import { expanders } from '#program/plans';
import { type Mesh, type Randomness, boundHash } from '../../channel/index.js';
import { draw, openStream, seedBytes } from '../../ot/index.js';
import { shamirProtocol } from './protocol.js';

export { expanders, receivers } from '#program/plans';

/** The seeds that this party gave to its expanders, and those that it was given as one. */
export class PairSeeds {
  private constructor(
    /** Keys by expander, in the order of `expanders`. */
    readonly own: ReadonlyMap<number, Uint8Array>,
    /** Keys by dealer. */
    readonly theirs: ReadonlyMap<number, Uint8Array>,
  ) {}

  /** One round: 16 bytes from every party to each of its expanders. */
  static async agree(mesh: Mesh, threshold: number, sessionId: Uint8Array, randomness: Randomness): Promise<PairSeeds> {
    const { self, parties } = mesh;
    const mine = expanders(self, parties, threshold);
    const seeds = new Map(mine.map((peer) => [peer, randomness.bytes(seedBytes)]));
    const dealers = mesh.peers.map(({ party }) => party).filter((party) => expanders(party, parties, threshold).includes(self));
    const received = await mesh.exchange(shamirProtocol, 'seed', (peer) => seeds.get(peer), (peer) => (dealers.includes(peer) ? seedBytes : undefined));
    const key = (seed: Uint8Array, dealer: number, expander: number): Uint8Array => {
      const hash = boundHash(shamirProtocol, 'seed', { sessionId, roles: [dealer, expander] }, seed);
      seed.fill(0);
      return hash.subarray(0, seedBytes);
    };
    return new PairSeeds(
      new Map([...seeds].map(([peer, seed]) => [peer, key(seed, self, peer)])),
      new Map(dealers.map((dealer) => [dealer, key(received[dealer]!, dealer, self)])),
    );
  }

  /** The streams of one exchange; its number is never used again. */
  streams(exchange: number): ExchangeStreams {
    return new ExchangeStreams(this, exchange);
  }

  wipe(): void {
    for (const key of [...this.own.values(), ...this.theirs.values()]) key.fill(0);
  }
}

/** Pseudorandom shares of one exchange, in the order in which both ends draw them. */
export class ExchangeStreams {
  readonly #open = new Map<Uint8Array, ReturnType<typeof openStream>>();

  constructor(readonly seeds: PairSeeds, readonly exchange: number) {}

  /** What expander `peer` gets of this party's dealing. */
  drawFor(peer: number, target: Uint8Array): void {
    this.#draw(this.seeds.own.get(peer)!, target);
  }

  /** What this party, an expander of `dealer`, gets of its dealing. */
  drawFrom(dealer: number, target: Uint8Array): void {
    this.#draw(this.seeds.theirs.get(dealer)!, target);
  }

  #draw(key: Uint8Array, target: Uint8Array): void {
    let stream = this.#open.get(key);
    if (!stream) this.#open.set(key, (stream = openStream(key, this.exchange)));
    draw(stream, target);
  }
}
