/**
 * Networks between the parties of a benchmark: loopback as it is, or a relay in user space that holds bytes back as long as a line of that
 * round trip and rate would. It stands in for `tc netem`, which the kernels of small machines often lack, and differs from it in this: every
 * connection has the whole rate, in each direction; the rate holds from the first byte (TCP does not start slowly); nothing is lost. Timers
 * wake up to a millisecond late, so a benchmark measures the round trip that it got and reports it.
 */
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

const host = '127.0.0.1';

export interface Network {
  /** As rows of results say it. */
  readonly name: string;
  readonly roundTripMs: number;
  readonly megabitsPerSecond: number;
}

export const networks = {
  lan: { name: 'loopback', roundTripMs: 0, megabitsPerSecond: Infinity },
  metro: { name: '10 ms, 100 Mbit/s by a relay', roundTripMs: 10, megabitsPerSecond: 100 },
  wan: { name: '50 ms, 100 Mbit/s by a relay', roundTripMs: 50, megabitsPerSecond: 100 },
} as const satisfies Record<string, Network>;
export type NetworkName = keyof typeof networks;

/** What a relay holds beyond what is under way, as a router's queue: then its sender is not read. */
const queueBytes = 256 * 1024;

/** Takes what comes out of `from` into `to`, late. */
function carry(from: Socket, to: Socket, { roundTripMs, megabitsPerSecond }: Network, beginsInMs: number): void {
  const bytesPerMs = megabitsPerSecond * 125;
  const most = bytesPerMs * roundTripMs + queueBytes;
  const line: { readonly chunk: Uint8Array; readonly arrivesAt: number }[] = [];
  let held = 0;
  let freeAt = performance.now() + beginsInMs;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const deliver = (): void => {
    timer = undefined;
    while (line.length > 0 && line[0]!.arrivesAt <= performance.now()) {
      const { chunk } = line.shift()!;
      held -= chunk.length;
      to.write(chunk);
    }
    if (held < most && to.writableLength < queueBytes) from.resume();
    if (line.length > 0) timer = setTimeout(deliver, Math.max(0, line[0]!.arrivesAt - performance.now()));
    else if (ended) to.end();
  };
  from.on('data', (chunk: Uint8Array) => {
    freeAt = Math.max(freeAt, performance.now()) + chunk.length / bytesPerMs;
    line.push({ chunk, arrivesAt: freeAt + roundTripMs / 2 });
    held += chunk.length;
    if (held >= most || to.writableLength >= queueBytes) from.pause();
    timer ??= setTimeout(deliver, line[0]!.arrivesAt - performance.now());
  });
  to.on('drain', deliver);
  from.on('end', () => {
    ended = true;
    if (line.length === 0) to.end();
  });
  from.on('error', () => to.destroy());
  from.on('close', () => {
    if (line.length > 0 && !ended) clearTimeout(timer);
    if (!ended) to.destroy();
  });
}

export interface Relay {
  readonly port: number;
  close(): void;
}

/** A port on loopback behind which `port` is as far away as the network says. */
export async function relayTo(port: number, network: Network): Promise<Relay> {
  if (network.roundTripMs === 0 && network.megabitsPerSecond === Infinity) return { port, close: () => undefined };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ host, port, noDelay: true, allowHalfOpen: true });
    // The dialler's own handshake took no time, so what it says first leaves a round trip later.
    carry(near, far, network, network.roundTripMs);
    carry(far, near, network, 0);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}
