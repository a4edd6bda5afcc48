import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type DataReport, type DatasetDeclaration, isModel, NodeFile } from '#contract';
import { PlanError } from '#program';
import { DataError, MOST_ROWS, readModel, readTable } from './data/index.js';
import { readJson } from './node-home/private-file.js';

/**
 * Reads and checks every dataset that a node home declares, exactly as a session would, and prints a `DataReport`: row counts stay on this
 * machine, and problems name code and place, never a value.
 */
async function inspect(home: string): Promise<DataReport> {
  const node = readJson(join(home, 'node.json'), NodeFile);
  if (!node) throw new Error(`\`${home}\` is no node home: it has no \`node.json\``);
  const datasets: DataReport['datasets'] = [];
  for (const declaration of node.datasets) datasets.push(isModel(declaration) ? inspectModel(declaration) : await inspectOne(declaration));
  return { datasets };
}

function inspectModel({ name, base, from = '' }: DatasetDeclaration): DataReport['datasets'][number] {
  try {
    return { name, rows: 1, network: readModel({ dataset: name, from, baseDir: base }).network };
  } catch (error) {
    if (!(error instanceof DataError || error instanceof PlanError)) throw error;
    return { name, problem: { code: error.code, message: error.message, help: [...error.help] } };
  }
}

async function inspectOne({ name, base, from, sql, columns, maxRows }: DatasetDeclaration): Promise<DataReport['datasets'][number]> {
  const source = from === undefined ? { sql: sql as string } : { from };
  const request = { dataset: name, source, baseDir: base, columns };
  const count = async (needed?: readonly string[]): Promise<number> => (await readTable({ ...request, maxRows: maxRows ?? MOST_ROWS, ...(needed && { needed }) })).rows;
  try {
    return { name, rows: await count() };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const problem = { code: error.code, message: error.message, help: [...error.help] };
    // One bad cell does not hide how many rows there are.
    const rows = await count([]).catch(() => undefined);
    return { name, ...(rows === undefined ? {} : { rows }), problem };
  }
}

const { values } = parseArgs({ options: { home: { type: 'string' } } });
if (values.home === undefined) {
  console.error('usage: inspect --home <node home>');
  process.exit(3);
}
console.log(JSON.stringify(await inspect(values.home)));
