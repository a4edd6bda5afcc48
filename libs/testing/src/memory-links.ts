import { type Link } from '#mpc';

/** Frames that one direction holds before `write` waits: few, so that tests meet back-pressure. */
const roomFrames = 4;

/** One direction of a link. */
class Pipe {
  readonly #frames: Uint8Array[] = [];
  readonly #wakeReader: (() => void)[] = [];
  readonly #wakeWriter: (() => void)[] = [];
  #closed = false;

  async write(frame: Uint8Array): Promise<void> {
    if (this.#closed) throw new Error('the link is closed');
    this.#frames.push(frame);
    this.#wakeReader.shift()?.();
    while (this.#frames.length > roomFrames && !this.#closed) await new Promise<void>((wake) => this.#wakeWriter.push(wake));
  }

  async read(): Promise<Uint8Array> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame) {
        this.#wakeWriter.shift()?.();
        return frame;
      }
      if (this.#closed) throw new Error('the link is closed');
      await new Promise<void>((wake) => this.#wakeReader.push(wake));
    }
  }

  close(): void {
    this.#closed = true;
    for (const wake of [...this.#wakeReader.splice(0), ...this.#wakeWriter.splice(0)]) wake();
  }
}

/** `links[i][j]` is party i's end of its link to party j, all in this process; frames already written can be read after a close. */
export function memoryLinks(parties: number): (Link | undefined)[][] {
  const pipes = Array.from({ length: parties }, () => Array.from({ length: parties }, () => new Pipe()));
  return pipes.map((row, i) =>
    row.map((outgoing, j): Link | undefined => {
      if (i === j) return undefined;
      const incoming = pipes[j]![i]!;
      const close = (): void => {
        outgoing.close();
        incoming.close();
      };
      return { write: (frame) => outgoing.write(frame), read: () => incoming.read(), close };
    }),
  );
}
