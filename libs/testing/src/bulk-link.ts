import { type Link, type Place, frameHeadBytes } from '#mpc';

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);

/** `link` as one that carries frames in two parts, between ends that share secrets; `end` tells them apart. */
export function bulkLink(link: Link, end: 0 | 1, keys: readonly [Uint8Array, Uint8Array] = [key(1), key(2)]): Link {
  let place: Place = () => undefined;
  return {
    write: (frame) => link.write(frame),
    read: () => link.read(),
    close: () => link.close(),
    bulk: {
      transcriptKeys: { sent: keys[end], received: keys[1 - end]! },
      placeBodies: (asked) => void (place = asked),
      write(head, body) {
        const frame = new Uint8Array(head.length + body.length);
        frame.set(head);
        frame.set(body, head.length);
        return link.write(frame);
      },
      async read() {
        const frame = await link.read();
        const [head, body] = [frame.subarray(0, frameHeadBytes), frame.subarray(frameHeadBytes)];
        const wanted = place(head, body.length);
        if (!wanted) return { head, body };
        wanted.set(body);
        return { head, body: wanted };
      },
    },
  };
}
