import { declared, interpretPlan, withColumn } from '#testing';
import { checkPlan, evaluateInClear, lower, type Plan, planJob, type PlanRequest, type SuiteName, type Table } from '../index.js';
import { isNear } from './testing/broken.js';
import { requestOver, runIdeally } from './testing/ideal-run.js';

let state = 5;
const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
const ROWS = 30;
const base: Table = { rows: ROWS, columns: { price: Float64Array.from({ length: ROWS }, () => 1 + 2 * random()), before: Float64Array.from({ length: ROWS }, () => Math.round(40 + 20 * random())), area: Array.from({ length: ROWS }, () => ['land', 'sea', 'town'][Math.floor(3 * random())]!) } };
const of = (name: string): Float64Array => base.columns[name] as Float64Array;
const whole = withColumn(withColumn(base, 'units', (row) => 60 - 15 * of('price')[row]! + 0.5 * of('before')[row]! + 3 * random()), 'bad', (row) => (of('price')[row]! + random() > 2.3 ? 1 : 0));
const NODES = ['A', 'B', 'C'];
const only = (...names: string[]): Table => ({ rows: ROWS, columns: Object.fromEntries(names.map((name) => [name, whole.columns[name]!])) });
type Cells = Readonly<Record<string, number | string>>;
const withCells = (table: Table, cells: Cells): Table => ({
  ...table, columns: Object.fromEntries(Object.entries(table.columns).map(([name, values]) => {
    const cell = cells[name];
    return [name, cell === undefined ? values : typeof cell === 'number' ? (values as Float64Array).with(1, cell) : (values as readonly string[]).with(1, cell)] as const;
  })),
});

/** Programs, their parameters, whose columns are where, and who breaks a declaration with what. */
const PROGRAMS: readonly (readonly [string, string, PlanRequest['parameters'], readonly Table[], readonly (readonly [party: number, Cells])[]])[] = [
  ['Linear Regression by Columns', 'target', { target: 'units', features: 'price, area, before', logarithms: 'price' }, [only('units', 'before'), only('price'), only('area')], [[0, { units: 1e4 }], [1, { price: 3.2 }], [2, { area: 'moon' }], [2, { area: '' }]]],
  ['Linear Regression by Columns', 'target', { target: 'units', features: 'price, before', holdout: 0 }, [only('units'), only('price'), only('before')], [[0, { units: -1 }], [2, { before: 39 }]]],
  ['Logistic Regression by Columns', 'labels', { label: 'bad', features: 'price, area, before', steps: 3, rate: '1', roc: 3 }, [only('bad', 'before'), only('price'), only('area')], [[0, { bad: 2 }], [0, { before: 61 }], [1, { price: 0.5 }], [2, { area: 'moon' }], [2, { area: '' }]]],
];

describe.each(PROGRAMS)('%s of columns that are checked on shares', (program, role, parameters, tables, wrong) => {
  const owners = tables.map((table, i) => declared(table, NODES[i]!, 'Sales', 32));
  const planned = (check: 'owner' | 'shares', suite: SuiteName): Plan => planJob({
    ...requestOver(program, tables, owners, { ...parameters, check }, { suite }), inputs: NODES.map((node, i) => ({ node, dataset: 'Sales', role: i === 0 ? role : 'columns' })),
  });
  it.each<SuiteName>(['replicated-z64', 'shamir-p61', 'additive-z64'])('is what it is without, on %s', (suite) => {
    const [checked, own] = (['shares', 'owner'] as const).map((check) => planned(check, suite));
    // The larger system of equations in clear alone: bit by bit it takes long.
    const run = (plan: Plan): unknown => ('logarithms' in parameters ? evaluateInClear(plan, (node) => tables[NODES.indexOf(node)]!) : runIdeally(plan, tables));
    isNear(run(checked!), run(own!), 1e-3);
  });
  const plan = planned('shares', 'replicated-z64');
  it.each(wrong)('names party %d with %j', (party, cells) => {
    const bad = tables.map((table, i) => (i === party ? withCells(table, cells) : table));
    expect(() => interpretPlan(plan, (node) => bad[NODES.indexOf(node)]!)).toThrow(`declaration of ${party}`);
  });
  it('names a node that has fewer rows than the first', () => {
    const short = (table: Table): Table => ({ rows: ROWS - 1, columns: Object.fromEntries(Object.entries(table.columns).map(([name, values]) => [name, values.slice(0, -1) as typeof values])) });
    expect(() => interpretPlan(plan, (node) => (node === 'B' ? short(tables[1]!) : tables[NODES.indexOf(node)]!))).toThrow('declaration of 1');
  });
  it('shares the columns of a part once, all of them checked', () => {
    expect(lower(plan).own.steps).toEqual([]);
    expect(new Set(plan.inputs.map(({ name }) => name)).size).toBe(plan.inputs.length);
    expect(plan.inputs.every(({ onShares }) => onShares)).toBe(true);
    const parts = parameters.holdout === 0 ? 1 : 2;
    const numbers = tables.filter(({ columns }) => Object.keys(columns).some((name) => ['price', 'before', 'units'].includes(name))).length;
    expect([plan.inputs.filter(({ name }) => name.endsWith('.marks')).length, plan.inputs.filter(({ name }) => name.endsWith('.values')).length]).toEqual([3 * parts, numbers * parts]);
    expect(() => checkPlan({ ...plan, inputs: plan.inputs.map(({ onShares: _, ...input }) => input) })).toThrow(expect.objectContaining({ code: 'CS0673' }));
  });
});

it('takes a column named `rows`, of the first owner or of another, for what it is', () => {
  const renamed = (table: Table, name: string): Table => ({ ...table, columns: Object.fromEntries(Object.entries(table.columns).map(([each, values]) => [each === name ? 'rows' : each, values])) });
  for (const tables of [[only('units'), renamed(only('price'), 'price'), only('before')], [renamed(only('units', 'price'), 'price'), only('before'), only('area')]]) {
    const owners = tables.map((table, i) => declared(table, NODES[i]!, 'Sales', 32));
    const [checked, own] = (['shares', 'owner'] as const).map((check) => planJob({
      ...requestOver('Linear Regression by Columns', tables, owners, { target: 'units', features: 'rows, before', check }, { suite: 'replicated-z64' }), inputs: NODES.map((node, i) => ({ node, dataset: 'Sales', role: i === 0 ? 'target' : 'columns' })),
    }));
    const run = (plan: Plan): unknown => evaluateInClear(plan, (node) => tables[NODES.indexOf(node)]!);
    isNear(run(checked!), run(own!), 1e-3);
  }
});
