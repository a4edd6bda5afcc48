/** What the reading process is asked and what it answers. Types only: the process loads nothing else of ours. */

export interface CandidateFile {
  /** Absolute, without links. */
  readonly path: string;
  readonly kind: 'csv' | 'parquet';
  /** The names by which a query may call it. */
  readonly names: readonly string[];
}

export interface ReadRequest {
  readonly from: { readonly file: CandidateFile } | { readonly sql: string; readonly files: readonly CandidateFile[] };
  readonly columns: readonly { readonly name: string; readonly as: 'number' | 'text' }[];
  /** One row more than this is an answer of its own, and nothing after it is read. */
  readonly maxRows: number;
  readonly memoryLimitMb: number;
}

/** A column as it is in the source. Blank fields are `null`; in `numbers` a bit of `blank` is set for each, and the number is 0. */
export type RawColumn = { readonly numbers: Float64Array; readonly blank: Uint8Array } | { readonly texts: readonly (string | null)[] };

/** Texts are cut at this length: no number and no category is longer. */
export const MAX_TEXT = 400;

export type ReadFailure =
  | { readonly failed: 'missing column' | 'column twice'; readonly column: string; readonly available: readonly string[] }
  | { readonly failed: 'column type'; readonly column: string; readonly type: string }
  | { readonly failed: 'too many rows' }
  | { readonly failed: 'unreadable' }
  | { readonly failed: 'damaged'; readonly line?: number; readonly file?: string }
  | { readonly failed: 'not one select' }
  /** `reason` is DuckDB's own words only where they speak of the query; never where they could quote data. */
  | { readonly failed: 'query'; readonly reason: string }
  | { readonly failed: 'no such table'; readonly table: string }
  | { readonly failed: 'denied' }
  | { readonly failed: 'memory' };

export type ReadReply = { readonly rows: number; readonly columns: readonly RawColumn[] } | ReadFailure;
