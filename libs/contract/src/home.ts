import { z } from 'zod';
import { NetworkSchema } from '#program';
import { decimalText } from './decimal.js';
import { Base64Url, ColumnName, Digest, Instant, JobId, Jws, KeyId, Line, MOST_DIGITS, Name, PersonName, Region, Tag } from './primitives.js';
import { DrawnCounts, MOST_DATASETS, Person } from './statements.js';

/** The files of a node home, which the CLI writes and the worker reads (and the other way round for results). */

/** Its decimal text is what is signed and registered. */
const Bound = z.number().refine((bound) => decimalText(bound).length <= MOST_DIGITS, `a bound is written with at most ${MOST_DIGITS} characters, without an exponent`);
const Range = { min: Bound, max: Bound };
const ordered = <T extends { min: number; max: number }>(range: T): boolean => range.min <= range.max;
/** What a column may hold, as people write it; values outside are refused before any share is made. */
export const ColumnRule = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('number'), ...Range }).refine(ordered, 'min is above max'),
  z.strictObject({ type: z.literal('integer'), min: z.int(), max: z.int() }).refine(ordered, 'min is above max'),
  z.strictObject({ type: z.literal('category'), values: z.array(Line(64).min(1)).min(1).max(256) }),
  /** Text that tells rows apart, and by which tables are joined. */
  z.strictObject({ type: z.literal('key') }),
], { error: ({ code }) => (code === 'invalid_union' ? 'a column has a `type`: `number`, `integer`, `category` or `key`' : undefined) });
export type ColumnRule = z.infer<typeof ColumnRule>;

/** Where a dataset's rows come from and what others may know of it. Exactly one of `from` and `sql`. */
const datasetShape = {
  /** A CSV or Parquet file, or the ONNX file of a model, relative to the declaring file. */
  from: z.string().min(1).max(1024).optional(),
  /** One `select` over the files of the declaring file's folder. */
  sql: z.string().min(1).max(16_384).optional(),
  tags: z.array(Tag).max(16).default([]),
  /** Public upper bound of the row count; the next power of two above the present count when absent. */
  maxRows: z.int().min(1).max(2 ** 32).optional(),
  columns: z.record(ColumnName, ColumnRule).default({}),
};
const oneSource = (dataset: { from?: string; sql?: string }): boolean => (dataset.from === undefined) !== (dataset.sql === undefined);
/** Whether it is a neural network: what its columns would say is in its file. */
export const isModel = ({ from }: { readonly from?: string | undefined }): boolean => from !== undefined && from.toLowerCase().endsWith('.onnx');
const declaresColumns = (dataset: { from?: string; columns: object; maxRows?: number }): boolean => (isModel(dataset) ? Object.keys(dataset.columns).length === 0 && dataset.maxRows === undefined : Object.keys(dataset.columns).length > 0);
const COLUMNS = 'a dataset declares at least one column, and a model (`.onnx`) neither columns nor rows';
export const DatasetRule = z.strictObject(datasetShape).refine(oneSource, 'a dataset has either `from` or `sql`').refine(declaresColumns, COLUMNS);
export type DatasetRule = z.infer<typeof DatasetRule>;

/** `base` is the absolute folder that `from` and `sql` are relative to, and the only one that they may read. */
export const DatasetDeclaration = z.strictObject({ name: Name, base: z.string().min(1), ...datasetShape }).refine(oneSource, 'a dataset has either `from` or `sql`').refine(declaresColumns, COLUMNS);
export type DatasetDeclaration = z.infer<typeof DatasetDeclaration>;

const PinnedControlPlane = z.strictObject({ url: z.string(), host: z.string(), port: z.int().min(1).max(65_535), linkKey: Base64Url(1952), logVkey: z.string(), origin: z.string() });

/** `node.json`. The control plane's keys are pinned here at `node init`. */
export const NodeFile = z.strictObject({
  v: z.literal(1),
  name: Name,
  region: Region,
  controlPlane: PinnedControlPlane,
  /** Where sessions listen for peers; any free port when there is no range. */
  listen: z.strictObject({ host: z.string(), portRange: z.tuple([z.int().min(1), z.int().max(65_535)]).optional() }),
  datasets: z.array(DatasetDeclaration).max(MOST_DATASETS),
  /** Who may sign for this node, as the next registration says. */
  people: z.array(Person).max(256).optional(),
});
export type NodeFile = z.infer<typeof NodeFile>;

/** `person.json`: somebody who signs for a node. The control plane's keys are pinned here at `person init`. */
export const PersonFile = z.strictObject({ v: z.literal(1), name: PersonName, node: Name, controlPlane: PinnedControlPlane });
export type PersonFile = z.infer<typeof PersonFile>;

/** `request.json` of a person's home: what her node registers of her, its roles aside. Key ids only. */
export const PersonRequest = z.strictObject({ v: z.literal(1), ...Person.omit({ roles: true }).shape, node: Name });
export type PersonRequest = z.infer<typeof PersonRequest>;

/** `peers.json`: node name → keys trusted for it, by first use, rotation, or `node trust`. */
export const PeersFile = z.record(Name, z.strictObject({
  approvalKid: KeyId, linkKid: KeyId, since: Instant,
  /** The newest registration seen; an older one is refused. Absent until one is seen. */
  version: z.int().min(1).optional(),
  /** Of its people by that registration: where a policy counts all who hold one, an offer without this node is refused. */
  roles: z.array(Name).readonly().optional(),
}));
export type PeersFile = z.infer<typeof PeersFile>;

/** `policies.json`: what this node's operator accepted, in that order; only the last entry counts. Read anew for every offer. */
export const AcceptedPoliciesFile = z.strictObject({ accepted: z.array(z.strictObject({ digest: Digest, version: z.int(), file: z.string(), at: Instant })) });
export type AcceptedPoliciesFile = z.infer<typeof AcceptedPoliciesFile>;

/**
 * `own-statements.json`: vetoes and withdrawals that were signed here, kept before they are handed in and until they expire. The worker of
 * this node counts them also when the control plane keeps them to itself.
 */
export const OwnStatementsFile = z.strictObject({
  statements: z.array(z.strictObject({ job: Digest, type: z.enum(['veto', 'withdrawal']), statement: Jws, expiresAt: Instant })),
});
export type OwnStatementsFile = z.infer<typeof OwnStatementsFile>;

/** `results/<job>.json`, only in the homes of receivers. */
export const ResultFile = z.strictObject({
  job: JobId,
  result: z.record(z.string(), z.unknown()),
  suite: z.string(),
  rounds: z.int(),
  bytes: z.strictObject({ sent: z.int(), received: z.int() }),
  seconds: z.strictObject({ offline: z.number(), online: z.number(), total: z.number() }),
  /** Out of this node's stock, where any were. */
  drawn: DrawnCounts.optional(),
  at: Instant,
});
export type ResultFile = z.infer<typeof ResultFile>;

/** What `apps/worker/src/inspect.ts --home HOME` prints: each declared dataset read and checked; codes and places, never values. */
export const DataReport = z.strictObject({
  datasets: z.array(z.strictObject({
    name: Name,
    /** Absent when the source could not be read. */
    rows: z.int().min(0).optional(),
    /** Of a model: what others may know of it. */
    network: NetworkSchema.optional(),
    problem: z.strictObject({ code: z.string(), message: z.string(), help: z.array(z.string()).default([]) }).optional(),
  })),
});
export type DataReport = z.infer<typeof DataReport>;
