import { basename } from 'node:path';
import { evaluateInClear, planJob, type ColumnDeclaration, type DatasetDescriptor, type ParameterValue, type Plan, type PlanRequest, type ProgramDefinition, type ProgramResult, SUITES, type SuiteName, type Table } from '#program';
import { CliError } from '../failure.js';
import { readCsv } from '../demo/csv.js';

export interface TrialFile {
  readonly node: string;
  readonly role: string;
  readonly path: string;
}

/** `Bank A=loans.csv` or `Bank A:rows=loans.csv`. @throws CliError CS0901 */
export function trialFileOf(text: string, { roles: [{ name: first }] }: ProgramDefinition): TrialFile {
  const at = text.indexOf('=');
  const [node, role = first] = text.slice(0, Math.max(0, at)).split(':').map((part) => part.trim());
  const path = text.slice(at + 1).trim();
  if (at < 1 || !node || path === '') throw new CliError('CS0901', `\`${text}\` is no data`, { help: ['write node=file.csv, or node:role=file.csv'] });
  return { node, role, path };
}

interface Trial {
  readonly request: PlanRequest;
  readonly tableOf: (node: string, dataset: string) => Table;
}

/** A request over files of the author's own, each declared as what is in it. */
export function trialOf(definition: ProgramDefinition, files: readonly TrialFile[], parameters: Readonly<Record<string, ParameterValue>>): Trial {
  const tables = files.map((file) => ({ ...file, dataset: basename(file.path), table: tableIn(file.path) }));
  const nodes = [...new Set(files.map(({ node }) => node))];
  // A plan has two parties; in the clear it makes no difference who they are.
  const parties = nodes.length > 1 ? nodes : [...nodes, 'Receiver'];
  return {
    request: {
      program: definition.name, definition, parameters, parties, receivers: [parties[0]], minimumGroup: 0,
      inputs: tables.map(({ node, dataset, role }) => ({ node, dataset, role })),
      datasets: tables.map(({ node, dataset, table }): DatasetDescriptor => ({ node, name: dataset, tags: [], maxRows: table.rows, columns: Object.fromEntries(Object.entries(table.columns).map(([name, values]) => [name, declarationOf(values)])) })),
    },
    tableOf: (node, dataset) => tables.find((each) => each.node === node && each.dataset === dataset)!.table,
  };
}

/** The result on the files themselves. @throws PlanError */
export function runInClear({ request, tableOf }: Trial): ProgramResult {
  return evaluateInClear(planJob(request), tableOf);
}

export interface Sample {
  readonly rows: number;
  readonly min: number;
  readonly max: number;
}

/** The plan for two owners (three with replicated sharing) of so many rows, whose columns lie in this range. @throws PlanError */
export function samplePlan(definition: ProgramDefinition, { rows, min, max }: Sample, suite: SuiteName, given: Readonly<Record<string, ParameterValue>>): Plan {
  const parties = ['Node A', 'Node B', 'Node C'].slice(0, SUITES[suite].parties[0]);
  const parameters = Object.fromEntries(definition.parameters.flatMap(({ name, kind, default: otherwise }) =>
    Object.hasOwn(given, name) ? [[name, given[name]]] : otherwise !== undefined ? [] : [[name, kind === 'number' ? '1' : kind === 'columns' ? ['x', 'y'] : name]]));
  const inputs = definition.roles.flatMap(({ name: role, inputs: many }, i) => (many === 'one' ? [parties[i % parties.length]] : parties).map((node) => ({ node, dataset: role, role })));
  const columns = definition.roles.map((role) => [role.name, role.columns.flatMap((need): string[] => {
    if ('name' in need) return [need.name];
    if (!('namedBy' in need)) return [];
    const named = Object.hasOwn(parameters, need.namedBy) ? parameters[need.namedBy] : undefined;
    return Array.isArray(named) ? (named as string[]) : [String(named)];
  })] as const);
  return planJob({
    program: definition.name, definition, parameters, parties, receivers: [parties[0]], minimumGroup: 0, suite, inputs,
    datasets: inputs.map(({ node, role }): DatasetDescriptor => ({
      node, name: role, tags: [], maxRows: rows, columns: Object.fromEntries(columns.find(([name]) => name === role)![1].map((column) => [column, { type: 'number', min, max }])),
    })),
  });
}

/** Columns of numbers where every cell is one, of texts otherwise. */
function tableIn(path: string): Table {
  const rows = readCsv(path);
  if (rows.length === 0) throw new CliError('CS0908', `\`${path}\` has no rows`);
  const columns = Object.keys(rows[0]).map((name) => {
    const texts = rows.map((row) => row[name] ?? '');
    const numbers = Float64Array.from(texts, Number);
    return [name, texts.every((text) => text.trim() !== '') && numbers.every(Number.isFinite) ? numbers : texts] as const;
  });
  return { rows: rows.length, columns: Object.fromEntries(columns) };
}

function declarationOf(values: Table['columns'][string]): ColumnDeclaration {
  if (!(values instanceof Float64Array)) return { type: 'category', values: [...new Set(values)] };
  const [min, max] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return values.every(Number.isSafeInteger) ? { type: 'integer', min, max } : { type: 'number', min, max };
}
