import { type Link } from '#mpc';

/** What becomes of one frame: any number of frames in its place, or the end of the link. */
export type Tamper = (frame: Uint8Array) => readonly Uint8Array[] | 'close';

/** `link` whose outgoing frames number `which` (from 0) goes through `tamper` on its way to the peer. */
export function tamperedLink(link: Link, which: number, tamper: Tamper): Link {
  let sent = 0;
  return {
    async write(frame) {
      const instead = sent++ === which ? tamper(frame) : [frame];
      if (instead === 'close') return link.close();
      for (const each of instead) await link.write(each);
    },
    read: () => link.read(),
    close: () => link.close(),
  };
}

/** `link` whose outgoing frame number `which` leaves after the one that follows it, if any does. */
export function reorderedLink(link: Link, which: number): Link {
  let sent = 0;
  let kept: Uint8Array | undefined;
  return {
    async write(frame) {
      if (sent++ === which) {
        kept = frame;
        return;
      }
      await link.write(frame);
      if (kept) await link.write(kept);
      kept = undefined;
    },
    read: () => link.read(),
    close: () => link.close(),
  };
}

/** `link` each of whose frames takes a time of its own, in milliseconds, and stays in its place. */
export function delayedLink(link: Link, delayOf: (frame: number) => number): Link {
  let sent = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    write(frame) {
      const delayMs = delayOf(sent++);
      const written = last.then(() => new Promise((wake) => setTimeout(wake, delayMs))).then(() => link.write(frame));
      last = written.catch(() => undefined);
      return written;
    },
    read: () => link.read(),
    close: () => link.close(),
  };
}

const withByte = (frame: Uint8Array, at: number): Uint8Array => {
  const copy = frame.slice();
  copy[at]! ^= 1;
  return copy;
};

/** The ways in which a frame can go wrong. The first byte of the body, or else of the header, is the one that is altered. */
export const tampers: Readonly<Record<'altered' | 'truncated' | 'lengthened' | 'withheld' | 'repeated' | 'header altered' | 'cut off', Tamper>> = {
  altered: (frame) => [withByte(frame, frame.length > 20 ? 20 : 4)],
  truncated: (frame) => [frame.slice(0, -1)],
  lengthened: (frame) => [Uint8Array.from([...frame, 0])],
  withheld: () => [],
  repeated: (frame) => [frame, frame],
  'header altered': (frame) => [withByte(frame, 12)],
  'cut off': () => 'close',
};
