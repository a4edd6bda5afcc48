import { type ColumnDeclaration, type PlanRequest, type Table } from '#program';

export type Columns = Readonly<Record<string, readonly number[] | readonly string[]>>;

const NODES = ['A', 'B', 'C', 'D', 'E'];

type Declared = Readonly<Record<string, ColumnDeclaration>>;

/** The i-th of so many parts of rows, dealt like cards. */
function dealt(columns: Columns, declared: Declared, parts: number, part: number): Table {
  const own = <T>(values: readonly T[]): T[] => values.filter((_, i) => i % parts === part);
  const entries = Object.entries(columns).map(([name, values]) =>
    [name, declared[name]?.type === 'category' || declared[name]?.type === 'key' ? own(values as readonly string[]) : Float64Array.from(own(values as readonly number[]))] as const);
  return { rows: own<unknown>(Object.values(columns)[0] ?? []).length, columns: Object.fromEntries(entries) };
}

export interface RowsJob {
  readonly request: PlanRequest;
  tableOf(node: string): Table;
}

export interface RowsJobOptions extends Partial<Pick<PlanRequest, 'parameters' | 'suite' | 'minimumGroup' | 'receivers' | 'privacy'>> {
  readonly program: string;
  readonly declared: Declared;
  readonly rows: Columns;
  readonly nodes?: number;
  /** Of every node. */
  readonly maxRows?: number;
}

/** A job of one program on rows that are dealt to some nodes; all of them receive. */
export function rowsJob({ program, parameters = {}, declared, rows, nodes = 3, maxRows = 64, ...change }: RowsJobOptions): RowsJob {
  const parties = NODES.slice(0, nodes);
  const tables = new Map(parties.map((node, i) => [node, dealt(rows, declared, nodes, i)]));
  return {
    request: {
      program, parameters, parties, receivers: parties, minimumGroup: 0,
      datasets: parties.map((node) => ({ name: 'Rows', node, tags: [], maxRows, columns: declared })), inputs: parties.map((node) => ({ node, dataset: 'Rows', role: 'rows' })), ...change,
    },
    tableOf: (node) => tables.get(node)!,
  };
}
