import { DatabaseSync } from 'node:sqlite';
import { StockError } from './errors.js';

/**
 * Keeps every other process out of a folder until it is let go or this process ends, however it ends. Node opens no lock of the operating
 * system by itself, but SQLite does; its database stays empty. A file with a process id could not be taken over without a race.
 * @throws StockError CS0760
 */
export function lockFolder(path: string): () => void {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw new StockError('CS0760', `another process uses \`${path}\``, { cause });
  }
  return () => database.close();
}
