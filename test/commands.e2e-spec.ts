import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandLine } from './support/command-line.js';

const CLINICS = ['North Clinic', 'South Clinic'] as const;
type Clinic = (typeof CLINICS)[number];
const AGES: Readonly<Record<Clinic, readonly number[]>> = { 'North Clinic': [34, 71, 58, 49, 66], 'South Clinic': [22, 80, 41] };
const POLICY = `Allow North Clinic to run Mean on Patients only if South Clinic signs.
North Clinic may run Logistic Regression on Patients only if South Clinic signs.
Only North Clinic may receive the result of Mean.
Requesters must not sign their own jobs.
`;

/** The command line, as its users run it: one process for each command. */
describe('the commands, from an empty home to a released result', () => {
  const commands = new CommandLine();
  const { folder, background, written } = commands;
  const run = commands.run.bind(commands);
  /** Tokens and keys that the commands were given. */
  const secrets: string[] = [];

  beforeAll(async () => {
    commands.write('clinics.policy', POLICY);
    for (const clinic of CLINICS) {
      commands.write(`${clinic}.csv`, `age,ill\n${AGES[clinic].map((age, i) => `${age},${i % 2}`).join('\n')}\n`);
      commands.write(`${clinic}.yaml`, `datasets:\n  Patients:\n    from: ${clinic}.csv\n    tags: [health]\n    columns:\n      age: { type: integer, min: 0, max: 120 }\n      ill: { type: integer, min: 0, max: 1 }\n`);
    }
    await commands.up({ COUNTERSIGN_LOG_LEVEL: 'trace' });
  });
  afterAll(() => commands.close());

  test('go from enrolment to a result that only its receiver holds', async () => {
    const { operator, url } = commands;
    secrets.push(readFileSync(join(folder, 'home/control-plane/operator.key'), 'utf8').trim());
    // What could not be registered is told before a key is made.
    commands.write('young.yaml', 'datasets:\n  Patients:\n    from: North Clinic.csv\n    columns:\n      age: { type: integer, min: 0, max: 50 }\n');
    expect(await run('node', 'init', 'North Clinic', '--region', 'UK', '--control-plane', url, '--datasets', 'young.yaml')).toMatchObject({ code: 3, json: { error: { code: 'CS0512' } } });
    expect(existsSync(join(folder, 'home/nodes'))).toBe(false);
    for (const clinic of CLINICS) {
      const { json: { token } } = await run('token', 'create', clinic, ...operator);
      secrets.push(token);
      expect(await run('node', 'init', clinic, '--region', 'UK', '--control-plane', url, '--datasets', `${clinic}.yaml`)).toMatchObject({ code: 0, json: { name: clinic } });
      expect(await run('node', 'register', '--as', clinic, '--token', token)).toMatchObject({ code: 0, json: { name: clinic, status: 'registered' } });
    }
    expect((await run('policy', 'check', 'clinics.policy', ...operator)).code).toBe(0);
    expect((await run('policy', 'explain', 'clinics.policy', ...operator)).code).toBe(0);
    expect(await run('policy', 'publish', 'clinics.policy', ...operator)).toMatchObject({ code: 3, json: { error: { code: 'CS0919' } } }); // Nobody is here to confirm.
    const { json: { digest } } = await run('policy', 'publish', 'clinics.policy', '--yes', ...operator);
    for (const clinic of CLINICS) {
      expect(await run('policy', 'accept', '--as', clinic, '--yes')).toMatchObject({ code: 0, json: { digest } });
      commands.startInBackground(['node', 'start'], { COUNTERSIGN_NODE_START_AS: clinic });
    }
    expect((await run('policy', 'list', ...operator)).json).toMatchObject([{ version: 1, digest }]);
    expect((await run('data', 'list', ...operator)).json).toMatchObject(CLINICS.map((node) => ({ node, name: 'Patients' })));
    await commands.workersConnected();

    const request = ['Mean', '--as', 'North Clinic', '--dataset', 'Patients', '--nodes', CLINICS.join(','), '--receivers', 'North Clinic'] as const;
    expect(await run('can-i', ...request)).toMatchObject({ code: 4, json: { outcome: 'needs_signatures' } });
    const { code, json: planned } = await run('job', 'plan', ...request, '--param', 'column=age', '--link', 'metro');
    expect({ code, planned }).toMatchObject({ code: 0, planned: { suite: { name: 'additive-z64' }, policy: { outcome: 'needs_signatures' }, links: [{ roundTripMs: 5, roundTrip: 'asked for' }] } });
    expect((await run('job', 'plan', ...request, '--param', 'column=age', '--link', 'moon')).json).toMatchObject({ error: { code: 'CS0901' } });
    const submitted = await run('job', 'submit', ...request, '--param', 'column=age');
    expect(submitted).toMatchObject({ code: 4, json: { state: 'needs_signatures' } });
    const { id } = submitted.json;
    expect((await run('inbox', '--as', 'South Clinic')).json).toMatchObject([{ id }]);
    expect((await run('sign', id, '--as', 'North Clinic', '--yes')).json).toMatchObject({ error: { code: 'CS0918' } }); // It is not asked.
    expect((await run('sign', id, '--as', 'South Clinic', '--yes')).code).toBe(0);

    const watched = commands.start(['job', 'watch', id, '--as', 'North Clinic', '--json']);
    expect(((await once(watched, 'exit')) as [number])[0]).toBe(0);
    const ages = CLINICS.flatMap((clinic) => AGES[clinic]);
    const mean = ages.reduce((sum, age) => sum + age, 0) / ages.length;
    const { json: { result } } = await run('job', 'result', id, '--as', 'North Clinic');
    expect((result as { mean: number; count: number }).count).toBe(ages.length);
    expect((result as { mean: number }).mean).toBeCloseTo(mean, 9);
    expect((await run('job', 'result', id, '--as', 'South Clinic')).code).not.toBe(0);
    expect(await run('job', 'report', id, '--as', 'North Clinic', '--out', 'mean.html')).toMatchObject({ code: 0, json: { job: id, report: join(folder, 'mean.html'), checked: true } });
    const report = readFileSync(join(folder, 'mean.html'), 'utf8');
    for (const said of ['<b>52.625</b>', '<b>8</b>', 'North Clinic asks to run Mean (column age)', 'Allow North Clinic to run Mean on Patients only if South Clinic signs.', 'checked on this machine', digest]) expect(report).toContain(said);
    expect(await run('job', 'report', id, '--as', 'South Clinic')).toMatchObject({ code: 2, json: { error: { code: 'CS0685' } } });
    expect(await run('job', 'report', id, '--as', 'North Clinic', '--out', 'clinics.policy')).toMatchObject({ code: 3, json: { error: { code: 'CS0688' } } });
    expect(await run('job', 'report', `job_${'0'.repeat(20)}`, '--as', 'North Clinic')).toMatchObject({ json: { error: { code: 'CS0404' } } });
    // What was planned is what every party says that it sent, and the rounds that it took.
    const { bytes, rounds } = planned as unknown as { bytes: { links: { from: string; offline: number; online: number }[] }; rounds: { offline: number; online: number } };
    expect(await run('job', 'show', id, ...operator)).toMatchObject({ code: 0, json: { state: 'released', receipts: expect.arrayContaining(bytes.links.map(({ from, offline, online }) =>
      expect.objectContaining({ node: from, bytesSent: offline + online, rounds: rounds.offline + rounds.online }))) } });
    expect((await run('job', 'plan', ...request, '--param', 'column=age')).json).toMatchObject({ links: [{ roundTrip: 'measured' }] });

    const refused = (await run('job', 'submit', ...request, '--param', 'column=age')).json.id;
    await run('refuse', refused, '--as', 'South Clinic', '--yes', '--reason', 'not this week');
    expect((await run('job', 'list', ...operator)).json).toMatchObject([{ id: refused, state: 'denied' }, { id, state: 'released' }]);
    expect(await run('can-i', ...request, '--epsilon', '0.5')).toMatchObject({ code: 4, json: { outcome: 'needs_signatures' } });
    expect((await run('job', 'submit', ...request, '--param', 'column=age', '--epsilon', '0.001')).json).toMatchObject({ error: { code: 'CS0631' } });
    const cancelled = (await run('job', 'submit', ...request, '--param', 'column=age', '--epsilon', '20')).json.id;
    expect(await run('job', 'show', cancelled, ...operator)).toMatchObject({
      code: 4, json: { spec: { privacy: { mechanism: 'discrete-laplace', epsilon: '20' } }, expectedErrors: [{ name: 'mean' }, { name: 'count', error95: expect.any(Number) }] },
    });
    expect(await run('job', 'report', cancelled, '--as', 'North Clinic')).toMatchObject({ code: 4, json: { error: { code: 'CS0686' } } });
    expect(await run('job', 'cancel', cancelled, '--as', 'North Clinic')).toMatchObject({ json: { state: 'cancelled' } });
    expect(await run('can-i', 'Mean', '--as', 'South Clinic', '--dataset', 'Patients', '--nodes', CLINICS.join(','), '--receivers', 'South Clinic')).toMatchObject({ code: 2, json: { outcome: 'deny' } });

    const listed = async (): Promise<unknown> => (await run('audit', 'list', ...operator)).json;
    // Leaves get their place after what they tell of.
    for (const deadline = Date.now() + 60_000; !JSON.stringify(await listed()).includes('"session.released"') && Date.now() < deadline; );
    expect(await listed()).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ type: 'session.released', subject: id })]) });
    expect(await run('audit', 'verify', '--as', 'North Clinic')).toMatchObject({ code: 0, json: { verified: true, findings: [] } });
  }, 600_000);

  test('a training says at which step it is, line by line and as events, to whoever watches', async () => {
    const steps = 600;
    const submitted = await run(
      'job', 'submit', 'Logistic Regression', '--as', 'North Clinic', '--dataset', 'Patients', '--nodes', CLINICS.join(','), '--receivers', 'North Clinic',
      '--param', 'label=ill', '--param', 'features=age', '--param', 'holdout=0', '--param', `steps=${steps}`, '--param', 'rate=0.002',
    );
    expect(submitted).toMatchObject({ code: 4 });
    const follow = (...more: readonly string[]) => {
      const child = commands.start(['job', 'watch', submitted.json.id, '--as', 'North Clinic', ...more]);
      let [out, err] = ['', ''];
      child.stdout!.on('data', (chunk) => void (out += String(chunk)));
      child.stderr!.on('data', (chunk) => void (err += String(chunk)));
      const closed = once(child, 'close') as Promise<[number]>;
      return { saysAnything: () => out !== '', end: async () => ({ code: (await closed)[0], out, err }) };
    };
    const followers = [follow(), follow('--json')];
    // Both are there before it begins.
    for (const deadline = Date.now() + 90_000; !followers.every(({ saysAnything }) => saysAnything()); await new Promise((wake) => setTimeout(wake, 50))) if (Date.now() > deadline) throw new Error('nobody follows');
    expect((await run('sign', submitted.json.id, '--as', 'South Clinic', '--yes')).code).toBe(0);
    const [lines, events] = await Promise.all(followers.map(({ end }) => end()));
    for (const { code, out, err } of [lines, events]) expect({ code, why: code === 0 ? '' : `${out}${err}` }).toEqual({ code: 0, why: '' });

    interface Told { readonly type: string; readonly to?: string; readonly node?: string; readonly phase?: string; readonly stage?: readonly { kind: string; index: number; of: number }[] }
    const told = events.out.trim().split('\n').map((line) => JSON.parse(line) as Told);
    for (const clinic of CLINICS) {
      const at = told.flatMap(({ node, stage }) => (node === clinic && stage ? stage : []));
      expect(at.every(({ kind, of }) => kind === 'step' && of === steps)).toBe(true);
      expect(new Set(at.map(({ index }) => index)).size).toBeGreaterThan(2);
      expect(at.map(({ index }) => index)).toEqual(at.map(({ index }) => index).sort((x, y) => x - y));
    }
    expect(told.findLastIndex(({ type }) => type === 'progress')).toBeLessThan(told.findIndex(({ to }) => to === 'held'));
    // What is a result of the command is on stdout; how far it is goes beside it.
    expect(lines.out).toMatch(/running\n.*held\n.*released\n$/s);
    expect(lines.out).not.toContain('step');
    expect(lines.err).toMatch(/^ {2}(North|South) Clinic: step \d+ of 600, round \d+ of \d+, [\d.]+ (kB|MB)$/m);
    // Whoever looks when it is over is not told how far it came.
    expect((await follow().end()).err).not.toContain('step');
  });

  test('`up` ends in order on SIGTERM, and the logs hold no value', async () => {
    for (const child of background.toReversed()) expect(await commands.stopped(child)).toBe(0);
    const workers = Buffer.concat(written).toString();
    const controlPlane = readFileSync(join(folder, 'home/logs/control-plane.log'), 'utf8');
    expect(workers).toContain('attempt'); // They did log what happened,
    expect(controlPlane).toContain('/approvals');
    for (const line of controlPlane.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
    for (const logs of [workers, controlPlane]) {
      expect(logs).not.toContain('52.625'); // but not the result,
      expect(logs).not.toContain('not this week'); // nor words that somebody wrote,
      for (const secret of secrets) expect(logs).not.toContain(secret); // nor tokens and keys.
    }
  });
});
