import { type DatasetDescriptor, type PlanRequest, type Table } from '#program';
import { dealt, declared, readTable, withColumn } from './data-sets.js';
import { dataFile } from './data-file.js';

/** A program over real data: who owns what, and what is asked. Absent where the data are. */
export interface RealProblem {
  readonly whole: Table;
  /** By node. */
  readonly tables: readonly Table[];
  readonly request: PlanRequest;
}

interface Asked {
  readonly program: string;
  readonly parameters: PlanRequest['parameters'];
  readonly name: string;
}

function problem(whole: Table, owners: number, ownerOf: (row: number) => number, { program, parameters, name }: Asked): RealProblem {
  const tables = dealt(whole, owners, ownerOf);
  const nodes = tables.map((_, i) => `Node ${i + 1}`);
  const powerAbove = (rows: number): number => 2 ** Math.ceil(Math.log2(rows));
  const datasets: DatasetDescriptor[] = nodes.map((node, i) => declared(whole, node, name, powerAbove(tables[i]!.rows)));
  return {
    whole, tables,
    request: {
      program, parameters, parties: nodes, receivers: nodes, datasets, minimumGroup: 0, suite: 'replicated-z64',
      inputs: nodes.map((node) => ({ node, dataset: name, role: 'rows' })), rows: nodes.map((node, i) => ({ node, dataset: name, rows: tables[i]!.rows })),
    },
  };
}

/** Blocks of a multiple of five rows, so that every fifth row of an owner is one of all rows. */
const inBlocks = (rows: number, owners: number) => (row: number): number => Math.min(owners - 1, Math.floor(row / (5 * Math.floor(rows / owners / 5))));

export function lendingClub(steps = 50): RealProblem | undefined {
  const path = dataFile('modeldata-lending-club/lending_club.csv');
  if (!path) return undefined;
  const whole = readTable(path);
  const features = Object.keys(whole.columns).filter((column) => !['addr_state', 'sub_grade', 'Class'].includes(column));
  return problem(whole, 3, inBlocks(whole.rows, 3), { name: 'Loans', program: 'Logistic Regression', parameters: { label: 'Class', positive: 'bad', features, steps, rate: '0.626' } });
}

export function germanCredit(): RealProblem | undefined {
  const path = dataFile('german-credit/credit-g.csv');
  if (!path) return undefined;
  const whole = readTable(path);
  const features = Object.keys(whole.columns).filter((column) => column !== 'class');
  return problem(whole, 3, inBlocks(whole.rows, 3), { name: 'Loans', program: 'Logistic Regression', parameters: { label: 'class', positive: 'bad', features, rate: '0.751' } });
}

export function breastCancer(): RealProblem | undefined {
  const path = dataFile('wisconsin-breast-cancer/wdbc.csv');
  if (!path) return undefined;
  const table = readTable(path);
  const whole = withColumn(table, 'malignant', (row) => 1 - (table.columns.benign as Float64Array)[row]!);
  const features = Object.keys(table.columns).filter((column) => column !== 'benign');
  return problem(whole, 3, inBlocks(whole.rows, 3), { name: 'Tumours', program: 'Logistic Regression', parameters: { label: 'malignant', features, rate: '0.221' } });
}

export const HOSPITALS = ['cleveland', 'hungarian', 'switzerland', 'va'];
export const HEART_COLUMNS = ['age', 'sex', 'cp', 'trestbps', 'restecg', 'thalach', 'exang', 'oldpeak'];

/** Every fifth of all complete rows is to test on, whichever hospital it is of. */
export function fourHospitals(): RealProblem | undefined {
  const path = dataFile('heart-disease-4-hospitals/all_hospitals.csv');
  if (!path) return undefined;
  const table = readTable(path, (row) => HEART_COLUMNS.every((column) => row[column] !== ''));
  const hospital = table.columns.hospital as readonly string[];
  const whole = withColumn(withColumn({ rows: table.rows, columns: Object.fromEntries(HEART_COLUMNS.map((column) => [column, table.columns[column]!])) },
    'part', (row) => (row % 5 === 4 ? 'test' : 'train')), 'diseased', (row) => ((table.columns.disease as Float64Array)[row]! > 0 ? 1 : 0));
  return {
    ...problem(whole, 4, (row) => HOSPITALS.indexOf(hospital[row]!), { name: 'Patients', program: 'Logistic Regression', parameters: { label: 'diseased', features: HEART_COLUMNS, rate: '0.953', test: 'part = test' } }),
  };
}

/** Weekly sales of orange juice of stores that belong to three chains, by prices, promotions and the two weeks before; weeks from 148 on are to test on. */
export function orangeJuice(): RealProblem | undefined {
  const path = dataFile('bayesm-orange-juice/orange_juice_weekly.csv.gz');
  if (!path) return undefined;
  const sales = readTable(path);
  const of = (column: string): Float64Array => sales.columns[column] as Float64Array;
  const [store, brand, week, units] = ['store', 'brand', 'week', 'logmove'].map(of) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const key = (row: number, before: number): string => `${store[row]} ${brand[row]} ${week[row]! - before}`;
  const places = new Map(Array.from({ length: sales.rows }, (_, row) => [key(row, 0), row]));
  const kept = Array.from({ length: sales.rows }, (_, row) => row).filter((row) => places.has(key(row, 1)) && places.has(key(row, 2)));
  const column = (each: (row: number) => number): Float64Array => Float64Array.from(kept, each);
  const before = (values: Float64Array, weeks: number): Float64Array => column((row) => values[places.get(key(row, weeks))!]!);
  const prices = Array.from({ length: 11 }, (_, i) => of(`price${i + 1}`));
  const whole: Table = {
    rows: kept.length,
    columns: {
      units: column((row) => units[row]!), own_price: column((row) => prices[brand[row]! - 1]![row]!),
      ...Object.fromEntries(prices.map((values, i) => [`price${i + 1}`, column((row) => values[row]!)])),
      deal: column((row) => of('deal')[row]!), feature: column((row) => of('feat')[row]!),
      units_1: before(units, 1), units_2: before(units, 2), deal_1: before(of('deal'), 1), feature_1: before(of('feat'), 1),
      brand: kept.map((row) => `brand ${String(brand[row]).padStart(2, '0')}`), week: column((row) => week[row]!),
    },
  };
  const logarithms = ['own_price', ...prices.map((_, i) => `price${i + 1}`)];
  return problem(whole, 3, (row) => store[kept[row]!]! % 3, {
    name: 'Sales', program: 'Linear Regression',
    parameters: { target: 'units', features: [...logarithms, 'deal', 'feature', 'units_1', 'units_2', 'deal_1', 'feature_1', 'brand'], logarithms, test: 'week >= 148' },
  });
}
