import type { ReaderProcesses } from '../data/index.js';
import { readRegisteredModel, readTable } from '../data/index.js';
import type { ReadTable } from './inputs.js';

/**
 * Reads rows from where the operator declared them, and holds them against what is registered: the declaration in `node.json` may have
 * changed since, and the other parties planned with the registration.
 */
export const ownTables = (processes: ReaderProcesses): ReadTable => async ({ name, base, from, sql }, { registered, columns }) => {
  if (registered.network) return readRegisteredModel({ dataset: name, from: from ?? '', baseDir: base }, registered.network);
  return readTable({
    dataset: name,
    source: from === undefined ? { sql: sql! } : { from },
    baseDir: base,
    columns: registered.columns,
    needed: columns,
    maxRows: registered.maxRows,
    processes,
  });
};
