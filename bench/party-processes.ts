/** The parties of a protocol as processes of their own, with a session's links between every two of them, over a network of choice. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SessionLink } from '../apps/worker/src/session/session-link.js';
import { type NetworkName, type Relay, networks, relayTo } from './network.js';
import { type LinkKind, type Seat, seatsOf, takeSeat } from './session-links.js';

const argument = 'a party of a benchmark';

export interface Company {
  readonly parties: number;
  /** Default: sealed, as workers have them. */
  readonly links?: LinkKind;
  /** Default: lan. */
  readonly network?: NetworkName;
}

/** What one party's process found. */
export interface Found<T> {
  readonly value: T;
  /** The most memory that its process ever took, code and runtime included. */
  readonly peakMiB: number;
}

interface Call<Task> {
  readonly seat: Seat;
  readonly kind: LinkKind;
  readonly task: Task;
}

/** What a party plays. */
export interface Part<Task> {
  readonly party: number;
  readonly task: Task;
  /** By party index, the own place undefined. */
  readonly links: readonly (SessionLink | undefined)[];
  /** From the moment when all listened until this party's links stood. */
  readonly meeting: { readonly ms: number; readonly bytes: number };
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const failed = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`a party ended early: ${code ?? signal}`);
  });
  failed.catch(() => undefined);
  const [message] = (await Promise.race([once(child, 'message'), failed])) as [T];
  return message;
}

/** Starts the module `url` once for each party with a copy of `task`, and returns what each of their `asParty` returned. */
export async function runPartyProcesses<Task, T>(url: string, { parties, links = 'sealed', network = 'lan' }: Company, task: Task): Promise<Found<T>[]> {
  const children = Array.from({ length: parties }, () => fork(fileURLToPath(url), [argument], { serialization: 'advanced', execArgv: [] }));
  const relays: Relay[] = [];
  try {
    const seats = seatsOf(parties, links);
    children.forEach((child, party) => child.send({ seat: seats[party]!, kind: links, task } satisfies Call<Task>));
    const ports = await Promise.all(children.map((child) => answer<number>(child)));
    const findings = children.map((child) => answer<Found<T>>(child));
    for (const [party, child] of children.entries()) {
      // Each pair has a line of its own: whoever dials, the lower index, reaches the other through a relay.
      const reached = await Promise.all(ports.map(async (port, peer) => {
        if (peer <= party) return port;
        const relay = await relayTo(port, networks[network]);
        relays.push(relay);
        return relay.port;
      }));
      child.send(reached);
    }
    return await Promise.all(findings);
  } finally {
    for (const relay of relays) relay.close();
    await Promise.all(children.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    }));
  }
}

/** Where this process was started as a party, plays it; call last in the module. */
export async function asParty<Task, T>(play: (part: Part<Task>) => Promise<T>): Promise<void> {
  if (process.argv[2] !== argument || !process.send) return;
  process.once('disconnect', () => process.exit());
  const [{ seat, kind, task }] = (await once(process, 'message')) as [Call<Task>];
  const taken = await takeSeat(seat, kind);
  const meeting = once(process, 'message') as Promise<[number[]]>;
  process.send(taken.port);
  const [ports] = await meeting;
  const startedAt = performance.now();
  const { links, bytes } = await taken.meet(ports);
  const value = await play({ party: seat.party, task, links, meeting: { ms: performance.now() - startedAt, bytes } });
  process.send({ value, peakMiB: process.resourceUsage().maxRSS / 1024 } satisfies Found<T>);
}
