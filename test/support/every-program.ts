import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type RequestRule } from '../../apps/cli/src/lab/schema.js';
import { importOnnx, type Table, writeOnnx } from '../../libs/program/src/index.js';

/** Three clinics with data for every program that is shipped, and one request of each. North asks for all of them. */

/** As many as a row bound: the declared one is the next power of two, so that what is planned for it is what is run. */
const ROWS = 16;
export const NODES = ['North', 'South', 'East'] as const;

const column = (of: (row: number) => number): Float64Array => Float64Array.from({ length: ROWS }, (_, row) => of(row));
const texts = (of: (row: number) => string): string[] => Array.from({ length: ROWS }, (_, row) => of(row));

const stay = (clinic: number, row: number): number => 1 + ((row * 7 + clinic * 11) % 29);
const cost = (clinic: number, row: number): number => 20 + 25 * stay(clinic, row) + ((row * row * 13 + clinic * 31) % 64) / 4;
const ward = (clinic: number, row: number): string => ['birth', 'heart', 'bones'][(row * row + clinic) % 3]!;
const isIll = (clinic: number, row: number): boolean => (stay(clinic, row) + ((row * 5) % 13) > 20) !== (row % 7 === 3);

const visits = (clinic: number): Table => ({ rows: ROWS, columns: {
  stay: column((row) => stay(clinic, row)), cost: column((row) => cost(clinic, row)), ward: texts((row) => ward(clinic, row)), ill: texts((row) => (isIll(clinic, row) ? 'yes' : 'no')), week: column((row) => 1 + (row % 4)),
} });
/** Rows of the same people at all clinics, each with columns of its own. */
const outcomes: Table = { rows: ROWS, columns: { days: column((row) => 3 + 2 * stay(0, row) + ((row * 5) % 8)), worse: texts((row) => (isIll(0, row) ? 'yes' : 'no')) } };
const measures = (clinic: number): Table => ({ rows: ROWS, columns: { [`sign ${clinic}`]: column((row) => stay(clinic - 1, row) + (row % 3)) } });
const members = (first: number, value: string): Table => ({ rows: ROWS, columns: { person: texts((row) => `P-${first + row}`), [value]: column((row) => 100 + ((row * 37 + first) % 400) + row / 8) } });
const weights: Table = { rows: 1, columns: { stay: Float64Array.of(0.125), cost: Float64Array.of(-0.005), intercept: Float64Array.of(0.75) } };
const small = Array.from({ length: ROWS }, (_, row) => row);
const marks: Table = { rows: ROWS, columns: { x0: column((row) => (small[row]! * 3) % 8), x1: column((row) => (row * 5) % 8), x2: column((row) => row % 8) } };

const network = writeOnnx({
  name: 'signs', inputs: [{ name: 'x', shape: ['rows', 3] }], outputs: [{ name: 'y', shape: [] }],
  weights: [{ name: 'm', shape: [3, 4], elements: Array.from({ length: 12 }, (_, i) => Math.sin(1.7 * i) / 2) }, { name: 'n', shape: [4, 3], elements: Array.from({ length: 12 }, (_, i) => Math.cos(2.3 * i) / 2) }],
  nodes: [{ op: 'MatMul', inputs: ['x', 'm'], outputs: ['h'] }, { op: 'Relu', inputs: ['h'], outputs: ['r'] }, { op: 'MatMul', inputs: ['r', 'n'], outputs: ['y'] }],
});
const networkTable = (): Table => ({ rows: 1, columns: Object.fromEntries([...importOnnx(network).weights].map(([name, { elements }]) => [name, elements])) });

/** Every data set of every node. */
export const TABLES: Readonly<Record<(typeof NODES)[number], Readonly<Record<string, Table>>>> = {
  North: { Visits: visits(0), Outcomes: outcomes, Members: members(0, 'income'), Weights: weights, Network: networkTable() },
  South: { Visits: visits(1), Measures: measures(1), Members: members(5, 'spent'), Scored: { ...visits(3), columns: Object.fromEntries(['stay', 'cost'].map((name) => [name, visits(3).columns[name]!])) }, Marks: marks },
  East: { Visits: visits(2), Measures: measures(2) },
};

const DECLARED: Readonly<Record<string, object>> = {
  stay: { type: 'integer', min: 0, max: 32 }, cost: { type: 'number', min: 0, max: 1000 }, ward: { type: 'category', values: ['birth', 'heart', 'bones'] }, ill: { type: 'category', values: ['no', 'yes'] }, week: { type: 'integer', min: 1, max: 4 },
  days: { type: 'number', min: 0, max: 100 }, worse: { type: 'category', values: ['no', 'yes'] }, 'sign 1': { type: 'number', min: 0, max: 40 }, 'sign 2': { type: 'number', min: 0, max: 40 },
  person: { type: 'key' }, income: { type: 'number', min: 0, max: 1000 }, spent: { type: 'number', min: 0, max: 1000 },
  ...Object.fromEntries(['x0', 'x1', 'x2'].map((name) => [name, { type: 'integer', min: 0, max: 8 }])),
};
const WEIGHTS_DECLARED = Object.fromEntries(Object.keys(weights.columns).map((name) => [name, { type: 'number', min: -1, max: 1 }]));

const csv = ({ rows, columns }: Table): string => [Object.keys(columns).join(','), ...Array.from({ length: rows }, (_, row) => Object.values(columns).map((values) => String(values[row])).join(',')), ''].join('\n');

/** How a result may differ from the clear: relative to each number, or by so much. */
export type Within = { readonly part: number } | { readonly most: number };
const SIX_DIGITS: Within = { part: 1e-6 };

export interface Asked {
  readonly request: RequestRule;
  readonly within: Within;
}

const rowsOf = (...nodes: readonly string[]) => ({ dataset: 'Visits', nodes: [...nodes] });
const input = (node: string, dataset: string, role: string) => ({ node, dataset, role });
const asked = (program: string, parameters: RequestRule['parameters'], where: Partial<RequestRule> = rowsOf('North', 'South'), within: Within = SIX_DIGITS): Readonly<Record<string, Asked>> =>
  ({ [program]: { request: { program, parameters, receivers: ['North'], agent: false, ...where } as RequestRule, within } });

/** Three, whose shares take no triples: for what would take seconds of them. */
const BY_THREE = { ...rowsOf('North', 'South', 'East'), suite: 'replicated-z64' } as const;
const TRAINING = { steps: '3', rate: '1' } as const;
const JOINED = { inputs: [input('North', 'Members', 'left'), input('South', 'Members', 'right')] };
const COEFFICIENTS: Within = { most: 0.01 };
/** The error on held-out rows is a root of what little is left of sums over a range of 1,000. */
const FITTED: Within = { part: 1e-3 };

export const REQUESTS: Readonly<Record<string, Asked>> = {
  ...asked('Count', { where: 'stay >= 10' }),
  ...asked('Sum', { column: 'cost' }),
  ...asked('Mean', { column: 'cost' }),
  ...asked('Standard Deviation', { column: 'stay' }),
  ...asked('Histogram', { column: 'ward' }),
  ...asked('Binned Histogram', { column: 'stay', edges: '0, 10, 20, 32' }),
  ...asked('Group Mean', { column: 'cost', by: 'ward' }),
  ...asked('Variance', { column: 'cost' }),
  ...asked('Covariance', { columns: 'stay, cost' }),
  ...asked('Correlation', { columns: 'stay, cost' }),
  ...asked('Median', { column: 'cost' }, BY_THREE),
  ...asked('Quantiles', { column: 'stay', at: '0.1, 0.5' }),
  ...asked('Two-Way Table', { row: 'ward', column: 'ill' }),
  ...asked('T-Test', { column: 'cost', by: 'ill', first: 'no', second: 'yes' }),
  ...asked('Chi-Square', { row: 'ward', column: 'ill' }),
  ...asked('Join Count', { key: 'person' }, JOINED),
  ...asked('Joined Statistics', { key: 'person', left: 'income', right: 'spent' }, JOINED, { part: 1e-4 }),
  ...asked('Hidden Match Statistics', { key: 'person', left: 'income', right: 'spent' }, JOINED, { part: 1e-4 }),
  ...asked('Linear Regression', { target: 'cost', features: 'stay' }, BY_THREE, FITTED),
  ...asked('Linear Regression by Columns', { target: 'days', features: 'sign 1, sign 2' }, {
    inputs: [input('North', 'Outcomes', 'target'), input('South', 'Measures', 'columns'), input('East', 'Measures', 'columns')], suite: 'replicated-z64',
  }, FITTED),
  ...asked('Logistic Regression', { label: 'ill', positive: 'yes', features: 'stay, ward', ...TRAINING, roc: '4' }, BY_THREE, COEFFICIENTS),
  ...asked('Logistic Regression by Columns', { label: 'worse', positive: 'yes', features: 'sign 1, sign 2', ...TRAINING }, {
    inputs: [input('North', 'Outcomes', 'labels'), input('South', 'Measures', 'columns'), input('East', 'Measures', 'columns')], suite: 'replicated-z64',
  }, COEFFICIENTS),
  ...asked('Train and Score', { label: 'ill', positive: 'yes', features: 'stay, cost', ...TRAINING }, {
    inputs: [input('North', 'Visits', 'rows'), input('East', 'Visits', 'rows'), input('South', 'Scored', 'score')], suite: 'replicated-z64',
  }, COEFFICIENTS),
  ...asked('Demand Forecast', { demand: 'cost', features: 'stay', period: 'week', test: 'week >= 3' }, BY_THREE, FITTED),
  ...asked('Linear Score', {}, { inputs: [input('North', 'Weights', 'model'), input('South', 'Scored', 'rows')] }, { most: 1e-3 }),
  ...asked('Logistic Score', {}, { inputs: [input('North', 'Weights', 'model'), input('South', 'Scored', 'rows')] }, { most: 2e-3 }),
  ...asked('Private Inference', { output: 'scores' }, { inputs: [input('North', 'Network', 'model'), input('South', 'Marks', 'rows')] }, { most: 2e-3 }),
};

const AT_A_TIME = 3;

export const labelOf = (program: string): string => program.toLowerCase().replaceAll(' ', '-');

/** Writes data, policy and a lab in which North asks for every program; the path of the lab. */
export function writeClinics(folder: string): string {
  const nodes = Object.fromEntries(Object.entries(TABLES).map(([node, datasets]) => {
    mkdirSync(join(folder, node), { recursive: true });
    return [node, { region: 'EU', datasets: Object.fromEntries(Object.entries(datasets).map(([name, table]) => {
      if (name === 'Network') {
        writeFileSync(join(folder, node, 'network.onnx'), network);
        return [name, { from: `${node}/network.onnx` }];
      }
      writeFileSync(join(folder, node, `${name}.csv`), csv(table));
      return [name, { from: `${node}/${name}.csv`, columns: name === 'Weights' ? WEIGHTS_DECLARED : Object.fromEntries(Object.keys(table.columns).map((each) => [each, DECLARED[each]])) }];
    })) }];
  }));
  writeFileSync(join(folder, 'all.policy'), 'Allow anyone to compute.\n');
  const requests = Object.entries(REQUESTS).map(([program, { request: { agent: _, ...request } }]) => ({ id: labelOf(program), as: 'North', ...request }));
  // A few at a time.
  const steps = Array.from({ length: Math.ceil(requests.length / AT_A_TIME) }, (_, i) => requests.slice(AT_A_TIME * i, AT_A_TIME * (i + 1))).flatMap((few) => [
    ...few.map((request) => ({ request, expect: 'authorised' })), ...few.map(({ id }) => ({ wait: { job: id, timeout: 120 }, expect: 'released' })),
  ]);
  const path = join(folder, 'lab.yaml');
  writeFileSync(path, stringify({ title: 'Every program', nodes, policy: 'all.policy', steps }));
  return path;
}

/** The same request as flags of `job plan` and `job submit`. */
export const flagsOf = ({ program, dataset, nodes, inputs, parameters, receivers, suite }: RequestRule): string[] => [
  program, '--as', 'North', '--receivers', receivers.join(','),
  ...(dataset === undefined ? [] : ['--dataset', dataset, '--nodes', nodes!.join(',')]),
  ...(inputs ?? []).flatMap(({ node, dataset: name, role }) => ['--input', `${node}:${name}:${role}`]),
  ...Object.entries(parameters).flatMap(([name, value]) => ['--param', `${name}=${String(value)}`]),
  ...(suite === undefined ? [] : ['--suite', suite]),
];
