/** The link of two parties in threads: TCP on loopback. */
import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { type Link } from '#mpc';
import { streamLink } from '#testing';

/** Who is given no port listens, tells the main thread where, and waits for the other. */
export async function pairLink(port: number | undefined): Promise<Link> {
  let socket: Socket;
  if (port === undefined) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    parentPort?.postMessage({ port: (server.address() as AddressInfo).port });
    [socket] = (await once(server, 'connection')) as [Socket];
    server.close();
  } else {
    socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
  }
  return streamLink(socket.setNoDelay(true));
}
