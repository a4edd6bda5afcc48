import { decodeResult, drawNoise, evaluateInClear, evaluateLocal, planDigest, planJob, type Coins, type DatasetDescriptor, type GroupMeanResult, type Plan, type PlanRequest, type Table } from '#program';
import { allHeld, numbersIn, type PrivateVector, runParties, seededRandomness } from '#testing';

/** Private plans through the real session over in-memory links, with the ideal dealer in place of the offline phase unless said otherwise. */

const BANKS = ['Bank A', 'Bank B', 'Bank C', 'Bank D', 'Bank E'];
const declared = (node: string): DatasetDescriptor => ({
  name: 'Loans', node, tags: [], maxRows: 512, columns: { income: { type: 'number', min: 0, max: 1000 }, class: { type: 'category', values: ['good', 'bad'] } },
});
const table = (rows: number): Table => ({
  rows, columns: { income: Float64Array.from({ length: rows }, (_, i) => ((i * 617) % 1000) + 0.25), class: Array.from({ length: rows }, (_, i) => (i % 4 === 0 ? 'bad' : 'good')) },
});

function requestOf(parties: number, change: Partial<PlanRequest> = {}): PlanRequest {
  const nodes = BANKS.slice(0, parties);
  return {
    program: 'Count', parameters: {}, inputs: nodes.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), parties: nodes, receivers: ['Bank A'],
    datasets: nodes.map(declared), minimumGroup: 0, privacy: { mechanism: 'discrete-laplace', epsilon: '1' }, ...change,
  };
}

/** What every party puts in: its totals, and its noise from `coins` or the given values. */
function inputsOf(plan: Plan, tableOf: (node: string) => Table, noise: Coins | Readonly<Record<string, readonly bigint[]>>): Record<string, PrivateVector> {
  const drawn = (party: number): ReadonlyMap<string, BigUint64Array> => ('bytes' in noise && typeof noise.bytes === 'function' ? drawNoise(plan, party, noise as Coins) : new Map());
  const vectors = plan.parties.map((_, party) => drawn(party));
  return Object.fromEntries(plan.inputs.map((input) => {
    const { name, party, length } = input;
    const words = 'dataset' in input ? evaluateLocal(input, tableOf(plan.parties[party])) : vectors[party].get(name);
    const values = words ? [...words] : Array.from({ length }, (_, i) => (noise as Record<string, readonly bigint[] | undefined>)[name]?.[i] ?? 0n);
    return [name, { party, values: values.map((value) => BigInt.asIntN(64, value)) }];
  }));
}

async function open(plan: Plan, inputs: Record<string, PrivateVector>, offline: 'ideal' | 'real' = 'ideal'): Promise<Map<string, BigUint64Array>> {
  const held = allHeld(await runParties(plan, inputs, { offline }));
  const opened = await Promise.all(held.map((each) => each.open([0])));
  return opened[0]!;
}

const PROGRAMS: [string, Record<string, string>][] = [
  ['Count', {}], ['Sum', { column: 'income' }], ['Mean', { column: 'income' }], ['Standard Deviation', { column: 'income' }], ['Histogram', { column: 'class' }], ['Group Mean', { column: 'income', by: 'class' }],
];

describe.each([2, 3, 5])('with %i parties', (parties) => {
  it.each(PROGRAMS)('a private %s is within three times its error of the result in the clear', async (program, parameters) => {
    for (const privacy of [{ mechanism: 'discrete-laplace', epsilon: '0.2' }, { mechanism: 'discrete-gaussian', epsilon: '0.2', delta: '0.000001' }] as const) {
      const plan = planJob(requestOf(parties, { program, parameters, privacy, minimumGroup: 10 }));
      const tableOf = (): Table => table(400);
      const coins = seededRandomness(`${program} ${privacy.mechanism} ${parties}`);
      const result = decodeResult(plan, await open(plan, inputsOf(plan, tableOf, coins)));
      const exact = numbersIn(evaluateInClear(plan, tableOf));
      const errors = numbersIn(result.privacy!.error95);
      const noisy = numbersIn(result);
      expect([...errors.keys()]).toEqual([...exact.keys()]);
      for (const [name, error] of errors) expect(Math.abs(noisy.get(name)! - exact.get(name)!)).toBeLessThanOrEqual(3 * error);
      expect(noisy).not.toEqual(exact);
    }
  });
});

it('runs on real triples as well, the comparison on noisy counts included', async () => {
  const plan = planJob(requestOf(2, { program: 'Group Mean', parameters: { column: 'income', by: 'class' }, minimumGroup: 10 }));
  const result = decodeResult(plan, await open(plan, inputsOf(plan, () => table(400), seededRandomness('real')), 'real')) as GroupMeanResult;
  expect(Math.abs(result.groups.bad.count - 200)).toBeLessThan(60);
});

describe('the minimum group is held against the noisy count', () => {
  const plan = planJob(requestOf(2, { minimumGroup: 25 }));
  const run = (rows: number, noise: bigint) => runParties(plan, inputsOf(plan, () => table(rows / 2), { 'count.noise.1': [noise] }), { offline: 'ideal' });

  it('so that enough records with too much negative noise open nothing', async () => {
    for (const result of await run(40, -16n)) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0707' } });
    for (const result of await run(40, -100n)) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0707' } });
  });
  it('and too few records with noise above the bound open the noisy count', async () => {
    const held = allHeld(await run(20, 5n));
    const [opened] = await Promise.all(held.map((each) => each.open([0])));
    expect([...opened!.get('count')!]).toEqual([25n]);
  });
});

describe('one honest party among all that collude', () => {
  const RUNS = 600;
  /** What is left of the opened count when all but Bank A subtract their noise and their rows. */
  async function residues(rows: number, epsilon: string): Promise<number[]> {
    const plan = planJob(requestOf(3, { privacy: { mechanism: 'discrete-laplace', epsilon } }));
    const coins: Coins = seededRandomness(`residues of ${rows} rows`);
    const left: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      const inputs = inputsOf(plan, (node) => table(node === 'Bank A' ? rows : 3), coins);
      const [count] = (await open(plan, inputs)).get('count')!;
      const known = Object.values(inputs).filter(({ party }) => party !== 0).reduce((sum, { values }) => sum + values[0], 0n);
      left.push(Number(BigInt.asIntN(64, count - known)));
    }
    return left;
  }

  it('leaves a full discrete Laplace around its own count, and the bound of epsilon between neighbours', async () => {
    const [with_, without] = [await residues(8, '1'), await residues(7, '1')];
    // Goodness of fit: P(x) = (1 − p) / (1 + p) · p^|x − 8| with p = e^-1.
    const p = Math.exp(-1);
    const bins = Array.from({ length: 9 }, (_, i) => i - 4);
    const seen = (of: readonly number[], test: (x: number) => boolean): number => of.filter(test).length;
    const expected = (x: number): number => RUNS * (Math.abs(x) === 4 ? p ** 4 / (1 + p) : ((1 - p) / (1 + p)) * p ** Math.abs(x));
    const statistic = bins.reduce((sum, x) => sum + (seen(with_, (each) => (Math.abs(x) === 4 ? (each - 8) * Math.sign(x) >= 4 : each - 8 === x)) - expected(x)) ** 2 / expected(x), 0);
    // Chi-square with 8 degrees of freedom exceeds 60 with a probability below 10^-9.
    expect(statistic).toBeLessThan(60);
    // P(out ≥ t | row there) ≤ e · P(out ≥ t | row not there), and the same downwards and the other way round; six standard deviations of slack.
    for (let t = 4; t <= 11; t++) {
      for (const test of [(x: number): boolean => x >= t, (x: number): boolean => x < t]) {
        for (const [a, b] of [[with_, without], [without, with_]]) {
          const [one, other] = [seen(a, test), seen(b, test)];
          expect(one - Math.E * other).toBeLessThanOrEqual(6 * Math.sqrt(one + Math.E ** 2 * other + 1));
        }
      }
    }
    // The bound is used up, or the noise would be larger than asked for: at t = 8 the exact ratio is e.
    expect(seen(with_, (x) => x >= 8) / seen(without, (x) => x >= 8)).toBeGreaterThan(1.5);
  }, 600_000);
});

it('a party whose plan states another epsilon is refused before anything is sent', async () => {
  const [plan, other] = ['1', '2'].map((epsilon) => planJob(requestOf(2, { privacy: { mechanism: 'discrete-laplace', epsilon } })));
  const results = await runParties(plan, inputsOf(plan, () => table(5), {}), { offline: 'ideal', of: (party) => (party === 1 ? { plan: other, planDigest: planDigest(other) } : {}) });
  for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0701' } });
});

it('a party that leaves its noise out cannot run', async () => {
  const plan = planJob(requestOf(2));
  const { 'count.noise.1': _left, ...inputs } = inputsOf(plan, () => table(5), {});
  const [, second] = await runParties(plan, inputs, { offline: 'ideal' });
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'CS0710', message: 'input `count.noise.1` is missing' } });
});
