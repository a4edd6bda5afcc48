import fc from 'fast-check';
import { interpretInstructions, interpretPlan } from '#testing';
import { column, columns, type DatasetDescriptor, decodeResult, evaluateInClear, evaluateLocal, lower, number, parseProgram, type Plan, planCost, planDigest, planJob, type PlanRequest, program, type ProgramDefinition, type Table } from '../index.js';
import { decimal } from './expression.js';

const shareAbove = program({
  name: 'Share Above',
  opens: 'The receivers learn which share of all rows lies above a limit, and nothing else.',
  parameters: { column: column('the column'), limit: number('the limit', { default: '10' }) },
}, ({ rows, parameters, open }) => {
  const above = rows.column(parameters.column).greaterThan(parameters.limit).times(rows.present);
  open('share', above.sum().dividedBy(rows.count));
});

const NODES = ['A', 'B'];
const dataset = (node: string): DatasetDescriptor => ({ name: 'Rows', node, tags: [], maxRows: 4, columns: { x: { type: 'number', min: 0, max: 100 }, y: { type: 'integer', min: -5, max: 5 }, g: { type: 'category', values: ['a'] } } });
const tables: Record<string, Table> = {
  A: { rows: 3, columns: { x: Float64Array.of(5, 15, 99.5), y: Float64Array.of(1, 2, 3) } },
  B: { rows: 2, columns: { x: Float64Array.of(10, 50), y: Float64Array.of(-5, 5) } },
};
const request = (definition: ProgramDefinition, change: Partial<PlanRequest> = {}): PlanRequest => ({
  program: definition.name, definition, parameters: { column: 'x' }, parties: NODES, receivers: ['A'], minimumGroup: 0, datasets: NODES.map(dataset),
  inputs: NODES.map((node) => ({ node, dataset: 'Rows', role: 'rows' })), ...change,
});
const elementsOf = (plan: Plan): Map<string, bigint[]> => new Map(plan.inputs.flatMap((input) =>
  ('dataset' in input ? [[input.name, Array.from(evaluateLocal(input, tables[plan.parties[input.party]!]!), (word) => BigInt.asIntN(64, word))] as const] : [])));
const both = (of: PlanRequest): { clear: unknown; secure: unknown } => {
  const plan = planJob(of);
  const tableOf = (node: string): Table => tables[node]!;
  return { clear: evaluateInClear(plan, tableOf), secure: decodeResult(plan, interpretPlan(plan, tableOf)) };
};

it('records a program, plans it for a request and computes what it says', () => {
  const { clear, secure } = both(request(shareAbove));
  expect(clear).toEqual({ share: 0.6 });
  expect((secure as { share: number }).share).toBeCloseTo(0.6, 5);
  expect(both(request(shareAbove, { parameters: { column: 'y', limit: '2.5' } })).clear).toEqual({ share: 0.4 });
});

it('has owners do what they can by themselves', () => {
  const plan = planJob(request(shareAbove));
  const onShares = { ...plan, inputs: plan.inputs.map((input) => ({ ...input, onShares: true as const })) };
  // One division of what all owners count.
  expect(lower(plan).inputs.map(({ party, length }) => [party, length])).toEqual([[0, 1], [1, 1], [0, 1], [1, 1]]);
  expect(planCost(plan).andWords).toBeLessThan(planCost(onShares).andWords);
  expect(interpretInstructions(plan, elementsOf(plan)).outputs).toEqual(interpretInstructions(onShares, elementsOf(plan)).outputs);
});

it('keeps a minimum group, and takes no other parameters', () => {
  expect(() => both(request(shareAbove, { minimumGroup: 6 }))).toThrow(expect.objectContaining({ code: 'CS0627' }));
  expect(() => planJob(request(shareAbove, { minimumGroup: 9 }))).toThrow(expect.objectContaining({ code: 'CS0627' }));
  expect(() => planJob(request(shareAbove, { parameters: { column: 'x', limit: 'much' } }))).toThrow(expect.objectContaining({ code: 'CS0604' }));
  expect(() => planJob(request(shareAbove, { parameters: { column: 'g' } }))).toThrow(expect.objectContaining({ code: 'CS0613' }));
});

it('is data: what is written is read back as the same program with the same digest and plan', () => {
  const { digest, parametersSchema: _schema, parametersJsonSchema: _json, ...data } = shareAbove;
  const again = program({ name: 'Share Above', opens: data.opens, parameters: { column: column('the column'), limit: number('the limit', { default: '10' }) } }, ({ rows, parameters, open }) => {
    open('share', rows.column(parameters.column).greaterThan(parameters.limit).times(rows.present).sum().dividedBy(rows.count));
  });
  expect(parseProgram(JSON.stringify(data))).toEqual(data);
  expect(again.digest).toBe(digest);
  expect(planDigest(planJob(request(again)))).toBe(planDigest(planJob(request(shareAbove))));
});

describe('stages that an author names', () => {
  const twice = (...names: (string | undefined)[]): ProgramDefinition => program({ name: 'Twice Above', opens: shareAbove.opens }, ({ rows, stage, open }) => {
    let sum = rows.columns(['x'], { scaled: true }).mean();
    names.forEach((name, i) => {
      stage({ kind: 'step', index: i + 1, of: names.length, ...(name !== undefined && { name }) });
      sum = sum.squared();
    });
    stage();
    open('sum', sum.plus(1).times(sum));
  });

  it('are part of what is published, and of no plan\'s digest', () => {
    const plan = planJob(request(twice(undefined, 'the second'), { parameters: {} }));
    const plain = planJob(request(twice(), { parameters: {} }));
    expect(plan.stages!.map(({ parts }) => parts)).toEqual([[{ kind: 'step', index: 1, of: 2 }], [{ kind: 'step', index: 2, of: 2, name: 'the second' }], []]);
    expect(lower(plan).stages.map(({ parts }) => parts)).toEqual(plan.stages!.map(({ parts }) => parts));
    expect(plain.stages!.map(({ parts }) => parts)).toEqual([[]]);
    const { digest, parametersSchema: _schema, parametersJsonSchema: _json, ...data } = twice('a', 'b');
    expect(parseProgram(JSON.stringify(data))).toEqual(data);
    expect(digest).not.toBe(twice('a', 'c').digest);
    expect(planDigest({ ...planJob(request(twice('a', 'b'), { parameters: {} })), program: plan.program })).toBe(planDigest(plan));
  });

  it('are refused where they are no stages of it', () => {
    const { digest: _digest, parametersSchema: _schema, parametersJsonSchema: _json, ...data } = twice('a', 'b');
    const { recording } = data.computation as Extract<typeof data.computation, { kind: 'recorded' }>;
    const [first, second] = recording.stages!;
    const read = (stages: unknown): unknown => parseProgram(JSON.stringify({ ...data, computation: { kind: 'recorded', recording: { ...recording, stages } } }));
    const refused = expect.objectContaining({ code: 'CS0671' });
    expect(() => read(recording.stages)).not.toThrow();
    expect(() => read([second, first])).toThrow(refused);
    expect(() => read([first, first])).toThrow(refused);
    expect(() => read([{ ...first, from: 't9999' }])).toThrow(refused);
    for (const part of [{ index: 3 }, { index: 0 }, { of: 2 ** 30 }, { kind: 'secret' }, { name: 'a\u202eb' }, { name: 'x'.repeat(65) }]) expect(() => read([{ ...first, parts: [{ ...first!.parts[0], ...part }] }])).toThrow(refused);
    expect(() => twice('x'.repeat(65))).toThrow(refused);
  });
});

const everything = program({
  name: 'Everything', opens: 'The receivers learn one number of every operation.', roles: { rows: 'one or more' }, parameters: { columns: columns('columns'), rate: number('a rate') },
}, ({ rows, parameters, constant, concat, open }) => {
  const x = rows.columns(parameters.columns, { scaled: true });
  const one = x.pick(1, 0);
  const positive = one.clip(0.25, 1);
  const weights = constant([parameters.rate, 0.5]);
  open('numbers', concat([
    x.matmul(weights).sum(), x.transpose().matmul(x).reshape([4]), x.mean(0), x.sum(), x.slice(0, 0, rows.size).slice(1, 0, 1).sum(), x.negated().squared({ fractionBits: 18 }).sum(),
    one.lessThan(0).select(one, one.not()).sum(), one.lessThan(0).sum(), one.atMost(0).sum(), one.atLeast(0).sum(), one.equals(0).sum(), one.relu().sum(), one.abs().sum(), one.maximum(0).sum(), one.minimum(0).sum(),
    one.within(-1, 1).max(0).reshape([1]), one.min(0).reshape([1]), one.argmax(0).reshape([1]), positive.reciprocal().sum(), positive.sqrt().sum(), one.exp({ fractionBits: 16 }).sum(), positive.log().sum(), one.sigmoid().sum(),
    x.softmax({ fractionBits: 16 }).sum(), one.sort().slice(0, 0, 2), one.median().reshape([1]), one.lookup(one.argmax(0).reshape([1])), constant(3, [1]).broadcast([2]), one.plus(1).minus(one).times(2).at(10).sum(), one.sum().dividedBy(rows.count),
  ].map((each) => each.at(16))));
});

it('has every operation of a tensor', () => {
  const { clear, secure } = both(request(everything, { parameters: { columns: 'x,y', rate: '0.25' } }));
  const [exact, computed] = [clear, secure].map((each) => (each as { numbers: number[] }).numbers);
  expect(computed!.length).toBe(exact!.length);
  computed!.forEach((value, i) => expect(Math.abs(value - exact![i]!)).toBeLessThan(0.01));
});

/** Parsed JSON, which a test breaks in every way. */
type Loose = ReturnType<typeof JSON.parse>;

describe('what is not a program', () => {
  const { digest: _digest, parametersSchema: _schema, parametersJsonSchema: _json, ...good } = shareAbove;
  const changed = (change: (data: Loose) => void): string => {
    const copy = structuredClone(good);
    change(copy);
    return JSON.stringify(copy);
  };
  const steps = (data: Loose): Loose[] => data.computation.recording.steps;

  it.each<[string, string]>([
    ['no JSON', '{'], ['a list', '[]'], ['another version', changed((data) => (data.v = 2))], ['an unknown field', changed((data) => (data.more = 1))],
    ['a name with control characters', changed((data) => (data.name = 'Sum\u001b[2J'))], ['a sentence that turns text round', changed((data) => (data.opens = 'a\u202eb'))],
    ['a call that there is not', changed((data) => (steps(data).at(-1).call = 'constructor'))], ['a call of a method of objects', changed((data) => (steps(data).at(-1).call = '__proto__'))],
    ['nothing opened', changed((data) => (data.computation.recording.opens = []))], ['an opened name twice', changed((data) => data.computation.recording.opens.push(data.computation.recording.opens[0]))],
    ['a column that no role tells of', changed((data) => (steps(data)[0].columns = ['secret']))], ['a role column that no parameter names', changed((data) => (data.parameters = []))],
    ['too much', `"${'x'.repeat(2 ** 20)}"`], ['another kind', changed((data) => (data.computation.kind = 'tensor'))], ['row counts that are told', changed((data) => (data.rowCounts = 'disclosed'))],
  ])('is refused: %s', (_, json) => {
    expect(() => parseProgram(json)).toThrow(expect.objectContaining({ code: 'CS0671' }));
  });

  it.each<[string, (data: Loose) => void]>([
    ['a tensor before it is made', (data) => (steps(data).at(-1).on = 't999')],
    ['a tensor twice', (data) => (steps(data).at(-1).out = 't0')],
    ['too few arguments', (data) => (steps(data).at(-1).with = [])],
    ['too many', (data) => (steps(data).at(-1).with = ['t0', { fractionBits: 2 }, 3])],
    ['an argument of another kind', (data) => (steps(data).at(-1).with = [3])],
    ['a role that there is not', (data) => (steps(data).find((step: Loose) => 'present' in step).present = 'others')],
    ['a column used as a number', (data) => (steps(data).find((step: Loose) => step.call === 'greaterThan').with = [{ parameter: 'column' }])],
    ['a parameter that there is not', (data) => (steps(data).find((step: Loose) => step.call === 'greaterThan').with = [{ parameter: 'others' }])],
  ])('or cannot be planned: %s', (_, change) => {
    const data = parseProgram(changed(change));
    expect(() => planJob(request({ ...shareAbove, ...data }))).toThrow(expect.objectContaining({ code: expect.stringMatching(/^CS06(29|72)$/) }));
  });

  it('more elements than a session takes are refused before any is made', () => {
    const large = program({ name: 'Large', opens: 'Nothing of use.' }, ({ rows, constant, open }) => {
      open('x', constant(1, [1]).broadcast([2 ** 20, 2 ** 20]).sum().plus(rows.column('x').sum()));
    });
    expect(() => planJob(request(large, { parameters: {} }))).toThrow(expect.objectContaining({ code: 'CS0628' }));
  });

  it('however it is broken, it is a program or an error with a code', () => {
    fc.assert(fc.property(fc.json(), (json) => {
      expect(() => parseProgram(json)).toThrow(expect.objectContaining({ code: 'CS0671' }));
    }), { numRuns: 200 });
  });
});

it('a mistake of its author is refused while it is recorded', () => {
  const wrong = (describe: Parameters<typeof program>[1]): (() => unknown) => () => program({ name: 'Wrong', opens: 'x' }, describe);
  expect(wrong(({ rows, open }) => open('x', rows.column('x').plus(Number.NaN)))).toThrow(/finite/);
  expect(wrong(({ rows, open }) => open('x', rows.column('x').matmul({} as never)))).toThrow(/not a tensor/);
  expect(wrong(({ role }) => role('others'))).toThrow(/no role/);
  expect(wrong(() => undefined)).toThrow(expect.objectContaining({ code: 'CS0671' }));
});

it('numbers are written without exponents, as Number reads them back', () => {
  fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), (x) => {
    expect(decimal(x)).toMatch(/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/);
    expect(Number(decimal(x))).toBe(x === 0 ? 0 : x);
  }));
});
