import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StockReport } from '#contract';
import { fileBytesOf } from './header.js';
import { setIdOf } from './set.js';
import { peek } from './set-ledger.js';
import { JOURNAL } from './shelf.js';
import type { SetState } from './state.js';

export type SetReport = StockReport['sets'][number];

/** What people are shown of a set: ids, counts and dates, never a share. */
export const setReport = ({ set, batches, discards }: SetState): SetReport => ({
  id: setIdOf(set), suite: set.suite, parties: set.parties.map(({ node }) => node), own: set.own, discards,
  batches: batches.map(({ header, next }) => ({
    batch: header.batch, kind: header.kind, ...(header.key !== undefined && { key: header.key }), count: header.count, left: header.count - next,
    bytes: fileBytesOf(header), assumption: header.assumption, createdAt: header.createdAt,
  })),
});

/** The stock of a node home as its journals tell it, without key or lock: its worker may be at work beside. */
export function peekStock(home: string): StockReport {
  const folder = join(home, 'stock');
  const sets = existsSync(folder) ? readdirSync(folder).filter((name) => /^[0-9a-f]{64}$/.test(name)).sort() : [];
  return { sets: sets.map((id) => peek(join(folder, id, JOURNAL))).filter((state) => state !== undefined).map(setReport) };
}
