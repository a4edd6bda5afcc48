import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DatasetDeclaration } from '#contract';
import { drawNoise, evaluateJoin, evaluateLocal, neededColumns, suiteValueBits, type DatasetDescriptor, type OwnJoinRows, type Plan, type Table } from '#program';
import { disclosedInputs, planVerified, type RowCounts, type VerifiedJob } from '#verify';
import { JobError } from './errors.js';

/**
 * Reads the named columns of an own dataset and checks every value against what is `registered`, which is what the other parties rely on.
 * Throws an error with a code CS05nn that names row and column, and no value.
 */
export type ReadTable = (declaration: DatasetDeclaration, request: { readonly registered: DatasetDescriptor; readonly columns: readonly string[] }) => Promise<Table>;

export interface OwnInputs {
  /** By dataset name. */
  readonly tables: ReadonlyMap<string, Table>;
  /** The noise inputs of this party by name: drawn for this attempt alone. Empty unless the job asks for privacy. Secret. */
  readonly noise: ReadonlyMap<string, BigUint64Array>;
  /** What the Accept has to state. */
  readonly rows: { readonly dataset: string; readonly rows: number }[];
}

/** Row counts that are not known yet count as one: enough to see which columns are needed and whether there is a plan at all. */
const assumedRows = (job: VerifiedJob, known?: { readonly node: string; readonly tables: ReadonlyMap<string, Table> }): RowCounts | undefined =>
  job.program.rowCounts === 'disclosed'
    ? job.spec.parties.flatMap((node) => disclosedInputs(job, node).map((dataset) => {
        const rows = node === known?.node ? known.tables.get(dataset)?.rows : undefined;
        return { node, dataset, ...(rows === undefined ? { rows: 1, assumed: true as const } : { rows }) };
      }))
    : undefined;

/** How long drawing takes depends on what is drawn; nobody sees more of it than this. */
const DRAW_GRAIN_MS = 50;

/** This party's noise from the coins of the operating system, drawn before a session starts and in a time that is rounded up. */
async function drawOwnNoise(plan: Plan, party: number): Promise<Map<string, BigUint64Array>> {
  if (!plan.privacy) return new Map();
  const started = performance.now();
  const noise = drawNoise(plan, party, { bytes: randomBytes });
  const spentMs = performance.now() - started;
  await delay(Math.ceil(spentMs / DRAW_GRAIN_MS) * DRAW_GRAIN_MS - spentMs);
  return noise;
}

/**
 * This node's inputs of a job, read, checked and drawn before it accepts, so that bad data refuses and no share exists yet.
 * @throws PlanError, JobError CS0741, and what `readTable` throws
 */
export async function readOwnInputs(job: VerifiedJob, { node, datasets, readTable }: { readonly node: string; readonly datasets: readonly DatasetDeclaration[]; readonly readTable: ReadTable }): Promise<OwnInputs> {
  const { plan } = planVerified(job, assumedRows(job));
  const party = plan.parties.indexOf(node);
  const tables = new Map<string, Table>();
  for (const [dataset, columns] of neededColumns(plan, party)) {
    const declaration = datasets.find(({ name }) => name === dataset);
    if (!declaration) throw new JobError('CS0741', `dataset \`${dataset}\` is registered but no longer declared in \`node.json\``);
    const registered = job.datasets.find((each) => each.node === node && each.name === dataset)!;
    tables.set(dataset, await readTable(declaration, { registered, columns }));
  }
  const rows = disclosedInputs(job, node).map((dataset) => ({ dataset, rows: tables.get(dataset)!.rows }));
  if (rows.length > 0) planVerified(job, assumedRows(job, { node, tables }));
  return { tables, rows, noise: await drawOwnNoise(plan, party) };
}

/** This party's table of the plan's join, if it has one. Secret; the caller wipes it. @throws PlanError CS0640 */
export const joinRows = (plan: Plan, party: number, { tables }: Pick<OwnInputs, 'tables'>): OwnJoinRows | undefined => evaluateJoin(plan, party, (dataset) => tables.get(dataset)!);

/** The elements of Z_2^64 that this party shares, by input name. Secret; the caller wipes them. */
export function ringInputs(plan: Plan, party: number, { tables, noise }: Pick<OwnInputs, 'tables' | 'noise'>): Map<string, BigUint64Array> {
  const own = plan.inputs.filter((input) => input.party === party);
  return new Map([...own.flatMap((input) => ('dataset' in input ? [[input.name, evaluateLocal(input, tables.get(input.dataset)!, suiteValueBits(plan.suite))] as const] : [])), ...noise]);
}
