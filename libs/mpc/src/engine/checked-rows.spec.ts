import { type Plan, type PlanRequest, type SuiteName, type Table, decodeResult, evaluateInClear, evaluateLocal, planJob, suiteValueBits } from '#program';
import { type PrivateVector, type RecordedLink, differences, memoryLinks, recordedLink, runParties } from '#testing';
import { type Opened, expectPredicted, ideally, phaseOfFrame } from './testing/predicted.js';

const columns = { x: { type: 'number', min: 10, max: 20 }, y: { type: 'integer', min: 0, max: 100 }, g: { type: 'category', values: ['b', 'a'] } } as const;
const NODES = ['A', 'B', 'C'];
const tables: Readonly<Record<string, Table>> = {
  A: { rows: 3, columns: { x: Float64Array.of(10, 13, 15.5), y: Float64Array.of(0, 20, 3), g: ['a', 'b', 'a'] } },
  B: { rows: 3, columns: { x: Float64Array.of(20, 19, 18), y: Float64Array.of(100, 7, 51), g: ['b', 'a', 'b'] } },
  C: { rows: 2, columns: { x: Float64Array.of(12.5, 11), y: Float64Array.of(50, 9), g: ['a', 'b'] } },
};
const weights = { x: { type: 'number', min: -1, max: 1 }, y: { type: 'number', min: -0.1, max: 0.1 }, intercept: { type: 'number', min: -5, max: 5 } } as const;
const model: Table = { rows: 1, columns: { x: Float64Array.of(0.7), y: Float64Array.of(-0.034), intercept: Float64Array.of(-4.5) } };
type Cells = Readonly<Record<string, number | string>>;

interface Case {
  readonly program: string;
  readonly parameters: PlanRequest['parameters'];
  /** Of the first row of B, or of the node that is named: a value beyond a range, one that is no category, a blank. */
  readonly wrong: readonly (Cells & { readonly node?: string })[];
  readonly within?: number;
  /** Where truncations are near, and so off by what masks are: how many units of an output's last bit two runs can be apart. */
  readonly near?: number;
  /** Where not every node has rows. */
  readonly request?: Pick<PlanRequest, 'datasets' | 'inputs' | 'rows'>;
  readonly tables?: Readonly<Record<string, Table>>;
}

/** A model of A, and rows of B. */
const scored = (program: string): Case => ({
  program, parameters: {}, wrong: [{ x: 20.01 }, { y: -1 }, { node: 'A', x: 1.01 }, { node: 'A', intercept: -5.1 }], tables: { ...tables, A: model },
  request: {
    datasets: [{ name: 'Model', node: 'A', tags: [], maxRows: 1, columns: weights }, { name: 'Rows', node: 'B', tags: [], maxRows: 4, columns }],
    inputs: [{ node: 'A', dataset: 'Model', role: 'model' }, { node: 'B', dataset: 'Rows', role: 'rows' }], rows: [{ node: 'B', dataset: 'Rows', rows: 3 }],
  },
});

const taken = (names: readonly string[]): Table => ({ rows: 8, columns: Object.fromEntries(names.map((name) => [name, inOrder.columns[name]!])) });
const inOrder: Table = { rows: 8, columns: { x: Float64Array.of(10, 13, 15.5, 20, 19, 18, 12.5, 11), y: Float64Array.of(0, 20, 3, 100, 7, 51, 50, 9), g: ['a', 'b', 'a', 'b', 'a', 'b', 'b', 'a'] } };

/** Columns of one row at three nodes, a few each. */
const byColumns = (program: string, role: string, owned: readonly (readonly (keyof typeof columns)[])[], parameters: Case['parameters'], wrong: Case['wrong'], near: number): Case => ({
  program, parameters: { ...parameters, holdout: 0 }, wrong, near, within: 2e-3, tables: Object.fromEntries(NODES.map((node, i) => [node, taken(owned[i]!)])),
  request: {
    datasets: NODES.map((node, i) => ({ name: 'Rows', node, tags: [], maxRows: 8, columns: Object.fromEntries(owned[i]!.map((name) => [name, columns[name]])) })),
    inputs: NODES.map((node, i) => ({ node, dataset: 'Rows', role: i === 0 ? role : 'columns' })), rows: NODES.map((node) => ({ node, dataset: 'Rows', rows: 8 })),
  },
});

/**
 * A near truncation is off by less than 2.5 units (`nearlyError`), so that two runs are less than 5 apart. In the system of `y` and `g` the second pivot is above 1/10, its column's
 * factor below 1, and the solution's elements are between 1/4 and 1. 5·2^-26 in that pivot and in its right side are 5 units of 2^-22 in the one element, 7 with what
 * is cut off after; and 12 in the other, with the product's own 5. As mantissas of 28 bits these are 128 times as many units, or fewer.
 */
const SYSTEM_UNITS = 2 ** 11;
/** One step, in whose matrix, of ρ/σ² and μ·ρ/σ², the magnitudes of a row are below 10 together: 5 units of 2^-20 in sums over rows make 50, and the product has 5 of its own. */
const STEP_UNITS = 2 ** 6;

const CASES: readonly Case[] = [
  { program: 'Count', parameters: {}, wrong: [] },
  { program: 'Sum', parameters: { column: 'y' }, wrong: [{ y: 101 }] }, { program: 'Mean', parameters: { column: 'x' }, wrong: [{ x: 20.01 }] },
  { program: 'Standard Deviation', parameters: { column: 'x', where: 'y <= 100' }, wrong: [{ x: 9.9 }] },
  { program: 'Histogram', parameters: { column: 'g' }, wrong: [{ g: 'c' }, { g: '' }] }, { program: 'Group Mean', parameters: { column: 'x', by: 'g' }, wrong: [{ x: 21 }, { g: 'c' }, { g: '' }] },
  { program: 'Binned Histogram', parameters: { column: 'x', edges: '5, 12.5, 30' }, wrong: [{ x: 21 }] },
  { program: 'Median', parameters: { column: 'y', where: 'g = b' }, wrong: [{ y: 101 }, { y: -1 }] }, { program: 'Quantiles', parameters: { column: 'x', at: '0.25,0.9' }, wrong: [{ x: 20.01 }, { x: 300 }] },
  scored('Linear Score'), { ...scored('Logistic Score'), within: 4e-4 },
  byColumns('Linear Regression by Columns', 'target', [['x'], ['y'], ['g']], { target: 'x', features: 'y,g' }, [{ y: 101 }, { node: 'A', x: 9 }, { node: 'C', g: 'c' }, { node: 'C', g: '' }], SYSTEM_UNITS),
  byColumns('Logistic Regression by Columns', 'labels', [['g'], ['x'], ['y']], { label: 'g', positive: 'a', features: 'x,y', steps: 1 }, [{ x: 21 }, { node: 'A', g: 'c' }, { node: 'A', g: '' }, { node: 'C', y: -1 }], STEP_UNITS),
];

const requestOf = ({ program, parameters, request }: Case, suite: SuiteName, check: 'owner' | 'shares'): PlanRequest => ({
  program, parameters: { ...parameters, check }, parties: NODES, receivers: ['A'], minimumGroup: 0, suite,
  datasets: NODES.map((node) => ({ name: 'Rows', node, tags: [], maxRows: 4, columns })), inputs: NODES.map((node) => ({ node, dataset: 'Rows', role: 'rows' })), ...request,
});

const withCells = (table: Table, { node: _, ...cells }: Case['wrong'][number]): Table => ({
  ...table, columns: Object.fromEntries(Object.entries(table.columns).map(([name, values]) => {
    const cell = (cells as Cells)[name];
    return [name, cell === undefined ? values : typeof cell === 'number' ? (values as Float64Array).with(0, cell) : (values as readonly string[]).with(0, cell)] as const;
  })),
});
const vectorsOf = (plan: Plan, tableOf: (node: string) => Table): Record<string, PrivateVector> => Object.fromEntries(plan.inputs.flatMap((input) =>
  ('dataset' in input ? [[input.name, { party: input.party, values: [...evaluateLocal(input, tableOf(plan.parties[input.party]!), suiteValueBits(plan.suite))] }]] : [])));

/** What a session opened, held against the ideal functionality: integers are the same, and numbers off by so many units of their last bit at most. */
const expectWithin = (plan: Plan, inputs: Record<string, PrivateVector>, units: number) => (opened: Opened): void => {
  const exact = ideally(plan, inputs);
  expect([...opened.keys()]).toEqual([...exact.keys()]);
  for (const { name, fractionBits } of plan.outputs) {
    const off = differences(opened.get(name)!.map(Number), exact.get(name)!.map(Number), () => (fractionBits > 0 ? units : 0), name);
    expect(off).toEqual([]);
  }
};

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('on %s, rows that are checked on shares', (suite) => {
  test.each(CASES)('give $program of $parameters as sums of owners do, with the messages that were predicted', async (each) => {
    const plan = planJob(requestOf(each, suite, 'shares'));
    const vectors = vectorsOf(plan, (node) => (each.tables ?? tables)[node]!);
    const { opened } = await expectPredicted(plan, vectors, { offline: 'ideal' }, each.near ? expectWithin(plan, vectors, each.near) : undefined);
    const exact = evaluateInClear(planJob(requestOf(each, suite, 'owner')), (node) => (each.tables ?? tables)[node]!);
    const words = new Map([...opened].map(([name, values]) => [name, BigUint64Array.from(values)]));
    expect(differences(decodeResult(plan, words), exact, (number) => (each.within ?? 2e-6) * Math.max(1, Math.abs(number)))).toEqual([]);
  });

  test.each(CASES.flatMap((each) => each.wrong.map((cells) => ({ ...each, cells }))))('stop $program at every party with $cells, and nothing is opened', async ({ cells, tables: of = tables, ...each }) => {
    const plan = planJob(requestOf(each, suite, 'shares'));
    const links = memoryLinks(3).map((row) => row.map((link) => link && recordedLink(link)));
    const results = await runParties(plan, vectorsOf(plan, (node) => (node === (cells.node ?? 'B') ? withCells(of[node]!, cells) : of[node]!)), { offline: 'ideal', links });
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0660', step: 'require_within', blame: NODES.indexOf(cells.node ?? 'B') } });
    const sent = links.flat().flatMap((link: RecordedLink | undefined) => (link?.written ?? []).map(phaseOfFrame));
    expect(sent).toContain('online');
    expect(sent).not.toContain('opening');
  });

  test('say whose values break a declaration before anything of a group that is too small, with the messages that were predicted', async () => {
    const plan = planJob({ ...requestOf(CASES.find(({ program }) => program === 'Mean')!, suite, 'shares'), minimumGroup: 9 });
    for (const [cells, reason] of [[{}, { code: 'CS0707' }], [{ x: 20.01 }, { code: 'CS0660', blame: 1 }]] as const) {
      const vectors = vectorsOf(plan, (node) => (node === 'B' ? withCells(tables[node]!, cells) : tables[node]!));
      for (const result of await runParties(plan, vectors, { offline: 'ideal' })) expect(result).toMatchObject({ status: 'rejected', reason });
    }
    const enough = planJob({ ...requestOf(CASES.find(({ program }) => program === 'Mean')!, suite, 'shares'), minimumGroup: 8 });
    await expectPredicted(enough, vectorsOf(enough, (node) => tables[node]!), { offline: 'ideal' });
  });
});
