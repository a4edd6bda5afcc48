import { z } from 'zod';
import { Digest, Instant, Name } from './primitives.js';

/** What `apps/worker/src/inspect-stock.ts --home HOME` prints: correlations made beforehand, by who shares them. Ids, counts and dates, never a share. */
export const StockReport = z.strictObject({
  sets: z.array(z.strictObject({
    id: Digest,
    suite: z.string(),
    /** In their order; `own` is the place of this node. */
    parties: z.array(Name),
    own: z.int().min(0),
    /** In the order in which they were stored. */
    batches: z.array(z.strictObject({
      batch: Digest,
      kind: z.string(),
      key: Digest.optional(),
      count: z.int().min(1),
      left: z.int().min(0),
      bytes: z.int().min(0),
      assumption: z.string(),
      createdAt: Instant,
    })),
    /** The last few times that records were thrown away unused. */
    discards: z.array(z.strictObject({ at: Instant, code: z.string(), batches: z.int().min(0), records: z.int().min(0) })),
  })),
});
export type StockReport = z.infer<typeof StockReport>;
