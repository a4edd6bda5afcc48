import { fileURLToPath } from 'node:url';
import { type Logger, pino } from 'pino';
import { assertRuntime } from '#pqc';
import { readConfig } from './config.js';
import { ReaderProcesses } from './data/index.js';
import { ownTables } from './jobs/own-table.js';
import { NodeHome } from './node-home/home.js';
import { openStock, STOCK_ERRORS, type Stock, type StockOptions } from './stock/index.js';
import { Worker } from './worker.js';

/** Starts a node's worker. Exit codes: 0 after SIGTERM, SIGINT or the parent's end, 1 when it cannot start. */
function main(): void {
  assertRuntime();
  const config = readConfig(process.argv.slice(2), process.env);
  // A session process and a reader of data inherit the environment; the passphrase ends here.
  delete process.env.COUNTERSIGN_NODE_PASSPHRASE;
  const log = pino({ level: config.logLevel, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
  const home = NodeHome.open(config.home, { now: new Date(), ...(config.passphrase !== undefined && { passphrase: config.passphrase }) });
  const stock = stockOf(home, config.stock, log);
  const readers = new ReaderProcesses();
  const worker = new Worker({
    home, readTable: ownTables(readers), log: log.child({ node: home.node.name }), ...(stock && { stock, stockSessions: config.stock.sessions }),
    sessionMain: fileURLToPath(new URL('./session/main.js', import.meta.url)),
    onWelcome: () => process.send?.({ type: 'ready' }),
  });

  let stopping = false;
  const stop = (why: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ why }, 'stopping');
    readers.close();
    void worker.stop().then(() => stock?.close()).finally(() => process.exit(0));
  };
  process.on('uncaughtException', (error) => {
    // Our bug: where it is helps, its words could quote anything.
    log.fatal({ code: 'CS0746', at: error.stack?.split('\n').slice(1, 6) }, 'unexpected error');
    process.exit(1);
  });
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  if (config.withParent) process.on('disconnect', () => stop('the parent is gone'));
  worker.start();
}

/** Without a stock sessions make all correlations themselves, so that it cannot be used stops nothing. */
function stockOf(home: NodeHome, options: StockOptions, log: Logger): Stock | undefined {
  try {
    return openStock(home, { ...options, onDiscard: (event) => log.warn({ ...event, why: (STOCK_ERRORS as Readonly<Record<string, string>>)[event.code] }, 'stock discarded') });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    log.error({ code: code ?? 'CS0746', reason: message }, 'the stock cannot be used');
    return undefined;
  }
}

try {
  main();
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  process.stderr.write(`error[${code ?? 'CS0746'}]: ${message}\n`);
  process.exit(1);
}
