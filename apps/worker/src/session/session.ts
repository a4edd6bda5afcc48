import { ProtocolAbort, runSession, type HeldOutputs, type Link, type StockPart } from '#mpc';
import { leastParties } from '#program/plans';
import type { Connection } from './carrier.js';
import { dial } from './dial.js';
import { SessionError } from './errors.js';
import type { FillOrder, FromSession, ListenOrder, OpenOrder, Phase, RunOrder, SessionDrawn, StockFailure } from './messages.js';
import { PeerListener } from './peer-listener.js';
import { ProgressTeller } from './progress-teller.js';
import { checkRoundTrips, measureLinks } from './round-trips.js';
import { SealedStream } from './sealed-stream.js';
import { SessionMaker } from './session-maker.js';
import { SessionStock } from './session-stock.js';
import { DEFAULT_LINK_TIMES, SessionLink, type LinkEnd, type LinkTimes } from './session-link.js';

export interface SessionTimes {
  readonly connectMs: number;
  /** How long this end stays for peers that are not done, once it is. */
  readonly lingerMs: number;
  readonly link: LinkTimes;
}
const DEFAULT_SESSION_TIMES: SessionTimes = { connectMs: 10_000, lingerMs: 10_000, link: DEFAULT_LINK_TIMES };
const PHASE_OF = { preparing: 'preprocessing', sharing: 'inputs', computing: 'online' } as const satisfies Record<string, Phase>;
/** How long a worker may take to say what it wishes to make, and how long a session makes stock at most. */
const WISH_MS = 5_000;
const FILL_MS = 600_000;
/** How long a party may still take to find out by itself, from what it has received, why a peer stopped. */
const CONCLUSION_MS = 500;

/**
 * One party's part in one attempt, from listening to the last byte: links to all peers, the protocol of libs/mpc, and what it tells its
 * worker. It ends exactly once, with `finished` or `aborted`, and `ended` resolves when its links are gone.
 */
export class Session {
  readonly ended: Promise<void>;
  readonly #links = new Map<number, SessionLink>();
  readonly #cancel = new AbortController();
  readonly #deadline: NodeJS.Timeout;
  #resolveEnded: () => void = () => undefined;
  /** Why peers are not there any more, by party. */
  readonly #gone = new Map<number, SessionError>();
  /** How many peers may go without ending the session here: none before the inputs are shared. */
  #spare = 0;
  #stock: SessionStock | undefined;
  /** From the end of the session on, while the same parties make stock. */
  #maker: SessionMaker | undefined;
  readonly #wished = Promise.withResolvers<FillOrder>();
  readonly #fillEnd = new AbortController();
  #held: HeldOutputs | undefined;
  #failure: SessionError | undefined;
  #over = false;
  #sharesSent = false;
  readonly #told: ProgressTeller;

  private constructor(
    private readonly order: ListenOrder,
    private readonly listener: PeerListener,
    private readonly send: (message: FromSession) => void,
    private readonly times: SessionTimes,
  ) {
    this.#told = new ProgressTeller((progress) => {
      const bytes = [...this.#links.values()].reduce((sum, link) => sum + link.bytesSent + link.bytesReceived, 0);
      this.send({ type: 'progress', ...progress, bytes });
    });
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    this.#deadline = setTimeout(() => this.#fail(new SessionError('CS0733', 'the session took longer than it may')), order.endInMs);
  }

  /** Listens for the peers of a lower index. @throws SessionError CS0732 */
  static async listen(order: ListenOrder, send: (message: FromSession) => void, times = DEFAULT_SESSION_TIMES): Promise<Session> {
    const { certificate, host, portRange, party } = order;
    const listener = await PeerListener.listen({
      certificate, host, ...(portRange && { portRange }), peers: order.peers.filter((peer) => peer.party < party),
      onRefused: (reason) => send({ type: 'refused', reason }),
    });
    send({ type: 'listening', port: listener.port });
    return new Session(order, listener, send, times);
  }

  /** Connects and computes up to the point where the outputs are held. */
  async run(order: RunOrder): Promise<void> {
    try {
      await this.#connect(order);
      if (this.#over) return;
      const measured = await measureLinks(this.#links, this.times.connectMs);
      if (this.#over) return;
      this.send({ type: 'measured', links: [...measured].map(([party, ms]) => ({ party, microseconds: Math.round(ms * 1_000) })) });
      checkRoundTrips(this.#links.keys(), measured, order.roundTripMs);
      this.#told.tell('preprocessing', 0, 1);
      if (order.stockOffer) this.#stock = new SessionStock(order.stockOffer, this.send, this.#cancel.signal);
      this.#held = await runSession({
        plan: order.plan,
        planDigest: order.planDigest,
        sessionId: order.sessionId,
        party: this.order.party,
        inputs: order.inputs,
        join: order.join,
        links: order.plan.parties.map((_, party) => this.#mpcLink(party)),
        ...(this.#stock && { stock: this.#stock }),
        signal: this.#cancel.signal,
        onProgress: ({ phase, done, total, stage }) => {
          if (phase === 'held') return this.#told.last();
          if (phase === 'agreeing') return;
          // What comes after preparation is not announced, so from here on a share may be on its way.
          this.#sharesSent = true;
          if (phase === 'computing' && done > 0) this.#spare = order.plan.parties.length - leastParties(order.plan.suite, order.plan.parties.length);
          this.#told.tell(PHASE_OF[phase], done, total, stage);
        },
      });
      if (this.#over) return this.#held.discard();
      this.send({ type: 'held' });
    } catch (error) {
      this.#fail(error);
    } finally {
      for (const input of [...order.inputs.values(), ...(order.join?.columns ?? [])]) input.fill(0n);
      order.join?.digests.fill(0);
    }
  }

  /** Opens the held outputs to the receivers, and hands out the own share where it is asked for. */
  async open({ to, share }: OpenOrder): Promise<void> {
    const held = this.#held;
    if (!held || this.#over) return;
    try {
      const own = share ? held.handOut() : undefined;
      const outputs = to.length > 0 ? await held.open(to) : undefined;
      if (this.#over) return;
      this.#over = true;
      clearTimeout(this.#deadline);
      this.send({ type: 'finished', ...(outputs && { outputs }), ...(own && { share: own }), stats: held.stats, transcript: held.transcript, without: [...this.#gone.keys()].sort((a, b) => a - b) });
      if (this.#stock) await this.#makeStock(held);
      await Promise.all([...this.#links.values()].map((link) => link.finish(this.times.lingerMs)));
      this.#resolveEnded();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The session is over and told: what goes wrong from here on costs what was not stored yet, and nobody is told. */
  async #makeStock(held: HeldOutputs): Promise<void> {
    const { signal } = this.#fillEnd;
    signal.addEventListener('abort', () => this.#closeLinks(), { once: true });
    const wait = setTimeout(() => this.#fillEnd.abort(), WISH_MS);
    let most: NodeJS.Timeout | undefined;
    try {
      const stopped = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('the filling was stopped')), { once: true }));
      const { wish } = await Promise.race([this.#wished.promise, stopped]);
      clearTimeout(wait);
      most = setTimeout(() => this.#fillEnd.abort(), FILL_MS);
      this.#maker = new SessionMaker(wish, this.send, signal);
      await held.makeStock(this.#maker);
    } catch {
      this.#closeLinks();
    } finally {
      clearTimeout(wait);
      clearTimeout(most);
    }
  }

  fill(order: FillOrder): void {
    this.#wished.resolve(order);
  }

  make(parts: readonly StockPart[]): void {
    this.#maker?.make(parts);
  }

  stored(): void {
    this.#maker?.stored();
  }

  drawn(drawn: SessionDrawn): void {
    this.#stock?.drawn(drawn);
  }

  notDrawn(failure: StockFailure): void {
    this.#stock?.notDrawn(failure);
  }

  /** The worker gave the attempt up. */
  stop(): void {
    this.#fillEnd.abort();
    this.#fail(new SessionError('CS0735', 'the session was stopped by its worker'));
  }

  async #connect({ endpoints, sessionId }: RunOrder): Promise<void> {
    const { party, peers, certificate, host } = this.order;
    const timeout = AbortSignal.any([AbortSignal.timeout(this.times.connectMs), this.#cancel.signal]);
    let connected = 0;
    this.#told.tell('connecting', 0, peers.length);
    const take = (peer: number, connection: Connection): void => {
      if (this.#over) return void connection.carrier.socket.destroy();
      const stream = new SealedStream(connection, { sessionId, self: party, peer, dialled: peer > party });
      this.#links.set(peer, new SessionLink(stream, (end) => this.#linkEnded(peer, end), this.times.link));
      this.#told.tell('connecting', ++connected, peers.length);
    };
    await Promise.all(
      peers.map(async ({ party: peer, linkKey }) => {
        const endpoint = endpoints.find((each) => each.party === peer);
        if (!endpoint) throw new SessionError('CS0730', `party ${peer} has no endpoint`, { blame: peer });
        take(peer, peer > party ? await dial(endpoint, linkKey, { certificate, own: host, signal: timeout }) : await this.#arrival(peer, timeout));
      }),
    );
    this.listener.close();
  }

  #arrival(peer: number, timeout: AbortSignal): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const late = (): void => reject(new SessionError('CS0730', `party ${peer} did not connect in time`, { blame: peer }));
      timeout.addEventListener('abort', late, { once: true });
      void this.listener.connectionOf(peer).then((connection) => {
        timeout.removeEventListener('abort', late);
        resolve(connection);
      });
    });
  }

  /** The protocol closes its links when it stops; what a peer is told then must name who is at fault, which only `#fail` knows. */
  #mpcLink(party: number): Link | undefined {
    const link = this.#links.get(party);
    return link && { write: (frame) => link.write(frame), read: () => link.read(), bulk: link.bulk, close: () => void setImmediate(() => link.close(this.#failure?.blame)) };
  }

  #linkEnded(peer: number, end: LinkEnd): void {
    if (end.kind === 'done') return; // What it owed has arrived, or reading it fails.
    if (end.kind === 'foreign') return this.#fail(new ProtocolAbort('CS0701', `party ${peer} runs another session or place`, { step: 'link', blame: peer }));
    if (end.kind === 'lost') {
      const lost = new SessionError('CS0737', `party ${peer} was lost: ${end.reason}`, { blame: peer });
      this.#gone.set(peer, lost);
      // The protocol finds out what it can do without.
      return this.#gone.size > this.#spare ? this.#fail(lost) : undefined;
    }
    const named = end.blame !== undefined && end.blame !== this.order.party && end.blame < this.order.peers.length + 1 ? { blame: end.blame } : {};
    const because = 'blame' in named ? ` because of party ${named.blame}` : '';
    const stopped = new SessionError('CS0736', `party ${peer} stopped the session${because}`, named);
    this.#gone.set(peer, stopped);
    if (this.#gone.size <= this.#spare) return;
    // A peer that stops for what all are about to see, such as a group that is too small, may only be faster.
    setTimeout(() => this.#fail(stopped), CONCLUSION_MS);
  }

  #fail(thrown: unknown): void {
    if (this.#over) return;
    // The protocol only sees that the link of a peer has ended.
    const ended = thrown instanceof ProtocolAbort && thrown.code === 'CS0702' && thrown.blame !== undefined ? this.#gone.get(thrown.blame) : undefined;
    const error = ended ?? thrown;
    this.#over = true;
    clearTimeout(this.#deadline);
    const known = error instanceof SessionError || error instanceof ProtocolAbort;
    const code = known ? error.code : ((error as { code?: string }).code?.match(/^CS\d{4}$/)?.[0] ?? 'CS0734');
    const blame = known ? error.blame : undefined;
    const reason = known || code !== 'CS0734' ? (error as Error).message : 'the session process failed';
    this.#failure = error instanceof SessionError ? error : new SessionError('CS0734', reason, { ...(blame === undefined ? {} : { blame }) });
    this.send({ type: 'aborted', code, reason, ...(blame === undefined ? {} : { blame }), sharesSent: this.#sharesSent });
    this.#cancel.abort();
    this.#held?.discard();
    this.listener.close();
    this.#closeLinks(blame);
    // The farewells leave first.
    setTimeout(this.#resolveEnded, this.#links.size > 0 ? 300 : 0);
  }

  #closeLinks(blame?: number): void {
    for (const link of this.#links.values()) link.close(blame);
  }
}
