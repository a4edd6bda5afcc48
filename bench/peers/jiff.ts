/** jiff-mpc's Shamir sharing: a server that relays, and three parties, each a process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { loadPeer } from './installed.js';

const argument = 'a party of jiff';
const parties = 3;

interface Share {
  smult(other: Share): Share;
  readonly value: unknown;
}
interface Client {
  preprocessing(operation: string, count: number): void;
  executePreprocessing(done: () => void): void;
  share_array(values: readonly number[]): Promise<Readonly<Record<number, readonly Share[]>>>;
  open_array(shares: readonly Share[]): Promise<readonly number[]>;
}
interface Jiff {
  readonly default: {
    readonly JIFFServer: new (server: unknown, options: object) => unknown;
    readonly JIFFClient: new (address: string, computation: string, options: object) => Client;
  };
}

export interface JiffRun {
  /** Milliseconds for what is made ahead, and for the products. */
  readonly aheadMs: number;
  readonly productsMs: number;
}

async function play(port: string, count: number): Promise<JiffRun> {
  const { JIFFClient } = (await loadPeer<Jiff>('jiff-mpc')).default;
  const client = await new Promise<Client>((resolve) => {
    new JIFFClient(`http://127.0.0.1:${port}`, 'bench', { party_count: parties, crypto_provider: false, onConnect: resolve });
  });
  const startedAt = performance.now();
  client.preprocessing('smult', count);
  client.preprocessing('open', 8);
  await new Promise<void>((resolve) => client.executePreprocessing(resolve));
  const shares = await client.share_array(Array.from({ length: count }, (_, i) => i + 1));
  const readyAt = performance.now();
  const products = Array.from({ length: count }, (_, i) => shares[1]![i]!.smult(shares[2]![i]!));
  await Promise.all(products.map(({ value }) => value));
  const doneAt = performance.now();
  const opened = await client.open_array(products.slice(0, 4));
  if (opened.join() !== '1,4,9,16') throw new Error('jiff-mpc multiplies wrongly');
  return { aheadMs: readyAt - startedAt, productsMs: doneAt - readyAt };
}

/** `count` products, all at once; the slowest party's times. */
export async function runJiff(count: number): Promise<JiffRun> {
  const { JIFFServer } = (await loadPeer<Jiff>('jiff-mpc')).default;
  const server = createServer();
  new JIFFServer(server, { logs: false });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const children = Array.from({ length: parties }, () => fork(fileURLToPath(import.meta.url), [argument, String(port), String(count)], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
  try {
    const found = await Promise.all(children.map(async (child) => ((await once(child, 'message')) as [JiffRun])[0]));
    return { aheadMs: Math.max(...found.map(({ aheadMs }) => aheadMs)), productsMs: Math.max(...found.map(({ productsMs }) => productsMs)) };
  } finally {
    for (const child of children) child.kill();
    server.closeAllConnections();
    server.close();
  }
}

if (process.argv[2] === argument && process.send) {
  process.send(await play(process.argv[3]!, Number(process.argv[4])));
}
