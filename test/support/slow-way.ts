import { once } from 'node:events';
import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const host = '127.0.0.1';

/** A way to `port` that takes `eachWayMs` longer; its own port, and how it is closed. */
export async function slowWay(port: number, eachWayMs: number): Promise<{ readonly port: number; close(): void }> {
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (bytes) => void setTimeout(() => to.writable && to.write(bytes), eachWayMs));
    from.on('close', () => void setTimeout(() => to.destroy(), eachWayMs));
    from.on('error', () => undefined);
  };
  const proxy: Server = createServer((near) => {
    const far = createConnection({ host, port });
    pass(near, far);
    pass(far, near);
  }).listen(0, host);
  await once(proxy, 'listening');
  return { port: (proxy.address() as AddressInfo).port, close: () => void proxy.close() };
}
