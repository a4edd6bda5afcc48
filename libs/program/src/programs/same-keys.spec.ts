import { allHeld, declared, dealt, runParties } from '#testing';
import { decodeResult, evaluateInClear, evaluateLocal, type Plan, planJob, type PlanRequest, type SuiteName, suiteValueBits, type Table } from '../index.js';
import { isNear } from './testing/broken.js';
import { requestOver } from './testing/ideal-run.js';

const ROWS = 24;
const NODES = ['A', 'B', 'C'];
const numbers = (of: (row: number) => number): Float64Array => Float64Array.from({ length: ROWS }, (_, row) => of(row));
const [customer, branch] = [numbers((row) => 9_000_000_000 + 37 * row), numbers((row) => row % 5)];
const x = numbers((row) => (row * 7) % 20);
const z = numbers((row) => (row * row) % 17);
const columns = (own: Record<string, Float64Array>): Table => ({ rows: ROWS, columns: { customer, branch, ...own } });
const tables: readonly Table[] = [columns({ y: numbers((row) => 3 * x[row]! - z[row]! + (row % 3)), bad: numbers((row) => (x[row]! + (row % 6) > 12 ? 1 : 0)) }), columns({ x }), columns({ z })];
/** Rows of a table in another order. */
const turned = (table: Table, order: (row: number) => number): Table => ({ rows: ROWS, columns: Object.fromEntries(Object.entries(table.columns).map(([name, values]) => [name, numbers((row) => (values as Float64Array)[order(row)]!)])) });
const exchanged = (one: number, other: number) => (row: number): number => (row === one ? other : row === other ? one : row);
const swapped = exchanged(3, 4);

const PROGRAMS: readonly (readonly [string, string, PlanRequest['parameters']])[] = [
  ['Linear Regression by Columns', 'target', { target: 'y', features: 'x, z', holdout: 0 }], ['Logistic Regression by Columns', 'labels', { label: 'bad', features: 'x, z', steps: 2, rate: '1', holdout: 0 }],
];
const planned = (program: string, role: string, parameters: PlanRequest['parameters'], suite: SuiteName, own = tables): Plan => {
  const owners = own.map((table, i) => declared(table, NODES[i]!, 'Rows', 32));
  return planJob({ ...requestOver(program, own, owners, parameters, { suite }), inputs: NODES.map((node, i) => ({ node, dataset: 'Rows', role: i === 0 ? role : 'columns' })) });
};
const session = (plan: Plan, own: readonly Table[]): ReturnType<typeof runParties> => runParties(plan, Object.fromEntries(plan.inputs.flatMap((input) => ('dataset' in input
  ? [[input.name, { party: input.party, values: Array.from(evaluateLocal(input, own[input.party]!, suiteValueBits(plan.suite)), (word) => BigInt.asIntN(64, word)) }] as const] : []))), { offline: 'ideal' });
const opened = async (plan: Plan, own: readonly Table[]): Promise<unknown> => decodeResult(plan, (await Promise.all(allHeld(await session(plan, own)).map((each) => each.open([0]))))[0]!);

describe.each(PROGRAMS)('%s', (program, role, parameters) => {
  describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('between real parties, %s', (suite) => {
    it('gives with keys that agree what it gives without', async () => {
      const [keyed, free] = [planned(program, role, { ...parameters, key: 'customer, branch' }, suite), planned(program, role, parameters, suite)];
      expect(keyed.outputs.map(({ name }) => name)).toEqual(free.outputs.map(({ name }) => name));
      isNear(await opened(keyed, tables), await opened(free, tables), 1e-3);
    });
    it.each([1, 2])('ends at every party where two rows of party %d change places, and names it', async (party) => {
      const plan = planned(program, role, { ...parameters, key: ['customer'] }, suite);
      const own = tables.map((table, i) => (i === party ? turned(table, swapped) : table));
      for (const ended of await session(plan, own)) expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'CS0661', step: 'require_within', blame: party } });
    });
  });

  it('in the clear names the node too; without keys nobody notices', () => {
    const own = tables.map((table, i) => (i === 1 ? turned(table, swapped) : table));
    const tableOf = (node: string): Table => own[NODES.indexOf(node)]!;
    expect(() => evaluateInClear(planned(program, role, { ...parameters, key: 'customer' }, 'replicated-z64'), tableOf)).toThrow(expect.objectContaining({ code: 'CS0661', message: expect.stringContaining('`B`') }));
    expect(() => evaluateInClear(planned(program, role, parameters, 'replicated-z64'), tableOf)).not.toThrow();
  });

  it('a key that does not tell two rows apart does not find that they changed places', () => {
    const plan = planned(program, role, { ...parameters, key: 'branch' }, 'replicated-z64');
    const tableOf = (one: number, other: number) => (node: string): Table => (node === 'B' ? turned(tables[1]!, exchanged(one, other)) : tables[NODES.indexOf(node)]!);
    // Rows 3 and 8 are of one branch, 3 and 4 of two.
    expect(() => evaluateInClear(plan, tableOf(3, 8))).not.toThrow();
    expect(() => evaluateInClear(plan, tableOf(3, 4))).toThrow(expect.objectContaining({ code: 'CS0661' }));
  });

  it('opens one bit for each other owner, and refuses a key that somebody has not, or that is no integer', () => {
    const plan = planned(program, role, { ...parameters, key: 'customer' }, 'replicated-z64');
    expect(plan.steps.filter(({ op }) => op === 'require_within')).toEqual([1, 2].map((party) => expect.objectContaining({ party, because: 'order', min: '0', max: '0' })));
    expect(() => planned(program, role, { ...parameters, key: 'person' }, 'replicated-z64')).toThrow(expect.objectContaining({ code: 'CS0612' }));
    const halves = tables.map((table): Table => ({ ...table, columns: { ...table.columns, half: numbers((row) => row / 2) } }));
    expect(() => planned(program, role, { ...parameters, key: 'half' }, 'replicated-z64', halves)).toThrow(expect.objectContaining({ code: 'CS0613' }));
  });
});

test('an owner of another number of rows is refused before keys are compared', () => {
  const [program, role, parameters] = PROGRAMS[0]!;
  const owners = tables.map((table, i) => declared(table, NODES[i]!, 'Rows', 32));
  const short = dealt(tables[1]!, 1, (row) => (row < ROWS - 1 ? 0 : 1))[0]!;
  expect(() => planJob({ ...requestOver(program, [tables[0]!, short, tables[2]!], owners, { ...parameters, key: 'customer' }), inputs: NODES.map((node, i) => ({ node, dataset: 'Rows', role: i === 0 ? role : 'columns' })) }))
    .toThrow(expect.objectContaining({ code: 'CS0623' }));
});
