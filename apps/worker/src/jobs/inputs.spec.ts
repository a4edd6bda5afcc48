import type { JobSpec, SignedDataset } from '#contract';
import { programByName, type Table } from '#program';
import { Consortium } from '#testing';
import { planVerified, verifyBundle } from '#verify';
import { readOwnInputs, ringInputs } from './inputs.js';

const now = new Date('2026-11-22T10:00:00.000Z');
const loans = (): SignedDataset[] => [{ name: 'Loans', tags: [], maxRows: 1024, columns: { income: { type: 'number', min: '0', max: '1000' } } }];
const world = new Consortium({ nodes: ['Bank A', 'Bank B'], policy: 'Allow anyone to compute.', now, datasets: loans });
const verified = (fields: Partial<JobSpec>) => verifyBundle(world.bundle(world.job('Bank A', fields)), { pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now });
const table: Table = { rows: 3, columns: { income: Float64Array.of(1, 2, 3) } };
const read = (job: ReturnType<typeof verified>) => readOwnInputs(job, {
  node: 'Bank B', datasets: [{ name: 'Loans', base: '/', from: 'loans.csv', tags: [], columns: { income: { type: 'number', min: 0, max: 1000 } } }], readTable: () => Promise.resolve(table),
});

test('a private job gets noise for every opened value, another for every attempt, in a time of whole steps', async () => {
  const job = verified({ privacy: { mechanism: 'discrete-laplace', epsilon: '0.1' } });
  const startedAt = performance.now();
  const first = await read(job);
  // A timer may fire up to a millisecond early.
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
  const second = await read(job);
  expect([...first.noise.keys()]).toEqual(['count.noise.1', 'sum.noise.1']);
  expect(first.noise.get('sum.noise.1')).not.toEqual(second.noise.get('sum.noise.1'));
  const { plan } = planVerified(job);
  const shared = ringInputs(plan, 1, first);
  expect([...shared.keys()].sort()).toEqual(plan.inputs.filter(({ party }) => party === 1).map(({ name }) => name).sort());
  expect(shared.get('sum.noise.1')).toEqual(first.noise.get('sum.noise.1'));
  expect([...shared.get('count.1')!]).toEqual([3n]);
});

test('a job without privacy has none', async () => {
  const inputs = await read(verified({}));
  expect(inputs.noise.size).toBe(0);
  expect([...ringInputs(planVerified(verified({})).plan, 1, inputs).keys()]).toEqual(['count.1', 'sum.1']);
});

test('how many rows the own dataset has says nothing of another node\'s of the same name', async () => {
  const numbers = { income: { type: 'number', min: '0', max: '1000' }, debt: { type: 'number', min: '0', max: '1000' } } as const;
  const uneven = new Consortium({ nodes: ['Bank A', 'Bank B'], policy: 'Allow anyone to compute.', now, datasets: (node) => [{ name: 'Loans', tags: [], maxRows: node === 'Bank A' ? 2 : 4, columns: numbers }] });
  const { digest } = programByName('Linear Regression')!;
  const job = verifyBundle(uneven.bundle(uneven.job('Bank A', { program: { name: 'Linear Regression', digest }, parameters: { target: 'debt', features: 'income', holdout: 0 } })), { pins: uneven.pins, acceptedPolicies: new Set([uneven.policy.digest]), now });
  const readRows = (rows: number) => readOwnInputs(job, {
    node: 'Bank B', datasets: [{ name: 'Loans', base: '/', from: 'loans.csv', tags: [], columns: { income: { type: 'number', min: 0, max: 1000 }, debt: { type: 'number', min: 0, max: 1000 } } }],
    readTable: () => Promise.resolve({ rows, columns: { income: new Float64Array(rows), debt: new Float64Array(rows) } }),
  });
  expect((await readRows(3)).rows).toEqual([{ dataset: 'Loans', rows: 3 }]);
  await expect(readRows(5)).rejects.toMatchObject({ code: 'CS0623' });
});
