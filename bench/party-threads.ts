/** Parties of a protocol as threads of this process, with TCP on loopback between every two of them. */
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { type MessagePort, Worker } from 'node:worker_threads';
import { type Link } from '#mpc';
import { streamLink } from '#testing';

/** Links of one party, by party index: called in its thread, while `runParties` runs in the main one. */
export async function linksOf(party: number, parties: number, port: MessagePort): Promise<Link[]> {
  const links: Link[] = [];
  const accepted = new Map<number, Socket>();
  const server = createServer((socket) => socket.once('readable', () => accepted.set((socket.read(1) as Uint8Array)[0]!, socket))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port.postMessage((server.address() as AddressInfo).port);
  const [ports] = (await once(port, 'message')) as [number[]];
  for (let peer = 0; peer < party; peer++) {
    const socket = connect({ port: ports[peer]!, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    socket.write(Uint8Array.of(party));
    links[peer] = streamLink(socket);
  }
  while (accepted.size < parties - 1 - party) await new Promise((wake) => setTimeout(wake, 5));
  for (const [peer, socket] of accepted) links[peer] = streamLink(socket.setNoDelay(true));
  server.close();
  return links;
}

/** Starts `url` as a thread for each party, whose `workerData` is its index, and returns what each posted once it had its links, by name. */
export async function runParties<T extends { readonly name: string }>(url: string, parties: number): Promise<Map<string, T>[]> {
  const workers = Array.from({ length: parties }, (_, party) => new Worker(new URL(url), { workerData: party }));
  const ports = await Promise.all(workers.map(async (worker) => ((await once(worker, 'message')) as [number])[0]));
  const measured = workers.map(() => new Map<string, T>());
  const done = workers.map((worker, party) => {
    worker.on('message', (message: T) => measured[party]!.set(message.name, message));
    return once(worker, 'exit');
  });
  for (const worker of workers) worker.postMessage(ports);
  await Promise.all(done);
  return measured;
}
