import { neededColumns, planCost, planDigest, planJob, PROGRAMS, type DatasetDescriptor, type PlanRequest } from './index.js';

const columns = {
  annual_inc: { type: 'number', min: 0, max: 2e6 },
  delinq: { type: 'integer', min: 0, max: 40 },
  Class: { type: 'category', values: ['good', 'bad'] },
} as const;
const loans = (node: string, changed: Partial<DatasetDescriptor> = {}): DatasetDescriptor => ({ name: 'Loans', node, tags: [], maxRows: 4096, columns, ...changed });
const model: DatasetDescriptor = {
  name: 'Model', node: 'Bank A', tags: [], maxRows: 1,
  columns: { annual_inc: { type: 'number', min: -1e-4, max: 1e-4 }, delinq: { type: 'number', min: -1, max: 1 }, intercept: { type: 'number', min: -10, max: 10 } },
};
const rowsOf = (...nodes: string[]) => nodes.map((node) => ({ node, dataset: 'Loans', role: 'rows' }));
const request: PlanRequest = {
  program: 'Mean', parameters: { column: 'annual_inc' }, inputs: rowsOf('Bank A', 'Bank B'), parties: ['Bank A', 'Bank B'], receivers: ['Bank A'],
  datasets: [loans('Bank A'), loans('Bank B'), model], minimumGroup: 1,
};
const scoring: PlanRequest = { ...request, program: 'Linear Score', parameters: {}, inputs: [{ node: 'Bank A', dataset: 'Model', role: 'model' }, ...rowsOf('Bank B')] };
const withB = (changed: Partial<DatasetDescriptor>): PlanRequest['datasets'] => [loans('Bank A'), loans('Bank B', changed), model];
const { annual_inc: _income, ...withoutIncome } = columns;

describe('planJob refuses, with a code and what to do', () => {
  const refusals: [what: string, change: Partial<PlanRequest>, code: string, said: RegExp, help?: RegExp][] = [
    ['an unknown program', { program: 'Maen' }, 'CS0601', /`Maen`/, /did you mean `Mean`/],
    ['a superfluous parameter', { parameters: { column: 'annual_inc', by: 'Class' } }, 'CS0602', /`by`/],
    ['a misspelt parameter', { parameters: { colum: 'annual_inc' } }, 'CS0602', /`colum`/, /`column`/],
    ['a missing parameter', { parameters: {} }, 'CS0603', /`column`/],
    ['a parameter that is no name', { parameters: { column: 7 } }, 'CS0604', /`column`/],
    ['no inputs', { inputs: [] }, 'CS0605', /no inputs/],
    ['an unknown role', { inputs: [{ node: 'Bank A', dataset: 'Loans', role: 'row' }] }, 'CS0606', /`row`/, /`rows`/],
    ['a missing role', { ...scoring, inputs: rowsOf('Bank B') }, 'CS0607', /`model`/],
    ['two inputs in a role for one', { ...scoring, inputs: [...scoring.inputs, ...rowsOf('Bank A')] }, 'CS0608', /`rows`/],
    ['one dataset twice', { inputs: rowsOf('Bank A', 'Bank A') }, 'CS0609', /`Loans` of `Bank A`/],
    ['an owner that is no party', { inputs: rowsOf('Bank A', 'Bank C') }, 'CS0610', /`Bank C`/],
    ['an unknown dataset', { inputs: [{ node: 'Bank A', dataset: 'Loan', role: 'rows' }] }, 'CS0611', /`Loan`/, /did you mean `Loans`/],
    ['a missing column', { datasets: withB({ columns: withoutIncome }) }, 'CS0612', /`Bank B` has no column `annual_inc`/],
    ['a misspelt column', { parameters: { column: 'anual_inc' } }, 'CS0612', /`anual_inc`/, /did you mean `annual_inc`/],
    ['a name of Object.prototype as a column', { parameters: { column: 'constructor' } }, 'CS0612', /`constructor`/],
    ['categories where numbers are needed', { parameters: { column: 'Class' } }, 'CS0613', /`category`/, /`number` or `integer`/],
    ['another type at another node', { datasets: withB({ columns: { ...columns, annual_inc: { type: 'integer', min: 0, max: 9 } } }) }, 'CS0614', /`number` at `Bank A` and of type `integer` at `Bank B`/],
    ['other categories at another node', { program: 'Histogram', parameters: { column: 'Class' }, datasets: withB({ columns: { ...columns, Class: { type: 'category', values: ['good', 'poor'] } } }) }, 'CS0615', /`Class`/],
    ['a single party', { inputs: rowsOf('Bank A'), parties: ['Bank A'] }, 'CS0616', /two parties/, /nothing to protect/],
    ['seventeen parties', { parties: Array.from({ length: 17 }, (_, i) => `Bank ${'ABCDEFGHIJKLMNOPQ'[i]!}`) }, 'CS0617', /17 parties/],
    ['a party twice', { parties: ['Bank A', 'Bank B', 'Bank A'] }, 'CS0618', /`Bank A` is a party twice/],
    ['a receiver twice', { receivers: ['Bank A', 'Bank A'] }, 'CS0618', /receiver twice/],
    ['no receiver', { receivers: [] }, 'CS0619', /nobody/],
    ['more rows than 64 bits can sum well', { datasets: [loans('Bank A', { maxRows: 2 ** 50 }), loans('Bank B')] }, 'CS0620', /`annual_inc` of `Loans` at `Bank A`/, /smaller row bound/],
    ['a range upside down', { datasets: withB({ columns: { ...columns, annual_inc: { type: 'number', min: 1, max: 0 } } }) }, 'CS0621', /`annual_inc` of `Loans` at `Bank B`/],
    ['an infinite range', { datasets: withB({ columns: { ...columns, annual_inc: { type: 'number', min: 0, max: Infinity } } }) }, 'CS0621', /finite/],
    ['an integer column with a fraction as a bound', { parameters: { column: 'delinq' }, datasets: withB({ columns: { ...columns, delinq: { type: 'integer', min: 0.5, max: 2 } } }) }, 'CS0621', /`delinq`/],
    ['a value listed twice', { program: 'Histogram', parameters: { column: 'Class' }, datasets: withB({ columns: { ...columns, Class: { type: 'category', values: ['good', 'good'] } } }) }, 'CS0621', /twice/],
    ['scores under a minimum group', { ...scoring, minimumGroup: 25 }, 'CS0622', /at least 25/],
    ['a missing row count', { ...scoring, rows: [] }, 'CS0623', /`Loans` of `Bank B`/],
    ['more rows than declared', { ...scoring, rows: [{ node: 'Bank B', dataset: 'Loans', rows: 4097 }] }, 'CS0623', /4097/],
    ['a model of many rows', { ...scoring, datasets: [loans('Bank B'), { ...model, maxRows: 2 }] }, 'CS0624', /`Model`/],
    ['a model without intercept', { ...scoring, datasets: [loans('Bank B'), { ...model, columns: { delinq: columns.delinq } }] }, 'CS0612', /`intercept`/],
    ['a model without features', { ...scoring, datasets: [loans('Bank B'), { ...model, columns: { intercept: columns.delinq } }] }, 'CS0612', /no feature/],
    ['a feature that the rows lack', { ...scoring, datasets: [loans('Bank B', { columns: withoutIncome }), model] }, 'CS0612', /`annual_inc`/],
    ['a group that no data can reach', { minimumGroup: 8193 }, 'CS0627', /8193/],
    ['more products than a session may have', { ...scoring, datasets: [loans('Bank B', { maxRows: 2 ** 24 }), model] }, 'CS0628', /products/],
  ];
  for (const [what, change, code, said, help] of refusals) {
    it(what, () => {
      const refused = () => planJob({ ...request, ...change });
      expect(refused).toThrow(expect.objectContaining({ code, message: expect.stringMatching(said) }));
      if (help) expect(refused).toThrow(expect.objectContaining({ help: expect.arrayContaining([expect.stringMatching(help)]) }));
    });
  }
});

describe('a plan', () => {
  it('allows ranges to differ between nodes and centres on all of them', () => {
    const plan = planJob({ ...request, datasets: withB({ columns: { ...columns, annual_inc: { type: 'number', min: -1e6, max: 1e6 } } }) });
    expect(plan.inputs.filter((i) => i.source.of === 'sum').map((i) => i.source)).toEqual(Array(2).fill({ of: 'sum', column: 'annual_inc', offset: '500000' }));
  });
  it('keeps integers exact', () => {
    const plan = planJob({ ...request, program: 'Standard Deviation', parameters: { column: 'delinq' } });
    expect(plan.outputs.map((o) => [o.fractionBits, o.errorBound])).toEqual(Array(3).fill([0, undefined]));
    const x = planJob(scoring).inputs.filter((i) => i.source.of === 'column' && i.source.column === 'delinq');
    expect(x.map((i) => i.fractionBits)).toEqual([0]);
  });
  it('opens what its program says and reads the columns that it needs', () => {
    const opened = (change: Partial<PlanRequest>): string[] => planJob({ ...request, ...change }).outputs.map((o) => o.name);
    expect(opened({})).toEqual(['count', 'sum']);
    expect(opened({ program: 'Group Mean', parameters: { column: 'annual_inc', by: 'Class' } })).toEqual(['count_by', 'sum_by']);
    expect(opened(scoring)).toEqual(['scores']);
    expect([...neededColumns(planJob({ ...request, program: 'Count', parameters: {} }), 1)]).toEqual([['Loans', []]]);
    expect([...neededColumns(planJob({ ...request, program: 'Group Mean', parameters: { column: 'annual_inc', by: 'Class' } }), 0)]).toEqual([['Loans', ['Class', 'annual_inc']]]);
    expect([...neededColumns(planJob(scoring), 0)]).toEqual([['Model', ['annual_inc', 'delinq', 'intercept']]]);
  });
  it('has a digest that depends on nothing but its content', () => {
    const digest = planDigest(planJob(request));
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    const reordered = Object.fromEntries(Object.entries(planJob(request)).reverse()) as unknown as ReturnType<typeof planJob>;
    expect(planDigest(reordered)).toBe(digest);
    expect(planDigest(planJob({ ...request, receivers: ['Bank B'] }))).not.toBe(digest);
    expect(() => planDigest({ ...planJob(request), v: 1.5 as 1 })).toThrow(TypeError);
  });
  it('costs one matrix triple for a linear score, and the comparison circuit for a minimum group', () => {
    const rows = [{ node: 'Bank B', dataset: 'Loans', rows: 100 }];
    expect(planCost(planJob({ ...scoring, rows }))).toEqual({ triples: 0, matrixTriples: [{ rows: 100, inner: 3, columns: 1 }], andWords: 0, daBits: 0, offlineRounds: 0, rounds: 3 });
    expect(planCost(planJob(request))).toEqual({ triples: 0, matrixTriples: [], andWords: 0, daBits: 0, offlineRounds: 0, rounds: 2 });
    const groups = { ...request, program: 'Histogram', parameters: { column: 'Class' }, parties: ['Bank A', 'Bank B', 'Bank C'], minimumGroup: 5 };
    // The masks of two words are made of random bits. Then the words are opened, their borrow takes a tree of 6 levels and 17 words, two lanes are joined and the bit is
    // opened.
    expect(planCost(planJob(groups))).toEqual({ triples: 0, matrixTriples: [], andWords: 17 + 1, daBits: 2 * 64, offlineRounds: 0, rounds: 1 + (1 + 6 + 1 + 1) + 1 });
  });
});

describe('the programs', () => {
  it('say in one sentence what is opened and to whom', () => {
    for (const { opens } of PROGRAMS) expect(opens).toMatch(/^The receivers learn,? [^.]+\.$/);
  });
  it('have these digests, which jobs and policies refer to', () => {
    expect(Object.fromEntries(PROGRAMS.map((p) => [p.name, p.digest.slice(0, 16)]))).toMatchInlineSnapshot(`
{
  "Binned Histogram": "065a3ba36e6ab39c",
  "Chi-Square": "512b9e3b89a77e8a",
  "Correlation": "62a54ec4cc017bc9",
  "Count": "68ba2f2a749a6def",
  "Covariance": "132d53b6340276ed",
  "Demand Forecast": "e67f2cf905284721",
  "Group Mean": "bc4f82d0966f7021",
  "Hidden Match Statistics": "9c19bd4301360584",
  "Histogram": "4416a193445d8624",
  "Join Count": "58f88393a19c0972",
  "Joined Statistics": "2c76a38f519d5cb6",
  "Linear Regression": "6da63a34bcd1e6ae",
  "Linear Regression by Columns": "4c25035ffdc32682",
  "Linear Score": "9a2fac251c1ec116",
  "Logistic Regression": "83f9b3376e7c9b37",
  "Logistic Regression by Columns": "2e769c8b8fd677db",
  "Logistic Score": "13ec24682232bedc",
  "Mean": "0abab8247373cfed",
  "Median": "929210e82905d595",
  "Private Inference": "6bd0453d8c3a7770",
  "Quantiles": "846516bafd83d36b",
  "Standard Deviation": "0745be360635e4a0",
  "Sum": "c89755f0545b0f52",
  "T-Test": "f9eb2a515616978a",
  "Train and Score": "f3089fd1d9e3184d",
  "Two-Way Table": "0a40c219e23d1b3c",
  "Variance": "09ed6f58faee8232",
}
`);
  });
  it('describe their parameters for forms', () => {
    expect(PROGRAMS.find((p) => p.name === 'Group Mean')!.parametersJsonSchema).toMatchObject({ type: 'object', required: ['column', 'by'], additionalProperties: false });
  });
});
