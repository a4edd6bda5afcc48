import { ApiError, type DatasetView } from '#contract';
import { type Decision } from '#policy';
import { planJson, planLines } from '../render/plan.js';
import { type Terminal } from '../terminal.js';
import { type RequestToPlan, linksBetween, planRequest } from './plan-request.js';

const banks = ['Bank A', 'Bank B', 'Bank C'];
const datasets = banks.map((node): DatasetView => ({ node, name: 'Loans', tags: [], maxRows: 1024, columns: { income: { type: 'number', min: '0', max: '1000' }, age: { type: 'integer', min: '0', max: '100' } } }));
const request: RequestToPlan['request'] = { program: 'Mean', dataset: 'Loans', nodes: banks, parameters: { column: 'income' }, receivers: ['Bank A'], agent: false };
const decision = (minimumGroup: number): Decision => ({ outcome: 'allow', summary: 'Bank A may run Mean', rules: [], missing: [], canSign: [], signaturesHelp: false, obligations: { minimumGroup } });
const links = [{ measuredBy: 'Bank A', peer: 'Bank B', microseconds: 12_000 }, { measuredBy: 'Bank B', peer: 'Bank A', microseconds: 15_000 }, { measuredBy: 'Bank C', peer: 'Bank B', microseconds: 900 }]
  .map((link) => ({ ...link, at: '2026-11-22T10:00:00.000Z', job: 'job_00000000000000000000' }));
const client = (minimumGroup = 0): RequestToPlan['client'] => ({ datasets: async () => datasets, links: async () => links, decide: async () => decision(minimumGroup), program: () => Promise.reject(new Error('not asked for')), programs: async () => [] });
const plain = { style: (_: unknown, text: string) => text } as unknown as Terminal;

describe('links between parties', () => {
  it('are the slower of what both ends measured, with the bandwidth of their kind, and slow where nobody measured', () => {
    expect(linksBetween(banks, links)).toEqual([
      { between: ['Bank A', 'Bank B'], roundTrip: 'measured', roundTripMs: 15, bitsPerSecond: 1e9 },
      { between: ['Bank A', 'Bank C'], roundTrip: 'assumed', roundTripMs: 40, bitsPerSecond: 1e8 },
      { between: ['Bank B', 'Bank C'], roundTrip: 'measured', roundTripMs: 0.9, bitsPerSecond: 1e9 },
    ]);
  });
  it('are of one kind where that is asked for', () => {
    expect(linksBetween(banks.slice(1), links, 'lan')).toEqual([{ between: ['Bank B', 'Bank C'], roundTrip: 'asked for', roundTripMs: 0.5, bitsPerSecond: 1e9 }]);
  });
});

describe('the plan of a request', () => {
  it('says what is opened, in which suite and why, what it sends, and what the policy says', async () => {
    const planned = await planRequest({ issuer: 'Bank A', client: client(), request });
    const text = planLines(planned, plain).join('\n');
    expect(text).toMatch(/^Bank A asks to run Mean \(column income\) on Loans of Bank A, Bank B and Bank C/);
    expect(text).toMatch(/opened +The receivers learn the mean/);
    expect(text).toMatch(/policy +Bank A may run Mean\n/);
    expect(text).toMatch(/suite +additive-z64: the one suite that hides inputs from all other parties together\n +Hides the inputs of each party/);
    expect(text).toMatch(/multiplied +nothing is multiplied\n +made ahead +softspoken: nothing is multiplied\n +rounds +1 round before inputs are shared, 3 from then on\n/);
    expect(text).toMatch(/Bank A – Bank C: round trip 40\.0 ms, assumed; 100 Mbit\/s, assumed\n/);
    expect(text).toMatch(/seconds +about [\d.]+ m?s, once all have signed\n/);
    expect(planJson(planned)).toMatchObject({
      suite: { name: 'additive-z64' }, correlations: { name: 'softspoken', triples: 0 }, rounds: { offline: 1, online: 3, byPhase: { inputs: 1, opening: 1 } },
      bytes: { total: expect.any(Number), links: expect.arrayContaining([{ from: 'Bank B', to: 'Bank A', offline: 52, online: 36 + 84 + 36, byPhase: expect.objectContaining({ opening: 36 }) }]) },
      seconds: { total: expect.any(Number) }, policy: { outcome: 'allow' },
    });
  });
  it('has the minimum group that the policy asks for, which is compared under shares', async () => {
    const planned = await planRequest({ issuer: 'Bank A', client: client(20), request });
    expect(planned.cost.andWords).toBeGreaterThan(0);
    expect(planned.traffic.correlations.bytesPerPair).toBeGreaterThan(0);
    expect(planLines(planned, plain).join('\n')).toMatch(/multiplied +\d+ ANDs of 64 bits.*\n +made ahead +softspoken: .*\n +what all parties have in stock is drawn and not made again\n/);
  });
  it('takes the suite and the links that are asked for', async () => {
    const { plan, suiteReason, links: between } = await planRequest({ issuer: 'Bank A', client: client(), request: { ...request, majority: 'honest' }, link: 'metro' });
    expect([plan.suite, suiteReason, between.map(({ roundTrip }) => roundTrip)]).toEqual(['replicated-z64', 'the fastest for three parties of which no two work together', ['asked for', 'asked for', 'asked for']]);
  });
  it('is that of the profile that is asked for, which the policy is asked about', async () => {
    const correlation = { ...request, program: 'Correlation', nodes: banks.slice(0, 2), parameters: { columns: ['income', 'age'] } };
    const asked: unknown[] = [];
    const asking: RequestToPlan['client'] = { ...client(), decide: async ({ security }) => (asked.push(security), decision(0)) };
    const plans = await Promise.all((['any', 'no-lpn', 'module-lwe-only'] as const).map((assumptions) => planRequest({ issuer: 'Bank A', client: asking, request: { ...correlation, assumptions } })));
    expect(asked).toEqual([{}, { assumptions: 'no-lpn' }, { assumptions: 'module-lwe-only' }].map((more) => ({ model: 'semi-honest', majority: 'dishonest', ...more })));
    expect(plans.map(({ traffic }) => traffic.correlations.restsOn)).toEqual([['module-lwe', 'lpn'], ['module-lwe'], ['module-lwe']]);
    const [any, noLpn] = plans;
    expect(noLpn.traffic.correlations.bytesPerPair).toBeGreaterThan(any.traffic.correlations.bytesPerPair);
    const text = planLines(noLpn, plain).join('\n');
    expect(text).toMatch(/, resting on no LPN\.\n/);
    expect(text).toMatch(/rests on +Module-LWE .*; never on LPN\.\n/);
    expect(text).toMatch(/made ahead +softspoken: sends least of what rests on no LPN, \d+ bytes per pair of parties; ferret-b1[01] would send \d+\n/);
    expect(planJson(noLpn)).toMatchObject({ restsOn: { assumptions: 'no-lpn', problems: ['module-lwe'] }, correlations: { name: 'softspoken', restsOn: ['module-lwe'] } });
  });
  it('needs no policy, and refuses what nobody could run', async () => {
    const without = { ...client(), decide: () => Promise.reject(new ApiError({ type: 'about:blank', title: 'no policy', status: 409, code: 'CS0427' })) };
    const planned = await planRequest({ issuer: 'Bank A', client: without, request });
    expect(planned.decision).toBeUndefined();
    expect(planLines(planned, plain).join('\n')).toMatch(/policy +none is in force, so nothing is allowed yet/);
    await expect(planRequest({ issuer: 'Bank A', client: { ...client(), decide: () => Promise.reject(new ApiError({ type: 'about:blank', title: 'busy', status: 503, code: 'CS0499' })) }, request })).rejects.toThrow('busy');
    await expect(planRequest({ issuer: 'Bank A', client: client(), request: { ...request, program: 'Meen' } })).rejects.toMatchObject({ code: 'CS0601' });
    await expect(planRequest({ issuer: 'Bank A', client: client(), request: { ...request, suite: 'shamir-p61', majority: 'dishonest' } })).rejects.toMatchObject({ code: 'CS0634' });
  });
});
