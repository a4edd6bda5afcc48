import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { importOnnx, runNetwork } from '#program';
import { inputsOf } from '../actions/submit-job.js';
import { type LoadedLab } from '../lab/check.js';
import { type LabRequest } from '../lab/schema.js';
import { readCsv } from './csv.js';
import { demand, logistic, probabilities } from './plain-models.js';

type Row = Readonly<Record<string, string>>;

const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Sum with Neumaier's compensation, so that the reference is better than what is held against it. */
function sum(values: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}

function scores(model: Row, rows: readonly Row[]): number[] {
  const features = Object.keys(model).filter((name) => name !== 'intercept');
  return rows.map((row) => sum([...features.map((name) => Number(model[name]) * Number(row[name])), Number(model.intercept)]));
}

/**
 * What a request would give if one machine saw all rows: nothing of the protocol, its plans or its fixed point, but the textbook formulas
 * on the files of the lab. Undefined for a program or a source that this check does not know.
 */
export function plaintextOf(lab: LoadedLab, request: LabRequest): Record<string, unknown> | undefined {
  const inputs = inputsOf(request).map(({ node, dataset, role }) => ({ role, from: lab.value.nodes[node].datasets[dataset].from }));
  if (inputs.some(({ from, role }) => from === undefined || !(from.endsWith('.csv') || (role === 'model' && from.endsWith('.onnx'))))) return undefined;
  const rowsOf = (wanted: string): Row[] => inputs.filter(({ role }) => role === wanted).flatMap(({ from }) => readCsv(resolve(lab.folder, from as string)));
  const rows = rowsOf('rows');
  const byOwner = (wanted: string): Row[][] => inputs.filter(({ role }) => role === wanted).map(({ from }) => readCsv(resolve(lab.folder, from as string)));
  const { column, by } = request.parameters as Record<string, string>;
  const values = (of: readonly Row[]): number[] => of.map((row) => Number(row[column]));
  switch (request.program) {
    case 'Count':
      return { count: rows.length };
    case 'Sum':
      return { sum: sum(values(rows)), count: rows.length };
    case 'Mean':
      return { mean: mean(values(rows)), count: rows.length };
    case 'Standard Deviation':
      return { std: deviation(values(rows)), mean: mean(values(rows)), count: rows.length };
    case 'Histogram':
      return { counts: Object.fromEntries(grouped(rows, column).map(([value, group]) => [value, group.length])) };
    case 'Group Mean':
      return { groups: Object.fromEntries(grouped(rows, by).map(([value, group]) => [value, { mean: mean(values(group)), count: group.length }])) };
    case 'Linear Score':
      return { scores: scores(rowsOf('model')[0], rows) };
    case 'Logistic Regression':
      return logistic(byOwner('rows'), request.parameters);
    case 'Train and Score':
      return probabilities(byOwner('rows'), rowsOf('score'), request.parameters);
    case 'Demand Forecast':
      return request.parameters.trim === undefined ? demand(rows, request.parameters) : undefined;
    case 'Private Inference':
      return (request.parameters.output ?? 'label') === 'label' ? { labels: labels(resolve(lab.folder, inputs.find(({ role }) => role === 'model')!.from as string), rows) } : undefined;
    default:
      return undefined;
  }
}

/** What a network reads in rows whose columns are those of its input, in their order. */
function labels(model: string, rows: readonly Row[]): number[] {
  const { network, weights } = importOnnx(readFileSync(model));
  const [input] = network.inputs;
  const elements = Float64Array.from(rows.flatMap((row) => Object.values(row).map(Number)));
  const shape = input!.shape.map((size) => (size === 'rows' ? rows.length : size));
  const { elements: scores } = [...runNetwork(network, weights, new Map([[input!.name, { shape, elements }]])).values()][0]!;
  const width = scores.length / rows.length;
  return rows.map((_, i) => scores.slice(width * i, width * (i + 1))).map((own) => own.indexOf(Math.max(...own)));
}

function grouped(rows: readonly Row[], by: string): [string, Row[]][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(row[by], [...(groups.get(row[by]) ?? []), row]);
  return [...groups];
}
