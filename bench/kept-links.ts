/** Links between two parties in one thread that carry frames as a session's links do: bodies go where they are wanted, and what is under way lies in memory that is kept, as a socket's does. */
import { type BulkLink, type FrameParts, type Link, type Place } from '#mpc';

/** Frames that one direction holds before `write` waits. */
const roomFrames = 4;
const keys = { one: new Uint8Array(32).fill(1), other: new Uint8Array(32).fill(2) };

/** One direction. */
class Pipe {
  readonly #frames: { readonly head: Uint8Array; readonly held: Uint8Array; readonly bytes: number }[] = [];
  readonly #spare: Uint8Array[] = [];
  #wakeReader = (): void => undefined;
  readonly #wakeWriters: (() => void)[] = [];
  place: Place = () => undefined;

  async write(head: Uint8Array, body: Uint8Array): Promise<void> {
    let held = this.#spare.pop();
    if (!held || held.length < body.length) held = new Uint8Array(body.length);
    held.set(body);
    this.#frames.push({ head, held, bytes: body.length });
    this.#wakeReader();
    while (this.#frames.length > roomFrames) await new Promise<void>((wake) => this.#wakeWriters.push(wake));
  }

  async read(): Promise<FrameParts> {
    while (this.#frames.length === 0) await new Promise<void>((wake) => (this.#wakeReader = wake));
    const { head, held, bytes } = this.#frames.shift()!;
    this.#wakeWriters.shift()?.();
    const body = this.place(head, bytes) ?? new Uint8Array(bytes);
    body.set(held.subarray(0, bytes));
    this.#spare.push(held);
    return { head, body };
  }
}

const unused = (): never => {
  throw new Error('a link of two parts');
};

/** The two ends of one link. */
export function keptLinks(): [Link, Link] {
  const [there, back] = [new Pipe(), new Pipe()];
  const end = (out: Pipe, into: Pipe, transcriptKeys: BulkLink['transcriptKeys']): Link => ({
    write: unused,
    read: unused,
    close: () => undefined,
    bulk: { transcriptKeys, write: (head, body) => out.write(head, body), read: () => into.read(), placeBodies: (place) => void (into.place = place) },
  });
  return [end(there, back, { sent: keys.one, received: keys.other }), end(back, there, { sent: keys.other, received: keys.one })];
}
