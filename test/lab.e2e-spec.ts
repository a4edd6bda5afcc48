import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type LabReport } from '../apps/cli/src/lab/report.js';
import { CommandFolder } from './support/run-countersign.js';

/** Labs as users run them: the real command line, a real control plane with its own PostgreSQL, real workers. */

const TIMEOUT_MS = 180_000;
const folder = new CommandFolder('lab');
const countersign = (args: readonly string[], interruptAt?: string) => folder.run(args, interruptAt);

const write = (name: string, text: string): void => writeFileSync(join(folder.path, name), text);

interface Stay {
  readonly days: number;
  readonly cost: number;
  readonly ward: string;
}
const WARDS = ['surgery', 'cardiology', 'maternity'];
/** Rows that look alike everywhere and are the same in every run. */
const stays = (count: number, seed: number): Stay[] =>
  Array.from({ length: count }, (_, row) => ({ days: 1 + ((row * 7 + seed) % 30), cost: Math.round(((row * 7919 + seed * 104_729) % 1_000_000) * 1.37) / 100, ward: WARDS[(row * row + seed) % 3] }));
const csv = (rows: readonly Stay[]): string => ['days,cost,ward', ...rows.map(({ days, cost, ward }) => `${days},${cost},${ward}`), ''].join('\n');

const COLUMNS = `columns: { days: { type: integer, min: 0, max: 365 }, cost: { type: number, min: 0, max: 50000 }, ward: { type: category, values: [surgery, cardiology, maternity] } }`;
const node = (name: string, datasets: Record<string, string>): string => [`  ${name}:`, '    region: EU', '    datasets:', ...Object.entries(datasets).map(([dataset, source]) => `      ${dataset}: { ${source}, ${COLUMNS} }`)].join('\n');

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const std = (values: readonly number[]): number => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

const own = stays(211, 3);
const other = stays(97, 11);
const long = other.filter(({ days }) => days > 3);
const both = [...own, ...other];

beforeAll(() => {
  write('own.csv', csv(own));
  write('other.csv', csv(other));
  write('missing.csv', 'days,price,ward\n1,2,surgery\n');
  write('text.csv', 'days,cost,ward\n1,cheap,surgery\n');
  write('range.csv', 'days,cost,ward\n1,2,surgery\n366,2,surgery\n');
  write('empty.csv', 'days,cost,ward\n');
  write('stays.policy', [
    'Define Figures as Count, Sum, Mean, Standard Deviation, Histogram and Group Mean.',
    'St Mary may run Figures on Stays only if Lakeside signs.',
    'St Mary may run Figures on Long Stays.',
    'Lakeside may run Mean on Stays.',
    'Only St Mary may receive the results of Figures.',
    'Every result of Figures must cover at least 20 records.',
    '',
  ].join('\n'));
  write('open.policy', 'Allow anyone to compute.\n');
});
afterAll(() => folder.remove());

const nodesOf = (dataset = 'Stays'): string => `dataset: ${dataset}, nodes: [St Mary, Lakeside]`;
const ask = (id: string, program: string, parameters: string, dataset?: string): string => `  - request: { id: ${id}, as: St Mary, program: ${program}, ${nodesOf(dataset)}, parameters: { ${parameters} }, receivers: [St Mary], purpose: planning }`;
const wait = (id: string, state = 'released'): string => `  - wait: { job: ${id} }\n    expect: ${state}`;

it('a consortium of two computes what plaintext gives, refuses what it must, and leaves nothing behind', async () => {
  write('lab.yaml', `title: Two hospitals plan together
nodes:
${node('St Mary', { Stays: 'from: own.csv, tags: [health]', 'Long Stays': 'sql: "select days, cost, ward from own where days > 3"' })}
${node('Lakeside', { Stays: 'from: other.csv, tags: [health]', 'Long Stays': 'sql: "select days, cost, ward from other where days > 3"' })}
policy: stays.policy
steps:
${ask('cost', 'Standard Deviation', 'column: cost')}
    expect: needs_signatures
  - sign: { as: St Mary, job: cost }
    expect_error: CS0918
  - sign: { as: Lakeside, job: cost }
    expect: authorised
${wait('cost')}
${ask('total', 'Sum', 'column: days', 'Long Stays')}
    expect: authorised
${ask('wards', 'Histogram', 'column: ward', 'Long Stays')}
    expect: authorised
${ask('by_ward', 'Group Mean', 'column: cost, by: ward', 'Long Stays')}
    expect: authorised
${ask('people', 'Count', '', 'Long Stays')}
    expect: authorised
${['total', 'wards', 'by_ward', 'people'].map((id) => wait(id)).join('\n')}
  - request: { id: nosy, as: Lakeside, program: Mean, ${nodesOf()}, parameters: { column: cost }, receivers: [Lakeside] }
    expect: denied
${ask('vetoed', 'Mean', 'column: cost')}
    expect: needs_signatures
  - refuse: { as: Lakeside, job: vetoed, reason: not this year }
    expect: denied
${ask('unknown', 'Row Export', 'column: cost')}
    expect_error: CS0601
${ask('column', 'Mean', 'column: costs')}
    expect_error: CS0612
  - request: { id: nothing, as: St Mary, program: Count, inputs: [], receivers: [St Mary] }
    expect_error: CS0605
${ask('waiting', 'Mean', 'column: days')}
    expect: needs_signatures
  - publish: { policy: open.policy }
${wait('waiting', 'superseded')}
${ask('again', 'Mean', 'column: days')}
    expect: authorised
${wait('again')}
`);
  const { exit, out, err } = await countersign(['lab', 'run', 'lab.yaml', '--json']);
  expect({ exit, err: exit === 0 ? '' : err }).toEqual({ exit: 0, err: '' });
  const report = JSON.parse(out) as LabReport;
  const result = (id: string): unknown => report.jobs[id].result;
  const close = (value: number) => expect.closeTo(value, 6);
  const costs = both.map(({ cost }) => cost);
  const longBoth = [...own.filter(({ days }) => days > 3), ...long];
  const group = (ward: string): number[] => longBoth.filter((stay) => stay.ward === ward).map(({ cost }) => cost);

  expect(result('cost')).toEqual({ std: close(std(costs)), mean: close(mean(costs)), count: both.length });
  expect(result('total')).toEqual({ sum: longBoth.reduce((sum, { days }) => sum + days, 0), count: longBoth.length });
  expect(result('wards')).toEqual({ counts: Object.fromEntries(WARDS.map((ward) => [ward, group(ward).length])) });
  expect(result('by_ward')).toEqual({ groups: Object.fromEntries(WARDS.map((ward) => [ward, { mean: close(mean(group(ward))), count: group(ward).length }])) });
  expect(result('people')).toEqual({ count: longBoth.length });
  expect(result('again')).toEqual({ mean: close(mean(both.map(({ days }) => days))), count: both.length });

  expect(report.jobs.cost).toMatchObject({ state: 'released', suite: 'additive-z64', receipts: 2, decision: { outcome: 'allow' } });
  expect(report.jobs.cost.rounds).toBeGreaterThan(0);
  expect(report.jobs.cost.bytes.total).toBe(report.jobs.cost.bytes.received);
  expect(report.jobs.cost.seconds.total).toBeGreaterThan(0);
  expect(report.jobs.nosy).toMatchObject({ state: 'denied', receipts: 0, decision: { outcome: 'deny', rules: expect.arrayContaining([expect.objectContaining({ sentence: 'Only St Mary may receive the results of Figures.' })]) } });
  expect(report.jobs.nosy.result).toBeUndefined();
  expect(report.jobs.unknown).toBeUndefined();
  expect(report.log).toEqual({ size: expect.any(Number), verified: true });
  expect(report.steps.every(({ ok }) => ok)).toBe(true);
  // As its receiver would make it, with what this run came to.
  expect(report.reports).toEqual(Object.fromEntries(['cost', 'total', 'wards', 'by_ward', 'people', 'again'].map((id) => [id, join(folder.path, `home/reports/${basename(folder.path)}/${id}.html`)])));
  for (const [id, path] of Object.entries(report.reports!)) {
    const page = readFileSync(path, 'utf8');
    expect({ id, of: page.includes(report.jobs[id].id), checked: page.includes('>checked on this machine<') }).toEqual({ id, of: true, checked: true });
  }
  expect(readdirSync(folder.scratch)).toEqual([]);
}, TIMEOUT_MS);

it('the third computation of a day is denied by its sentence, which says until when; and an epsilon is used up to the last tenth', async () => {
  // A zone in which the day does not end during the lab.
  const [zone, ahead] = new Date().getUTCHours() < 23 ? ['', 0] : [' Asia/Tokyo time', 9];
  const daily = `Limit St Mary to 2 computations of Count per day${zone}.`;
  const epsilon = `Limit everyone to a total epsilon of 1 per day${zone} in computations of Mean.`;
  write('limits.policy', `Allow anyone to compute.\n${daily}\n${epsilon}\n`);
  const noisy = (id: string, privacy: string, state: string): string => `  - request: { id: ${id}, as: Lakeside, program: Mean, ${nodesOf()}, parameters: { column: days }, receivers: [Lakeside], privacy: { epsilon: ${privacy} } }\n    expect: ${state}`;
  write('limits.yaml', `title: Limits
nodes:
${node('St Mary', { Stays: 'from: own.csv' })}
${node('Lakeside', { Stays: 'from: other.csv' })}
policy: limits.policy
steps:
${['one', 'two'].map((id) => `${ask(id, 'Count', '')}\n    expect: authorised\n${wait(id)}`).join('\n')}
${ask('three', 'Count', '')}
    expect: denied
${noisy('most', '0.7', 'authorised')}
${wait('most')}
${noisy('over', '0.4', 'denied')}
${noisy('rest', '0.3', 'authorised')}
${wait('rest')}
${noisy('none', '0.1', 'denied')}
  - request: { id: bare, as: Lakeside, program: Mean, ${nodesOf()}, parameters: { column: days }, receivers: [Lakeside] }
    expect: denied
`);
  const { exit, out, err } = await countersign(['lab', 'run', 'limits.yaml', '--json']);
  expect({ exit, err: exit === 0 ? '' : err }).toEqual({ exit: 0, err: '' });
  const { jobs } = JSON.parse(out) as LabReport;
  const midnight = new Date(Math.ceil((Date.now() + ahead * 3_600_000) / 86_400_000) * 86_400_000 - ahead * 3_600_000).toISOString();
  expect(jobs.three.decision.rules).toEqual([expect.objectContaining({ sentence: daily, why: expect.stringContaining(`2 of 2 computations are used until ${midnight}`) })]);
  expect(jobs.over.decision.rules[0]).toMatchObject({ sentence: epsilon, why: expect.stringContaining(`an epsilon of 0.7 of 1 is used until ${midnight}`) });
  expect(jobs.none.reason).toContain(`an epsilon of 1 of 1 is used until ${midnight}`);
  expect(jobs.bare.decision.rules[0]).toMatchObject({ sentence: epsilon });
  expect(readdirSync(folder.scratch)).toEqual([]);
}, TIMEOUT_MS);

it('bad data is refused by its owner with code and place, no value, before any share; and a missed expectation exits with 1', async () => {
  const bad = { Missing: 'from: missing.csv', Text: 'from: text.csv', Range: 'from: range.csv', Empty: 'from: empty.csv' };
  const good = Object.fromEntries(Object.keys(bad).map((name) => [name, 'from: other.csv']));
  write('bad-data.yaml', `title: Bad data
nodes:
${node('St Mary', bad)}
${node('Lakeside', good)}
policy: open.policy
steps:
${Object.keys(bad).map((name) => `${ask(name.toLowerCase(), 'Mean', name === 'Range' ? 'column: days' : 'column: cost', name)}\n${wait(name.toLowerCase(), 'refused')}`).join('\n')}
${ask('late', 'Mean', 'column: cost', 'Text')}
${wait('late')}
`);
  const { exit, out, err } = await countersign(['lab', 'run', 'bad-data.yaml', '--json']);
  expect({ exit, err: exit === 1 ? '' : err }).toEqual({ exit: 1, err: '' });
  const { jobs, failed, log } = JSON.parse(out) as LabReport;
  expect(jobs.missing).toMatchObject({ state: 'refused', code: 'CS0507', reason: expect.stringContaining('`cost`') });
  expect(jobs.text).toMatchObject({ state: 'refused', code: 'CS0509', reason: expect.stringMatching(/row 1 of column `cost`/) });
  expect(jobs.range).toMatchObject({ state: 'refused', code: 'CS0512', reason: expect.stringMatching(/row 2 of column `days`/) });
  expect(jobs.empty).toMatchObject({ state: 'refused', code: 'CS0505' });
  expect(out + err).not.toMatch(/cheap|366/);
  expect(failed).toMatchObject({ verb: 'wait', job: 'late', expected: 'released' });
  expect(err).toContain('error[CS0915]: step 10 (wait `late`): expected `released`');
  expect(log.verified).toBe(true);
  expect(readdirSync(folder.scratch)).toEqual([]);
}, TIMEOUT_MS);

describe('a lab that cannot be set up ends with exit 3 and a place', () => {
  const small = (source: string, policy: string): string => `title: Small\nnodes:\n${node('St Mary', { Stays: source })}\n${node('Lakeside', { Stays: 'from: other.csv' })}\npolicy: ${policy}\nsteps:\n  - request: { id: x, as: St Mary, program: Count, ${nodesOf()}, receivers: [St Mary] }\n`;

  it('bad data that nobody expects', async () => {
    write('small.yaml', small('from: range.csv', 'open.policy'));
    const { exit, out, err } = await countersign(['lab', 'run', 'small.yaml', '--json']);
    expect({ exit, error: JSON.parse(out) as unknown }).toMatchObject({ exit: 3, error: { error: { code: 'CS0512' } } });
    expect(err).toMatch(/error\[CS0512\]: .*row 2 of column `days` of `Stays`/);
    expect(readdirSync(folder.scratch)).toEqual([]);
  }, TIMEOUT_MS);

  it('a policy that names what is not there', async () => {
    write('wrong.policy', 'Allow St Mary to run Count on Stays\n  only if Lakesid signs.\n');
    write('small.yaml', small('from: own.csv', 'wrong.policy'));
    const { exit, err } = await countersign(['lab', 'run', 'small.yaml']);
    expect(exit).toBe(3);
    expect(err).toMatch(/error\[CS0214\][\s\S]*wrong\.policy:2:11[\s\S]*only if Lakesid signs/);
    expect(readdirSync(folder.scratch)).toEqual([]);
  }, TIMEOUT_MS);
});

it('Ctrl-C ends everything that a lab started', async () => {
  write('small.yaml', `title: Small\nnodes:\n${node('St Mary', { Stays: 'from: own.csv' })}\npolicy: open.policy\nsteps:\n  - publish: { policy: open.policy }\n`);
  const { exit, err } = await countersign(['lab', 'run', 'small.yaml', '--json'], 'PostgreSQL are up');
  expect({ exit, told: err.includes('CS0921') }).toEqual({ exit: 1, told: true });
  expect(readdirSync(folder.scratch)).toEqual([]);
}, TIMEOUT_MS);
