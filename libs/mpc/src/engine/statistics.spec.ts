import { readFileSync } from 'node:fs';
import { decodeResult, evaluateLocal, type Plan, planJob, type ResultValue, type SuiteName, suiteValueBits, type Table } from '#program';
import { allHeld, dataFile, type PrivateVector, rowsJob, type RowsJobOptions, runParties, withData } from '#testing';

/** What every owner shares of its table. */
const vectorsOf = (plan: Plan, tableOf: (node: string) => Table): Record<string, PrivateVector> => Object.fromEntries(plan.inputs.flatMap((input) =>
  ('dataset' in input ? [[input.name, { party: input.party, values: [...evaluateLocal(input, tableOf(plan.parties[input.party]!), suiteValueBits(plan.suite))] }]] : [])));

async function run(job: RowsJobOptions, offline: 'real' | 'ideal' = 'real'): Promise<Record<string, ResultValue>> {
  const { request, tableOf } = rowsJob(job);
  const plan = planJob(request);
  const held = allHeld(await runParties(plan, vectorsOf(plan, tableOf), { offline }));
  const opened = await Promise.all(held.map((each) => each.open([0])));
  return decodeResult(plan, new Map(opened[0]!)) as Record<string, ResultValue>;
}

const declared = { x: { type: 'number', min: 0, max: 500 }, age: { type: 'integer', min: 0, max: 120 }, g: { type: 'category', values: ['a', 'b'] }, h: { type: 'category', values: ['u', 'v'] } } as const;
const rows = { x: [1, 20, 33.5, 41, 5, 66, 70], age: [20, 31, 42, 53, 64, 75, 86], g: ['a', 'b', 'a', 'b', 'a', 'b', 'a'], h: ['u', 'v', 'v', 'v', 'u', 'u', 'u'] };
const SETTINGS: readonly (readonly [SuiteName, number, 'real' | 'ideal'])[] = [['replicated-z64', 3, 'real'], ['shamir-p61', 3, 'real'], ['additive-z64', 2, 'real'], ['additive-z64', 3, 'ideal']];

describe.each(SETTINGS)('in sessions of %s, %i parties, %s offline phase', (suite, nodes, offline) => {
  const ask = (program: string, parameters: RowsJobOptions['parameters']): Promise<Record<string, ResultValue>> => run({ program, parameters, declared, rows, suite, nodes, maxRows: 4 }, offline);
  it('statistics are those of the rows', async () => {
    const { variance } = await ask('Variance', { column: 'age' });
    expect((variance as number) / 564.666666666).toBeCloseTo(1, 7);
    expect(await ask('Median', { column: 'age', where: 'x > 4' })).toEqual({ median: 58.5 });
    const { t, df } = await ask('T-Test', { column: 'age', by: 'g', first: 'a', second: 'b' });
    expect([t, df].map((each) => Number((each as number).toPrecision(6)))).toEqual([0, 4.95918]);
  });
  it('covariances, quantiles, intervals and independence are those of the rows', async () => {
    const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
    const comoment = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, each, i) => sum + (each - mean(a)) * (b[i]! - mean(b)), 0);
    const { covariance } = await ask('Covariance', { columns: 'x,age' }) as unknown as { covariance: Record<string, Record<string, number>> };
    for (const [a, b] of [['x', 'x'], ['x', 'age'], ['age', 'age']] as const) expect(covariance[a]![b]! / (comoment(rows[a], rows[b]) / 6)).toBeCloseTo(1, 6);
    expect(await ask('Quantiles', { column: 'age', at: '0.25, 0.5, 1' })).toEqual({ quantiles: { 0.25: expect.closeTo(36.5, 5), 0.5: expect.closeTo(53, 5), 1: expect.closeTo(86, 5) } });
    expect(await ask('Binned Histogram', { column: 'x', edges: '0, 20, 50, 60' })).toEqual({ counts: { '0 to 20': 2, '20 to 50': 3, '50 to 60': 0 } });
    // 2 × 2 with 3, 1, 1 and 2 of 7 rows: n·(ad − bc)² over the product of the sums.
    const { chiSquare, df, p } = await ask('Chi-Square', { row: 'g', column: 'h' });
    expect((chiSquare as number) / ((7 * (3 * 2 - 1 * 1) ** 2) / (4 * 3 * 4 * 3))).toBeCloseTo(1, 6);
    expect(df).toBe(1);
    expect(p).toBeGreaterThan(0.1);
  });
});

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('rows that are checked on shares, %s', (suite) => {
  it('end the session at every party, with the name of the one whose they are', async () => {
    const { request, tableOf } = rowsJob({ program: 'Two-Way Table', parameters: { row: 'g', column: 'h', check: 'shares' }, declared, rows, suite, maxRows: 4 });
    const plan = planJob(request);
    const vectors = vectorsOf(plan, tableOf);
    const good = await runParties(plan, vectors, { offline: 'ideal' });
    expect(decodeResult(plan, new Map((await Promise.all(allHeld(good).map((each) => each.open([0]))))[0]!))).toEqual({ counts: { a: { u: 3, v: 1 }, b: { u: 1, v: 2 } } });
    const name = plan.inputs.find((input) => input.party === 2)!.name;
    const bad = { ...vectors, [name]: { party: 2, values: vectors[name]!.values.map((value, i) => (i === 1 ? 2n : value)) } };
    for (const result of await runParties(plan, bad, { offline: 'ideal' })) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0660', step: 'require_within', blame: 2 } });
  });
});

const [patients, reference] = ['all_hospitals.csv', 'reference_hospitals.json'].map((name) => dataFile(`heart-disease-4-hospitals/${name}`));
const hospitals = ['cleveland', 'hungarian', 'switzerland', 'va'];
(patients && reference ? describe : describe.skip)(withData('four hospitals', 'heart-disease-4-hospitals/all_hospitals.csv'), () => {
  const [header, ...lines] = patients ? readFileSync(patients, 'utf8').trim().split('\n').map((line) => line.split(',')) : [[]];
  // The rows of the reference are those without a blank in these.
  const known = lines.filter((line) => ['age', 'sex', 'cp', 'trestbps', 'restecg', 'thalach', 'exang', 'oldpeak'].every((name) => line[header!.indexOf(name)] !== ''));
  const column = (name: string): string[] => known.map((line) => line[header!.indexOf(name)]!);
  // Dealt by hospital: rows go to nodes in turns, so each takes the next of its own.
  const dealt = hospitals.map((name) => known.map((_, i) => i).filter((i) => column('hospital')[i] === name));
  const inTurns = Array.from({ length: Math.max(...dealt.map((each) => each.length)) * 4 }, (_, i) => dealt[i % 4]![Math.floor(i / 4)]);
  const all = { age: column('age').map(Number), thalach: column('thalach').map(Number), sex: column('sex').map((sex) => (sex === '1' ? 'male' : 'female')), disease: column('disease').map((each) => (each === '0' ? 'no' : 'yes')) };
  const tables = Object.fromEntries(['A', 'B', 'C', 'D'].map((node, n): [string, Table] => {
    const own = inTurns.filter((row, i) => i % 4 === n && row !== undefined) as number[];
    return [node, { rows: own.length, columns: { age: Float64Array.from(own, (i) => all.age[i]!), thalach: Float64Array.from(own, (i) => all.thalach[i]!), sex: own.map((i) => all.sex[i]!), disease: own.map((i) => all.disease[i]!) } }];
  }));
  const ask = async (program: string, parameters: RowsJobOptions['parameters']): Promise<Record<string, ResultValue>> => {
    const { request } = rowsJob({
      program, parameters, nodes: 4, suite: 'shamir-p61', maxRows: 512, rows: {},
      declared: { age: { type: 'integer', min: 18, max: 100 }, thalach: { type: 'integer', min: 40, max: 230 }, sex: { type: 'category', values: ['female', 'male'] }, disease: { type: 'category', values: ['no', 'yes'] } },
    });
    const plan = planJob(request);
    const opened = await Promise.all(allHeld(await runParties(plan, vectorsOf(plan, (node) => tables[node]!), { offline: 'ideal' })).map((each) => each.open([0])));
    return decodeResult(plan, new Map(opened[0]!)) as Record<string, ResultValue>;
  };
  it('have the joint statistics of their reference', async () => {
    const { joint_statistics: joint } = JSON.parse(readFileSync(reference!, 'utf8')) as { joint_statistics: Record<string, number> & { disease_by_sex: Record<string, [number, number]> } };
    const { correlation } = await ask('Correlation', { columns: 'age,thalach' }) as { correlation: Record<string, Record<string, number>> };
    expect(correlation.age!.thalach).toBeCloseTo(joint.corr_age_thalach!, 6);
    const { variance } = await ask('Variance', { column: 'age', of: 'population' });
    expect(Math.sqrt(variance as number)).toBeCloseTo(joint.age_std_population!, 6);
    const { counts } = await ask('Two-Way Table', { row: 'sex', column: 'disease' }) as { counts: Record<string, Record<string, number>> };
    for (const [sex, [ill, total]] of Object.entries(joint.disease_by_sex)) expect([counts[sex]!.yes, counts[sex]!.yes! + counts[sex]!.no!]).toEqual([ill, total]);
    const sorted = [...all.thalach].sort((a, b) => a - b);
    expect(await ask('Median', { column: 'thalach' })).toEqual({ median: sorted.length % 2 ? sorted[sorted.length >> 1] : (sorted[sorted.length / 2 - 1]! + sorted[sorted.length / 2]!) / 2 });
  });
});
