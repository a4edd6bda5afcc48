import type { ReaderProcesses } from '../data/index.js';
import { readTable } from '../data/index.js';
import type { ReadTable } from './inputs.js';

/**
 * Reads rows from where the operator declared them, and holds them against what is registered: the declaration in `node.json` may have
 * changed since, and the other parties planned with the registration.
 */
export const ownTables = (processes: ReaderProcesses): ReadTable => ({ name, base, from, sql }, { registered, columns }) =>
  readTable({
    dataset: name,
    source: from === undefined ? { sql: sql! } : { from },
    baseDir: base,
    columns: registered.columns,
    needed: columns,
    maxRows: registered.maxRows,
    processes,
  });
