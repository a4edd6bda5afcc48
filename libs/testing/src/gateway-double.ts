import { createServer, type Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { WebSocketServer, type WebSocket } from 'ws';
import { FromWorker, type ToWorker } from '#contract';
import { linkServerOptions, peerLinkKey, selfSignedCertificate, type SigningKey } from '#pqc';

type Waiter = { readonly fits: (node: string, message: FromWorker) => boolean; resolve(message: FromWorker): void };
const WAIT_MS = 90_000;

/**
 * The worker gateway of a control plane without the control plane: post-quantum mutual TLS, one WebSocket per node, every report acknowledged
 * and kept until a spec asks for it.
 */
export class GatewayDouble {
  readonly #server: Server;
  readonly #sockets = new Map<string, WebSocket>();
  readonly #received: { readonly node: string; readonly message: FromWorker }[] = [];
  readonly #waiters: Waiter[] = [];
  readonly #seen = new Set<string>();
  /** Whether reports are acknowledged. */
  acknowledges = true;

  private constructor(key: SigningKey, private readonly nameOf: (linkKey: Uint8Array) => string | undefined) {
    const now = Date.now();
    const certificate = selfSignedCertificate(key, { commonName: 'control-plane', notBefore: new Date(now - 60_000), notAfter: new Date(now + 3_600_000) });
    this.#server = createServer(linkServerOptions(certificate));
    const sockets = new WebSocketServer({ server: this.#server, path: '/v1/gateway', maxPayload: 16 * 1024 * 1024 });
    sockets.on('connection', (socket, request) => this.#welcome(socket, request.socket as TLSSocket));
  }

  static async start(key: SigningKey, nameOf: (linkKey: Uint8Array) => string | undefined, port = 0): Promise<GatewayDouble> {
    const gateway = new GatewayDouble(key, nameOf);
    await new Promise<void>((resolve, reject) => gateway.#server.once('error', reject).listen(port, '127.0.0.1', resolve));
    return gateway;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  isConnected(node: string): boolean {
    return this.#sockets.has(node);
  }

  send(node: string, message: ToWorker): void {
    const socket = this.#sockets.get(node);
    if (!socket) throw new Error(`${node} is not connected`);
    socket.send(JSON.stringify(message));
  }

  /** The next message of this type from a node that no spec has taken yet; of this job alone, where one is named. */
  next<T extends FromWorker['type']>(node: string, type: T, job?: string): Promise<Extract<FromWorker, { type: T }>> {
    const fits = (from: string, message: FromWorker): boolean => from === node && message.type === type && (job === undefined || ('job' in message && message.job === job));
    const index = this.#received.findIndex((each) => fits(each.node, each.message));
    const taken = index < 0 ? undefined : this.#received.splice(index, 1)[0].message;
    return new Promise((resolve, reject) => {
      if (taken) return resolve(taken as Extract<FromWorker, { type: T }>);
      const others = (): string => this.#received.filter((each) => each.node === node).map(({ message }) => JSON.stringify(message).slice(0, 300)).join('\n');
      const timer = setTimeout(() => reject(new Error(`${node} did not send \`${type}\`, but:\n${others()}`)), WAIT_MS);
      this.#waiters.push({ fits, resolve: (message) => (clearTimeout(timer), resolve(message as Extract<FromWorker, { type: T }>)) });
    });
  }

  /** As when the process is killed: every connection breaks. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets.values()) socket.terminate();
    this.#sockets.clear();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #welcome(socket: WebSocket, link: TLSSocket): void {
    const node = this.nameOf(peerLinkKey(link));
    if (node === undefined) return socket.terminate();
    this.#sockets.set(node, socket);
    socket.on('message', (data: Buffer) => this.#receive(node, socket, FromWorker.parse(JSON.parse(data.toString()))));
    socket.on('close', () => this.#sockets.get(node) === socket && this.#sockets.delete(node));
    socket.on('error', () => undefined);
    socket.send(JSON.stringify({ type: 'welcome', node, now: new Date().toISOString() } satisfies ToWorker));
  }

  #receive(node: string, socket: WebSocket, message: FromWorker): void {
    if (this.acknowledges) socket.send(JSON.stringify({ type: 'ack', id: message.id } satisfies ToWorker));
    if (this.#seen.has(message.id)) return;
    this.#seen.add(message.id);
    const index = this.#waiters.findIndex(({ fits }) => fits(node, message));
    if (index >= 0) this.#waiters.splice(index, 1)[0].resolve(message);
    else this.#received.push({ node, message });
  }
}
