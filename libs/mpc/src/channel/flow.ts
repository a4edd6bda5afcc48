import { labelOf } from './frame.js';
import { type Lane } from './peer.js';

/** One arrow of a protocol's figure. */
export interface Arrow {
  readonly from: string;
  readonly message: string;
}

/** The message flow of a two-role protocol, in order, exactly as the figure draws it. */
export interface Flow {
  /** Name and version, as every hash and label of the protocol binds it. */
  readonly protocol: string;
  readonly roles: readonly [string, string];
  readonly arrows: readonly Arrow[];
}

export type RoleOf<F extends Flow> = F['roles'][number];
export type SentBy<F extends Flow, R> = Extract<F['arrows'][number], { from: R }>['message'];
export type ReceivedBy<F extends Flow, R> = Exclude<F['arrows'][number], { from: R }>['message'];

export const defineFlow = <const F extends Flow>(flow: F): F => flow;

/** A lane that knows the figure: only the next arrow can cross it, and only in its direction. */
export class Channel<F extends Flow, R extends RoleOf<F>> {
  #next = 0;

  constructor(readonly flow: F, readonly role: R, readonly lane: Lane) {}

  async send(message: SentBy<F, R>, body: Uint8Array): Promise<void> {
    await this.lane.send(this.#cross(message), body);
  }

  /** The body of `message`, exactly `byteLength` bytes: both ends know all lengths beforehand. */
  async receive(message: ReceivedBy<F, R>, byteLength: number): Promise<Uint8Array> {
    return await this.lane.receive(this.#cross(message), byteLength);
  }

  /** As `receive`, into `target`, which is exactly as long as the body. */
  async receiveInto(message: ReceivedBy<F, R>, target: Uint8Array): Promise<void> {
    await this.lane.receiveInto(this.#cross(message), target);
  }

  /** Call last: every arrow of the figure was drawn. */
  finish(): void {
    if (this.#next !== this.flow.arrows.length) throw new Error(`${this.flow.protocol} ended before \`${this.flow.arrows[this.#next]!.message}\``);
  }

  #cross(message: string): ReturnType<typeof labelOf> {
    const arrow = this.flow.arrows[this.#next];
    if (arrow?.message !== message) throw new Error(`${this.flow.protocol}: \`${message}\` is not the next arrow`);
    this.#next += 1;
    return labelOf(this.flow.protocol, message);
  }
}
