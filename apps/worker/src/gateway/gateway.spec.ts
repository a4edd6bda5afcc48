import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import type { FromWorker, ToWorker } from '#contract';
import { linkServerOptions, selfSignedCertificate, SigningKey } from '#pqc';
import { ReportFiles } from '../node-home/report-files.js';
import { Gateway, type GatewayEvents, type Order } from './gateway.js';

const certificateOf = (key: SigningKey) => {
  const now = Date.now();
  return selfSignedCertificate(key, { commonName: 'test', notBefore: new Date(now - 60_000), notAfter: new Date(now + 3_600_000) });
};
const key = SigningKey.generate('ML-DSA-65');
const worker = certificateOf(SigningKey.generate('ML-DSA-65'));
const job = `job_${'a'.repeat(20)}`;

let folder: string;
let server: Server;
let port: number;
let connections: { socket: WebSocket; messages: FromWorker[] }[];
let gateway: Gateway | undefined;

/** A control plane whose every step the test takes; without `answersPings` it looks alive to TCP alone. */
async function serve(answersPings = true): Promise<void> {
  server = createServer(linkServerOptions(certificateOf(key)));
  const sockets = new WebSocketServer({ server, autoPong: answersPings });
  sockets.on('connection', (socket) => {
    const connection = { socket, messages: [] as FromWorker[] };
    connections.push(connection);
    socket.on('message', (data: Buffer) => connection.messages.push(JSON.parse(data.toString()) as FromWorker));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
}
const send = (message: ToWorker | string, at = connections.length - 1): void =>
  connections[at].socket.send(typeof message === 'string' ? message : JSON.stringify(message));
const welcome = (): void => send({ type: 'welcome', node: 'Bank A', now: new Date().toISOString() });

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; !holds(); ) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((wake) => setTimeout(wake, 10));
  }
}

interface Heard {
  readonly orders: Order[];
  readonly down: { code: string; reason: string }[];
}
function start(linkKey: Uint8Array = key.publicKey): Heard {
  const heard: Heard = { orders: [], down: [] };
  const events: GatewayEvents = {
    onWelcome: () => undefined, onOrder: (order) => heard.orders.push(order), onDown: (down) => heard.down.push(down), onNotKept: () => undefined,
    openAttempts: () => [{ job, attempt: 1 }],
  };
  mkdirSync(join(folder, 'reports'), { recursive: true });
  gateway = new Gateway({
    address: { host: '127.0.0.1', port, linkKey }, certificate: worker, reports: new ReportFiles(join(folder, 'reports')), events,
    times: { connectMs: 60_000, pingMs: 30, silenceMs: 200 }, backoff: { firstMs: 10, soonMs: 50, laterMs: 50 },
  });
  gateway.start();
  return heard;
}
const connected = (count: number): Promise<void> => until(`${count} connections`, () => connections.length >= count && connections[count - 1].messages.length > 0);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-gateway-'));
  connections = [];
  await serve();
});
afterEach(async () => {
  gateway?.stop();
  for (const { socket } of connections) socket.terminate();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

test('the first message says which attempts run here, and reports wait for the welcome', async () => {
  start();
  gateway!.report({ type: 'running', job, attempt: 1 });
  await connected(1);
  expect(connections[0].messages).toMatchObject([{ type: 'hello', sessions: [{ job, attempt: 1 }] }]);
  welcome();
  await until('the report', () => connections[0].messages.length === 2);
  expect(connections[0].messages[1]).toMatchObject({ type: 'running', job, attempt: 1 });
});

test('a report is sent again after every reconnect, also by the next process, until it is acknowledged', async () => {
  start();
  gateway!.report({ type: 'running', job, attempt: 1 });
  gateway!.report({ type: 'held', job, attempt: 1, plan: 'a'.repeat(64) });
  for (const count of [1, 2]) {
    await connected(count);
    welcome();
    await until('both reports', () => connections[count - 1].messages.length === 3);
    connections[count - 1].socket.terminate();
  }
  gateway!.stop();
  start();
  await until('the next process', () => connections.length >= 3 && connections.at(-1)!.messages.length === 1);
  welcome();
  await until('both reports', () => connections.at(-1)!.messages.length === 3);
  const reports = connections.at(-1)!.messages.slice(1);
  expect(reports.map(({ type }) => type)).toEqual(['running', 'held']);
  expect(connections[0].messages.slice(1)).toEqual(reports);
  for (const { id } of reports) send({ type: 'ack', id });
  await until('nothing left', () => readdirSync(join(folder, 'reports')).length === 0);
});

test('progress is told to whoever listens and not kept', async () => {
  start();
  gateway!.progress({ type: 'progress', job, attempt: 1, phase: 'online', done: 1, of: 2, bytes: 3 });
  await connected(1);
  welcome();
  send({ type: 'open', job, attempt: 1 });
  await new Promise((wake) => setTimeout(wake, 50));
  expect(connections[0].messages.map(({ type }) => type)).toEqual(['hello']);
});

test('a connection without a sign of life is replaced', async () => {
  await new Promise((resolve) => server.close(resolve));
  await serve(false);
  const { down } = start();
  await connected(1);
  await connected(2);
  expect(down[0]).toMatchObject({ code: 'CS0721', reason: 'no sign of life' });
});

test('a connection is kept where it was this end that was held up', async () => {
  const { down } = start();
  await connected(1);
  welcome();
  // Both ends are in this process: nothing is sent or answered meanwhile.
  for (let i = 0; i < 3; i++) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    await new Promise((wake) => setTimeout(wake, 50));
  }
  expect([down, connections.length]).toEqual([[], 1]);
});

test.each([['no JSON', 'hello'], ['an unknown message', '{"type":"reboot"}'], ['an unknown field', `{"type":"open","job":"${job}","attempt":1,"to":"me"}`]])('%s ends the connection', async (_, text) => {
  const { down, orders } = start();
  await connected(1);
  send(text);
  await connected(2);
  expect(down[0].reason).toBe('a message that is not of the gateway');
  expect(orders).toEqual([]);
});

test('a message above the limit ends the connection', async () => {
  start();
  await connected(1);
  send(`"${'x'.repeat(16 * 1024 * 1024 + 1)}"`);
  await connected(2);
});

test('another key than the pinned one gets no request', async () => {
  const { down } = start(SigningKey.generate('ML-DSA-65').publicKey);
  await until('three tries', () => down.length >= 3);
  expect(down.every(({ code }) => code === 'CS0722')).toBe(true);
  expect(connections).toEqual([]);
});
