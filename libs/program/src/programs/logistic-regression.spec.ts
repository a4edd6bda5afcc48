import { aucInPlain, dealt, declared, interpretInstructions, trainInPlain, withColumn } from '#testing';
import { type DatasetDescriptor, type Plan, type PlanRequest, type SuiteName, type Table, decodeResult, evaluateLocal, planJob, suiteValueBits } from '../index.js';

interface LogisticResult {
  readonly coefficients: Record<string, number>;
  readonly intercept: number;
  readonly standardised: { readonly coefficients: Record<string, number>; readonly intercept: number };
  readonly 'hardly vary': readonly string[];
  readonly test?: { readonly rows: number; readonly accuracy: number; readonly auc: number; readonly confusion: Record<string, number>; readonly roc?: readonly (readonly number[])[] };
}

const NODES = ['A', 'B', 'C'];

/** A consortium whose nodes own these tables. */
const requestOf = (tables: readonly Table[], descriptors: readonly DatasetDescriptor[], parameters: PlanRequest['parameters'], change: Partial<PlanRequest> = {}): PlanRequest => ({
  program: 'Logistic Regression', parameters, parties: descriptors.map(({ node }) => node), receivers: ['A'], datasets: descriptors, minimumGroup: 0,
  inputs: descriptors.map(({ node, name }) => ({ node, dataset: name, role: 'rows' })), rows: descriptors.map(({ node, name }, i) => ({ node, dataset: name, rows: tables[i]!.rows })), ...change,
});

/** Runs the plan on shares held by nobody: bit by bit as a suite does. */
function runIdeally(plan: Plan, tables: readonly Table[]): LogisticResult {
  const inputs = new Map(plan.inputs.map((input) =>
    [input.name, 'dataset' in input ? Array.from(evaluateLocal(input, tables[input.party]!, suiteValueBits(plan.suite)), (word) => BigInt.asIntN(64, word)) : []] as const));
  const { outputs } = interpretInstructions(plan, inputs);
  return decodeResult(plan, new Map([...outputs].map(([name, words]) => [name, BigUint64Array.from(words, (word) => BigInt.asUintN(64, word))]))) as unknown as LogisticResult;
}

/** Rows with three columns and a label that depends on them. */
function synthetic(rows: number, seed = 1): Table {
  let state = seed;
  const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
  const table: Table = {
    rows,
    columns: {
      age: Float64Array.from({ length: rows }, () => Math.round(20 + 60 * random())), income: Float64Array.from({ length: rows }, () => 10_000 + 90_000 * random() ** 3),
      area: Array.from({ length: rows }, () => (random() < 0.3 ? 'town' : 'land')),
    },
  };
  const { age, income, area } = table.columns as { age: Float64Array; income: Float64Array; area: string[] };
  return withColumn(table, 'bad', (row) => (random() < 1 / (1 + Math.exp(-(0.08 * (age[row]! - 50) - income[row]! / 40_000 + (area[row] === 'town' ? 1 : 0)))) ? 1 : 0));
}
const matrix = ({ rows, columns }: Table): number[][] =>
  Array.from({ length: rows }, (_, row) => [(columns.age as Float64Array)[row]!, (columns.income as Float64Array)[row]!, (columns.area as string[])[row] === 'town' ? 1 : 0]);

const parameters = { label: 'bad', features: 'age, income, area', steps: 8, rate: '1' };

describe.each<SuiteName>(['additive-z64', 'replicated-z64', 'shamir-p61'])('three owners with %s', (suite) => {
  const whole = synthetic(150);
  const tables = dealt(whole, 3, (row) => Math.floor(row / 50));
  const descriptors = NODES.map((node) => declared(whole, node, 'Loans', 64));
  const isTest = (row: number): boolean => row % 5 === 4;

  test.each<PlanRequest['parameters']>([{}, { weights: 'balanced' }, { batches: 1, roc: 10 }, { where: 'age >= 30' }])('train one model on all rows, as in plain: %j', (change) => {
    const plan = planJob(requestOf(tables, descriptors, { ...parameters, ...change }, { suite }));
    const result = runIdeally(plan, tables);
    const places = Array.from({ length: 150 }, (_, row) => row).filter((row) => change.where === undefined || (whole.columns.age as Float64Array)[row]! >= 30);
    const [rows, labels] = [matrix(whole), Array.from(whole.columns.bad as Float64Array)];
    const [train, held] = [places.filter((row) => !isTest(row)), places.filter(isTest)];
    const { weights, mean, deviation } = trainInPlain(train.map((row) => rows[row]!), train.map((row) => labels[row]!), { steps: 8, rate: 1, penalty: 0.001, balanced: change.weights === 'balanced' });
    const standardised = [...['age', 'income', 'area=town'].map((name) => result.standardised.coefficients[name]!), result.standardised.intercept];
    standardised.forEach((value, j) => expect(Math.abs(value - weights[j]!)).toBeLessThan(0.002));
    const scores = held.map((row) => rows[row]!.reduce((sum, x, j) => sum + ((x - mean[j]!) / deviation[j]!) * weights[j]!, weights[3]!));
    const truths = held.map((row) => labels[row]!);
    expect(result.test!.rows).toBe(held.length);
    expect(Math.abs(result.test!.auc - aucInPlain(scores, truths))).toBeLessThan(0.01);
    expect(result.coefficients.age! * deviation[0]!).toBeCloseTo(weights[0]!, 2);
    expect(result['hardly vary']).toEqual([]);
  });
});
